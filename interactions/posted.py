"""Texts to one address that belong to no conversation: what is kept of each, and what carriers say of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from channels.base import Delivery, DeliveryStatus
from core.text import fold
from interactions.model import supersedes
from interactions.store import sql
from storage.database import Database, Row, Tx


@dataclass(frozen=True, slots=True)
class Posted:
    """A text, and what is kept of it: for which colleague, of which conversation; of a secret not the words."""

    account_id: UUID
    message_id: UUID
    to: str
    text: str
    staff_id: UUID | None = None
    interaction_id: UUID | None = None
    branch_id: UUID | None = None
    is_secret: bool = False


async def begun(db: Database, posted: Posted, at: datetime) -> Delivery | None:
    """Keep that it is on its way, before it is. Returns how it stood until then; None when it went already."""
    words = None if posted.is_secret else posted.text
    async with db.transaction() as tx:
        row = await tx.row(sql.lock_posted, id=posted.message_id)
        goes = await tx.value(
            sql.begin_posted,
            id=posted.message_id,
            account_id=posted.account_id,
            branch_id=posted.branch_id,
            number=posted.to,
            text=words,
            folded=None if words is None else f" {fold(words)} ",
            staff_id=posted.staff_id,
            interaction_id=posted.interaction_id,
            at=at,
        )
    if not goes:
        return None
    return Delivery.NONE if row is None else Delivery(row["delivery"])


async def waits(db: Database, message_id: UUID) -> None:
    """Keep that it did not leave: the next attempt need not ask whether it did."""
    await db.run(sql.wait_posted, id=message_id)


async def stands(
    db: Database, message_id: UUID, delivery: Delivery, *, external_id: str | None = None, error: str | None = None
) -> None:
    """Keep how far it came, as we learnt ourselves."""
    async with db.transaction() as tx:
        row = await tx.row(sql.lock_posted, id=message_id)
        if row is not None:
            await _keep(tx, row, delivery, external_id, error)


async def heard(tx: Tx, account_id: UUID, status: DeliveryStatus) -> bool:
    """Keep what a carrier says of one; False when it is none of these. Our own id may be back before the receipt."""
    rows = await tx.rows(
        sql.find_posted, account_id=account_id, external_id=status.external_id, message_id=status.message_id
    )
    for row in rows:
        await _keep(tx, row, status.delivery, status.external_id, status.error)
    return bool(rows)


async def _keep(tx: Tx, row: Row, delivery: Delivery, external_id: str | None, error: str | None) -> None:
    counts = supersedes(delivery, Delivery(row["delivery"]))
    await tx.run(
        sql.save_posted,
        id=row["id"],
        delivery=delivery if counts else row["delivery"],
        error=error if counts else row["error"],
        external_id=external_id,
    )
