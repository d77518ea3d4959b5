"""Who opted out: of everything or of what one account sends, how it is taken back, and what two older lists became."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from consents import service as consents
from consents.model import Saying
from consents.service import HasOptedOut
from core.clock import utc_now
from storage.database import Database, adhoc

MIGRATION = Path(__file__).parents[2] / "storage" / "migrations" / "0051_opt_outs.sql"
NUMBER, OTHER = "+962790000071", "+962790000072"
_queue = adhoc("insert into queue (id, name) values (:id::uuid, 'Texts')")
_account = adhoc(
    "insert into channel_account (id, kind, name, queue_id) values (:id::uuid, 'sms', (:id::uuid)::text, :queue::uuid)"
)
_rows = adhoc(
    "select number, account_id, heard_by, is_lifted, said_by, reason from opt_out order by number, account_id"
)


async def accounts(db: Database) -> tuple[UUID, UUID]:
    here, elsewhere, queue = uuid4(), uuid4(), uuid4()
    await db.run(_queue, id=queue)
    for each in (here, elsewhere):
        await db.run(_account, id=each, queue=queue)
    return here, elsewhere


async def hears(db: Database, text: str, account: UUID, number: str = NUMBER) -> None:
    async with db.transaction() as tx:
        await consents.heard(tx, number, text, "message:1", utc_now(), account)


async def test_a_word_of_stopping_holds_for_every_account_until_a_word_takes_it_back(db: Database) -> None:
    here, elsewhere = await accounts(db)
    await hears(db, "لغو", here)
    for account in (here, elsewhere, None):
        with pytest.raises(HasOptedOut):
            await consents.must_reach(db, NUMBER, account)
    await hears(db, "yes", here)
    assert await consents.opted_out(db, [NUMBER, OTHER]) == {NUMBER}, "an answer is no consent"
    await hears(db, "شروع", elsewhere)
    assert await consents.opted_out(db, [NUMBER]) == set()
    (row,) = await db.rows(_rows)
    assert (row["is_lifted"], row["said_by"], row["heard_by"]) == (True, "customer", elsewhere), "it is not forgotten"
    await hears(db, "stop", here)
    assert await consents.opted_out(db, [NUMBER]) == {NUMBER}


async def test_what_one_account_may_not_send_others_may(db: Database) -> None:
    here, elsewhere = await accounts(db)
    async with db.transaction() as tx:
        told = Saying("carrier", here, "21610", is_only_here=True)
        assert await consents.opt_out(tx, NUMBER, "stop_word", "message:1", utc_now(), told=told)
        assert not await consents.opt_out(tx, NUMBER, "stop_word", "message:2", utc_now(), told=told)
    assert await consents.opted_out(db, [NUMBER], here) == {NUMBER}
    assert await consents.opted_out(db, [NUMBER], elsewhere) == await consents.opted_out(db, [NUMBER]) == set()
    await hears(db, "start", elsewhere)
    assert await consents.opted_out(db, [NUMBER], here) == {NUMBER}, "another account heard it"
    await hears(db, "start", here)
    assert await consents.opted_out(db, [NUMBER], here) == set()


async def test_a_word_of_starting_does_not_take_back_what_a_regulator_listed(db: Database) -> None:
    here, _ = await accounts(db)
    async with db.transaction() as tx:
        await consents.opt_out(tx, NUMBER, "regulator", "import", utc_now())
    await hears(db, "start", here)
    assert await consents.opted_out(db, [NUMBER], here) == {NUMBER}


async def test_both_older_lists_become_one_and_nobody_is_lost(db: Database) -> None:
    """The migration on rows as they were: a stop in both, one that only an account knew, one that was taken back."""
    here, _ = await accounts(db)
    async with db.transaction() as tx:
        await tx.script(
            "drop table opt_out;"
            "create table do_not_call (number text constraint do_not_call_pkey primary key "
            "constraint do_not_call_number_check check (number ~ '^\\+[1-9]'), reason text not null, "
            "source text not null default '', note text not null default '', added_by text not null, "
            "added_at timestamptz not null);"
            "create index do_not_call_newest on do_not_call (added_at desc, number);"
            "create table text_consent (account_id uuid, number text, is_stopped boolean, word text, source text, "
            "message_id uuid, at timestamptz, primary key (account_id, number));"
            "insert into do_not_call (number, reason, added_by, added_at) values "
            "('+1', 'stop_word', 't', now()), ('+2', 'regulator', 't', now());"
            f"insert into text_consent values ('{here}', '+1', true, 'stop', 'customer', null, now()), "
            f"('{here}', '+2', true, 'stop', 'customer', null, now()), "
            f"('{here}', '+3', true, '21610', 'carrier', null, now()), "
            f"('{here}', '4', false, 'start', 'customer', null, now());"
        )
        await tx.script(MIGRATION.read_text())
    found = [tuple(row) for row in await db.rows(_rows)]
    assert found == [
        ("+1", None, here, False, "customer", "stop_word"),
        ("+2", here, here, False, "customer", "stop_word"),
        ("+2", None, None, False, "staff", "regulator"),
        ("+3", here, here, False, "carrier", "stop_word"),
        ("4", here, here, True, "customer", "stop_word"),
    ]
    assert await consents.opted_out(db, ["+1", "+2", "+3", "4"]) == {"+1", "+2"}
    assert await consents.opted_out(db, ["+1", "+2", "+3", "4"], here) == {"+1", "+2", "+3"}
