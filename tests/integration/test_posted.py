"""Texts that belong to no conversation: each is kept, also where the carrier cannot tell two of them apart."""

from __future__ import annotations

from uuid import UUID, uuid4

from channels.base import Delivery, DeliveryStatus
from core.clock import utc_now
from interactions import posted
from interactions.posted import Posted
from storage.database import Database, adhoc

ACCOUNT, NUMBER = UUID(int=2), "+966501118801"
_QUEUE = adhoc("insert into queue (id, name) values (:id::uuid, 'Q') on conflict do nothing")
_ACCOUNT = adhoc(
    "insert into channel_account (id, kind, name, queue_id, settings)"
    " values (:id::uuid, 'sms', 'S', :queue::uuid, '{}')"
)


async def test_two_alike_that_were_found_as_one_at_the_carrier_are_both_kept(db: Database) -> None:
    await db.run(_QUEUE, id=UUID(int=1))
    await db.run(_ACCOUNT, id=ACCOUNT, queue=UUID(int=1))
    texts = [Posted(ACCOUNT, uuid4(), NUMBER, "Visit 7, 9:00") for _ in range(2)]
    for text in texts:
        assert await posted.begun(db, text, utc_now())
        # Looked up after a lost answer, the second is taken for the first: the same words to the same number.
        await posted.stands(db, text.message_id, Delivery.SENT, external_id="SM1")
        assert not await posted.begun(db, text, utc_now()), "it went"
    async with db.transaction() as tx:
        assert await posted.heard(tx, ACCOUNT, DeliveryStatus("SM1", Delivery.DELIVERED, None))
        assert not await posted.heard(tx, ACCOUNT, DeliveryStatus("SM2", Delivery.DELIVERED, None))
    stand = adhoc("select delivery from posted_text")
    assert [row["delivery"] for row in await db.rows(stand)] == ["delivered", "delivered"]
