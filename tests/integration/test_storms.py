"""What ends storms: brakes on what no person wrote, an hour's measure for an account, copies that disturb nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from house import query
from outside import Outside, outside

from channels.base import Address, IdentityKind, Outgoing
from core.ids import uuid7
from interactions.departures import HeldBack
from storage.database import Database, adhoc
from storage.jobs import RetryLater
from tests.integration.test_mailroom import acknowledge, mailbox
from tests.integration.test_outflow import talk
from tests.live import eventually

_SETTING = (
    "update channel_account set settings = settings || jsonb_build_object($1::text, $2::jsonb) where kind = 'email'"
)
_FOUR = (
    "insert into departure (message_id, account_id, address, is_automatic, at)"
    " select gen_random_uuid(), $1, $2, true, now() from generate_series(1, 4)"
)


async def _account(around: Outside, **settings: Any) -> Any:
    for name, value in settings.items():
        await query(around.it, _SETTING, name, value)
    (row,) = await query(around.it, "select id from channel_account where kind = 'email'")
    account, _ = await around.it.running.neck.accounts.get(row["id"])
    return account


def _mail(to: str, **more: Any) -> Outgoing:
    return Outgoing(uuid7(), UUID(int=1), 1, Address(IdentityKind.EMAIL, to), "text", **more)


async def _takes(around: Outside, account: Any, mail: Outgoing) -> str:
    neck = around.it.running.neck
    try:
        return "goes" if (await neck.outbox.departures.prepared(account, neck.channels["email"], mail)).prepared else ""
    except HeldBack:
        return "held back"
    except RetryLater as later:
        # Waiting for a turn is no failed attempt.
        return "later" if not later.is_begun and 3500 < later.seconds <= 3600 else f"wrong: {later.seconds}"


async def test_an_address_hears_a_machine_a_few_times_an_hour_and_people_always(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path, roles="web") as around:
        account = await _account(around)
        to_lena = [await _takes(around, account, _mail("Lena@x.example", is_automatic=True)) for _ in range(6)]
        assert to_lena == ["goes"] * 4 + ["held back"] * 2
        assert await _takes(around, account, _mail("lena@x.example")) == "goes"
        assert await _takes(around, account, _mail("omid@x.example", is_automatic=True)) == "goes"
        await query(around.it, "update departure set at = at - interval '2 hours'")
        day = [await _takes(around, account, _mail("lena@x.example", is_automatic=True)) for _ in range(4)]
        assert day == ["goes"] * 4
        await query(around.it, "update departure set at = at - interval '2 hours'")
        day = [await _takes(around, account, _mail("lena@x.example", is_automatic=True)) for _ in range(4)]
        assert day == ["goes"] * 2 + ["held back"] * 2, "ten in a day are enough"


async def test_an_account_sends_as_many_an_hour_as_it_may_and_the_rest_waits(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path, roles="web") as around:
        account = await _account(around, most_per_hour="3")
        mails = [_mail(f"p{number}@x.example") for number in range(5)]
        assert [await _takes(around, account, mail) for mail in mails] == ["goes"] * 3 + ["later"] * 2
        assert await _takes(around, account, mails[0]) == "goes", "another try of the same mail takes no other turn"
        await query(
            around.it, "update departure set at = at - interval '1 hour' where message_id = $1", mails[0].message_id
        )
        assert [await _takes(around, account, mail) for mail in mails[3:]] == ["goes", "later"]


async def test_every_attempt_sends_the_bytes_of_the_first(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path, roles="web") as around:
        account, neck = await _account(around), around.it.running.neck
        mail = _mail("lena@x.example")
        first = await neck.outbox.departures.prepared(account, neck.channels["email"], mail)
        again = await neck.outbox.departures.prepared(account, neck.channels["email"], mail)
        assert first.prepared
        assert first.prepared == again.prepared, "dates and boundaries would differ if it were written anew"


async def test_what_is_held_back_says_so_on_the_message(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        account = await mailbox(admin)
        await acknowledge(admin, account)
        await query(around.it, _FOUR, UUID(account), "lena@customer.example")
        await around.mail("Hello?")
        found = await eventually(lambda: _row(db, "select error from message where delivery = 'failed'"))
        assert "No person wrote this" in found["error"]
        assert not await db.rows(adhoc("select from job where quarantined_at is not null")), "no work for an operator"


async def _row(db: Database, statement: str) -> Any:
    return await db.row(adhoc(statement))


async def test_a_copy_that_cannot_be_kept_changes_nothing_of_the_mail(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        for name, value in {
            "sent_folder": '"Sent"',
            "imap_host": '"127.0.0.1"',
            "imap_port": "1",
            "imap_user": '"u"',
        }.items():
            await query(around.it, _SETTING, name, value)
        kept = await db.value(adhoc("select id from channel_account where kind = 'email'"))
        sealed = around.it.running.neck.accounts._keys.seal(b'{"imap_password": "p"}', f"channel_account:{kept}")
        await query(around.it, "update channel_account set secrets = $1 where id = $2", sealed, kept)
        await socket.command("interaction.reply", interaction_id=at, client_id="r", text="At nine")
        await around.answered("At nine")
        job = await eventually(
            lambda: _row(
                db, "select attempts, last_error from job where kind = 'message.copy' and last_error is not null"
            )
        )
        assert "IMAP" in job["last_error"]
        row = await _row(db, "select delivery, error from message where direction = 'outbound'")
        assert tuple(row.values()) == ("sent", None), "the copy is left in the transaction of its sending"
        assert len([mail for mail in (await around.state())["mails"] if mail["direction"] == "out"]) == 1
