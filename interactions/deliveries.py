"""What strangers say of messages that we sent, and what follows from it."""

from __future__ import annotations

from uuid import UUID

from channels.base import DeliveryStatus
from channels.faults import TextFault
from consents.service import heard_by_carrier
from consents.wishes import STOPPED
from core.errors import Unavailable
from interactions import bounced, posted, store
from interactions.model import supersedes
from interactions.receive import Receiver
from interactions.store import sql
from storage.database import Row, Tx


class UnknownMessage(Unavailable):
    """A status of a message that is not known here yet."""


class Deliveries:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def status(self, tx: Tx, account: Row, status: DeliveryStatus) -> None:
        """Take what became of an outbound message; UnknownMessage while its receipt is not kept yet."""
        found = await tx.row(sql.find_external_message, account_id=account["id"], external_id=status.external_id)
        if found is None and status.message_id is not None:
            # Our own id came back, so whoever took the message is known even if the receipt was lost.
            found = await tx.row(sql.find_own_message, account_id=account["id"], id=status.message_id)
        if found is None and await posted.heard(tx, account["id"], status):
            await self._posted(tx, account["id"], status)
            return
        if found is None:
            raise UnknownMessage
        row = await store.lock(tx, found["interaction_id"])
        known = await tx.row(sql.lock_message, id=found["id"])
        if known is not None:
            await bounced.heard(tx, row, known, status.delivery, status.bounced, self._receiver.clock())
        if known is None or not supersedes(status.delivery, known["delivery"]):
            return
        await tx.run(
            sql.set_delivery,
            id=known["id"],
            delivery=status.delivery,
            error=STOPPED if status.fault == "opted_out" else status.error,
            external_id=status.external_id,
            fault=status.fault,
        )
        if status.fault:
            await self._failed(tx, account["id"], row, known["id"], status.fault)
        changed = await tx.row(sql.get_message, id=known["id"])
        if changed is not None:
            self._receiver.conversations.tell_message(tx, store.message(changed), row)

    async def _posted(self, tx: Tx, account_id: UUID, status: DeliveryStatus) -> None:
        """One that belongs to no conversation: who told the carrier to stop is listed for it all the same."""
        if status.fault == "opted_out":
            asked = {"account_id": account_id, "external_id": status.external_id, "message_id": status.message_id}
            for row in await tx.rows(sql.find_posted, **asked):
                source = f"message:{row['id']}"
                await heard_by_carrier(tx, row["number"], account_id, source, self._receiver.clock())

    async def _failed(self, tx: Tx, account_id: UUID, row: Row, message_id: UUID, fault: TextFault) -> None:
        if fault == "opted_out":
            await heard_by_carrier(tx, row["address"], account_id, f"message:{message_id}", self._receiver.clock())
        if self._receiver.dialled is not None:
            await self._receiver.dialled.undelivered(tx, row["id"], message_id, fault)
