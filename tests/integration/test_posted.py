"""Texts that belong to no conversation: each is kept, also where the carrier cannot tell two of them apart."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from channels.base import Delivery, DeliveryStatus
from core.clock import utc_now
from interactions import posted
from interactions.posted import Posted
from storage.database import Database, adhoc

ACCOUNT, OTHER_ACCOUNT, NUMBER = UUID(int=2), UUID(int=3), "+966501118801"
_QUEUE = adhoc("insert into queue (id, name) values (:id::uuid, 'Q') on conflict do nothing")
_ACCOUNT = adhoc(
    "insert into channel_account (id, kind, name, queue_id, settings)"
    " values (:id::uuid, 'sms', :id::text, :queue::uuid, '{}') on conflict do nothing"
)
_STAND = adhoc("select delivery, error, external_id, account_id from posted_text where id = :id::uuid")


async def _prepared(db: Database) -> None:
    await db.run(_QUEUE, id=UUID(int=1))
    await db.run(_ACCOUNT, id=ACCOUNT, queue=UUID(int=1))


async def _stands(db: Database, text: Posted) -> list[tuple[str, str | None, str | None, UUID]]:
    rows = await db.rows(_STAND, id=text.message_id)
    return [(row["delivery"], row["error"], row["external_id"], row["account_id"]) for row in rows]


async def test_two_alike_that_were_found_as_one_at_the_carrier_are_both_kept(db: Database) -> None:
    await _prepared(db)
    texts = [Posted(ACCOUNT, uuid4(), NUMBER, "Visit 7, 9:00") for _ in range(2)]
    for text in texts:
        assert await posted.begun(db, text, utc_now())
        # Looked up after a lost answer, the second is taken for the first: the same words to the same number.
        await posted.stands(db, text.message_id, Delivery.SENT, external_id="SM1")
        assert not await posted.begun(db, text, utc_now()), "it went"
    async with db.transaction() as tx:
        assert await posted.heard(tx, ACCOUNT, DeliveryStatus("SM1", Delivery.DELIVERED, None))
        assert not await posted.heard(tx, ACCOUNT, DeliveryStatus("SM2", Delivery.DELIVERED, None))
    assert [(await _stands(db, text))[0][0] for text in texts] == ["delivered", "delivered"]


async def test_what_was_refused_and_is_run_again_stands_as_it_went_the_second_time(db: Database) -> None:
    await _prepared(db)
    text = Posted(ACCOUNT, uuid4(), NUMBER, "Visit 8, 9:00")
    assert await posted.begun(db, text, utc_now()) is Delivery.NONE
    await posted.stands(db, text.message_id, Delivery.FAILED, error="The carrier knows no such sender.")
    # An operator mended the account, or has the text go by another one, and releases the job.
    await db.run(_ACCOUNT, id=OTHER_ACCOUNT, queue=UUID(int=1))
    again = replace(text, account_id=OTHER_ACCOUNT)
    assert await posted.begun(db, again, utc_now()) is Delivery.FAILED
    assert await _stands(db, text) == [("sending", None, None, OTHER_ACCOUNT)]
    await posted.stands(db, text.message_id, Delivery.SENT, external_id="SM8")
    async with db.transaction() as tx:
        assert await posted.heard(tx, OTHER_ACCOUNT, DeliveryStatus("SM8", Delivery.FAILED, "Unreachable."))
    assert not await posted.begun(db, again, utc_now()), "what a carrier took and lost is not sent anew"
    assert await _stands(db, text) == [("failed", "Unreachable.", "SM8", OTHER_ACCOUNT)]
