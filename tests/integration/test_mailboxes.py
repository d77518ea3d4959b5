"""How mailboxes fare and what is wrong with one, told in words that can be explained; trying one before it is saved."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from house import made
from letters import Letter, door
from mail_doubles import MemoryInbox, account, channel, self_signed
from mail_servers import pymap, scripted
from outside import MAILBOX, outside
from prometheus_client import REGISTRY

from channels.base import Ignored, RawInput
from channels.mailbox.faults import of_connection, of_sign_in
from core.clock import utc_now
from core.errors import Invalid, MarkazError, Unavailable
from interactions.mailboxes import MailboxWatch
from interactions.outbox import is_of_account
from storage.database import Database, adhoc
from tests.live import eventually


async def mailboxes(person: Any) -> dict[str, Any]:
    _, answer = await person.json("GET", "/api/mailboxes")
    return {one["address"]: one for one in answer["items"]}


async def test_a_mailbox_counts_what_it_was_given_and_says_when_something_is_missing(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with door(dsn, tmp_path, db, "imap") as at:
        admin = await at.around.it.person("admin")
        letter = Letter("lena@customer.example")
        await at.post(letter)
        await at.put(letter.content(at.address))
        await at.post(Letter("omid@customer.example"))
        await at.settled()

        async def all_there() -> Any:
            box = (await mailboxes(admin))[at.address]
            return box if box["seen"] == 3 else None

        box = await eventually(all_there, 30)
        counts = [box[name] for name in ("stored", "refused", "quarantined", "waiting", "difference")]
        assert (box["state"], counts) == ("working", [2, 1, 0, 0, 0])
        assert box["cursor"]["uid"] >= 3
        assert box["cursor"]["owed"] == []
        watch = MailboxWatch(db, utc_now, at.around.it.running.floor.notices)
        await _only_counts_what_cannot_change(db, watch)
        # A raw whose job was lost is in no column: the page says that one is missing.
        lose = adhoc("update raw_input set outcome = null, done_at = null where id = (select max(id) from raw_input)")
        await db.run(lose)
        assert (await mailboxes(admin))[at.address]["difference"] == 1


async def _only_counts_what_cannot_change(db: Database, watch: MailboxWatch) -> None:
    known = adhoc("select sum(stored)::int from account_tally")
    await db.run(adhoc("delete from lease where name = 'mailboxes'"))
    assert await watch._lease.renew()
    await watch.look()
    assert await db.value(known) == 0, "what came just now may still change"
    await db.run(adhoc("update raw_input set received_at = received_at - interval '1 day' where id < 2"))
    await watch.look()
    await watch.look()
    assert await db.value(known) == 1, "and is counted once"
    assert REGISTRY.get_sample_value("markaz_mailbox_mails", {"mailbox": "desk@imap.example", "what": "seen"}) == 3


async def test_people_are_told_once_of_a_mailbox_that_fails_for_long(dsn: str, tmp_path: Path, db: Database) -> None:
    async with door(dsn, tmp_path, db, "imap") as at:
        admin = await at.around.it.person("admin")
        await db.run(
            adhoc(
                "update channel_account set version = version + 1,"
                " settings = settings || '{\"imap_folder\": \"Nowhere\"}' where settings ->> 'imap_host' <> ''"
            )
        )

        async def failing() -> Any:
            box = (await mailboxes(admin))[at.address]
            return box if box["state"] == "failing" else None

        box = await eventually(failing, 30)
        assert (box["fault"], box["failing_since"] is not None) == ("folder", True)
        notices = adhoc("select count(*) from notification where kind = 'mailbox_failing'")
        watch = MailboxWatch(db, utc_now, at.around.it.running.floor.notices)
        await db.run(adhoc("delete from lease where name = 'mailboxes'"))
        assert await watch._lease.renew()
        await watch.look()
        assert await db.value(notices) == 0, "not at once"
        later = MailboxWatch(db, lambda: utc_now() + timedelta(minutes=11), at.around.it.running.floor.notices)
        later._lease = watch._lease
        await later.look()
        await later.look()
        told = await db.value(notices)
        assert told >= 1
        assert await db.value(adhoc("select count(*) from event_log where kind = 'mailbox.failing'")) == 1


async def test_people_are_told_of_a_mailbox_that_cannot_send_and_the_next_mail_that_goes_mends_it(
    dsn: str, tmp_path: Path, db: Database, unused_tcp_port: int
) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        to_port = "settings || jsonb_build_object('smtp_port', :port::int)"
        move = f"update channel_account set settings = {to_port} where kind = 'email'"
        port = await db.value(adhoc("select settings ->> 'smtp_port' from channel_account where kind = 'email'"))
        await db.run(adhoc(move), port=unused_tcp_port)
        await write(admin, "One")

        async def broken() -> Any:
            box = (await mailboxes(admin))[MAILBOX]
            return box if box["sending_error"] else None

        box = await eventually(broken)
        assert (box["state"], box["sending_fault"], box["last_error"]) == ("failing", "refused", None)
        watch = MailboxWatch(db, lambda: utc_now() + timedelta(minutes=11), around.it.running.floor.notices)
        await db.run(adhoc("delete from lease where name = 'mailboxes'"))
        assert await watch._lease.renew()
        for _ in range(2):
            await watch.look()
        assert await db.value(adhoc("select count(*) from event_log where kind = 'mailbox.failing'")) == 1, "once"
        await db.run(adhoc(move), port=int(port))
        await write(admin, "Two", cc=[{"address": "wife@customer.example"}])
        assert "wife@customer.example" in str(await around.answered("Two"))

        async def mended() -> Any:
            return (await mailboxes(admin))[MAILBOX]["sending_error"] is None

        await eventually(mended)


async def write(admin: Any, text: str, **more: Any) -> None:
    """Write to somebody first."""
    address = f"{uuid.uuid4().hex[:8]}@customer.example"
    new = {"name": address, "identities": [{"kind": "email", "value": address}]}
    customer = await made(admin, "/api/customers", new)
    accounts = (await admin.json("GET", "/api/accounts"))[1]["items"]
    account_id = next(each["id"] for each in accounts if each["kind"] == "email")
    body = {"account_id": account_id, "customer_id": customer["id"], "address": address, "text": text, **more}
    await made(admin, "/api/interactions", {"client_id": uuid.uuid4().hex, **body})


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (Unavailable("away", fault="refused"), True),
        (Unavailable("went away"), True),
        (Unavailable("not now", fault="recipient"), False),
        (Invalid("no such user", fault="recipient"), False),
        (Invalid("not as this address", fault="sender"), True),
        (Invalid("too large"), False),
    ],
)
def test_only_what_is_the_accounts_own_trouble_counts_against_its_sending(error: MarkazError, *, is_so: bool) -> None:
    assert is_of_account(error) is is_so


class Post:
    """An SMTP server that refuses a password, a sender or a recipient when it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses = ""

    def sign_in(self, *_: Any) -> AuthResult:
        return AuthResult(success=self.refuses != "password", handled=False)

    async def handle_MAIL(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses == "sender":
            return "550 5.7.60 You may not send as this address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses == "recipient":
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.taken.append(envelope.original_content or b"")
        return "250 OK"


@asynccontextmanager
async def post() -> AsyncIterator[tuple[Post, int]]:
    double, loop = Post(), asyncio.get_running_loop()
    options: dict[str, Any] = {"authenticator": double.sign_in, "auth_require_tls": False, "loop": loop}
    served = await loop.create_server(lambda: SMTP(double, **options), "127.0.0.1", 0)
    async with served:
        yield double, served.sockets[0].getsockname()[1]


async def tried(**settings: Any) -> dict[str, str]:
    email = channel(MemoryInbox())
    steps = await email.trial(account(**settings))
    await email.close()
    return {step.step: step.fault for step in steps}


def imap(port: int, **more: Any) -> dict[str, Any]:
    return {
        "imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none", "imap_user": "demouser",
        "imap_password": "demopass", **more,
    }  # fmt: skip


def smtp(port: int, **more: Any) -> dict[str, Any]:
    return {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", **more}


async def test_each_thing_that_can_be_wrong_with_a_mailbox_has_its_word(unused_tcp_port: int, tmp_path: Path) -> None:
    closed = unused_tcp_port
    with pymap("--no-tls") as port:
        good = {"imap.connect": "", "imap.sign_in": "", "imap.folder": ""}
        assert await tried(**imap(port)) == good
        assert await tried(**imap(port, imap_folder="Nowhere")) == {**good, "imap.folder": "folder"}
        assert await tried(**imap(port, sent_folder="Nowhere")) == {**good, "imap.folder": "folder"}
        assert await tried(**imap(port, imap_password="no")) == {"imap.connect": "", "imap.sign_in": "password"}
        assert await tried(**imap(port, imap_security="starttls")) == {"imap.connect": "no_tls"}
        assert await tried(**imap(port, imap_security="tls")) == {"imap.connect": "no_tls"}
        assert await tried(**imap(closed)) == {"imap.connect": "refused"}
        assert await tried(**imap(port, imap_host="no.such.host.invalid")) == {"imap.connect": "no_host"}
    certificate, key = self_signed(tmp_path)
    with pymap("--cert", str(certificate), "--key", str(key)) as port:
        found = await tried(**imap(port, imap_host="localhost", imap_security="starttls"))
        assert found == {"imap.connect": "certificate"}
    async with scripted({"CAPABILITY": ["* nonsense ("]}) as port:
        assert (await tried(**imap(port)))["imap.connect"] != ""


async def test_sending_is_tried_by_a_mail_to_oneself_which_opens_nothing(unused_tcp_port: int) -> None:
    async with post() as (server, port):
        sign_in = {"smtp_user": "help", "smtp_password": "right"}
        good = {"smtp.connect": "", "smtp.sign_in": "", "smtp.send": ""}
        assert await tried(**smtp(port, **sign_in)) == good
        (mail,) = server.taken
        email = channel(MemoryInbox())
        read = await email.read(account(), RawInput("x", "mail", mail))
        await email.context.workers.close()
        assert [type(one) for one in read] == [Ignored], "our own mail that comes back is nobody's question"
        server.refuses = "password"
        assert await tried(**smtp(port, **sign_in)) == {"smtp.connect": "", "smtp.sign_in": "password"}
        for what in ("sender", "recipient"):
            server.refuses = what
            assert await tried(**smtp(port, **sign_in)) == {**good, "smtp.send": what}
    assert await tried(**smtp(unused_tcp_port)) == {"smtp.connect": "refused"}
    assert await tried(**smtp(25, smtp_host="no.such.host.invalid")) == {"smtp.connect": "no_host"}


def test_the_big_providers_want_a_password_for_programs() -> None:
    assert of_sign_in("imap.gmail.com", "no", is_token=False) == "app_password"
    assert of_sign_in("gmail.com.evil.example", "no", is_token=False) == "password"
    assert (
        of_sign_in("mail.example", "535 5.7.8 Application-specific password required", is_token=False) == "app_password"
    )
    assert of_sign_in("imap.gmail.com", "no", is_token=True) == "token"
    assert of_connection(TimeoutError()) == "unreachable"


async def test_settings_are_tried_before_they_are_saved_and_with_the_saved_secret(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with door(dsn, tmp_path, db, "imap") as at:
        admin = await at.around.it.person("admin")
        _, accounts = await admin.json("GET", "/api/accounts")
        desk = next(one for one in accounts["items"] if one["name"] == "Desk")
        asked = {"kind": "email", "account_id": desk["id"], "settings": desk["settings"]}
        status, answer = await admin.json("POST", "/api/accounts/trial", asked)
        assert (status, [step["fault"] for step in answer["steps"]]) == (200, [""] * 6)
        wrong = {**asked, "settings": {**desk["settings"], "imap_folder": "Nowhere"}}
        _, answer = await admin.json("POST", "/api/accounts/trial", wrong)
        assert [step["fault"] for step in answer["steps"] if step["step"] == "imap.folder"] == ["folder"]
        del asked["account_id"]
        assert (await admin.json("POST", "/api/accounts/trial", asked))[0] == 422, "nobody else's password"
        assert (await at.nadia.json("POST", "/api/accounts/trial", asked))[0] == 403
        settings = adhoc("select settings ->> 'imap_folder' from channel_account where name = 'Desk'")
        assert await db.value(settings) == desk["settings"]["imap_folder"], "nothing is saved"
