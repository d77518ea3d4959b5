"""Addresses from which mail came back: marked, shown, and forgotten once they are heard of again.

A mark never opens a conversation and is never answered. Only a report about a mail that we signed counts, and only for
an address to which that mail went. A mail from the address, or one that is known to have arrived, ends the mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import Field

from access.model import Permission
from channels.base import BouncedTo, Delivery
from core.actor import Actor
from core.errors import NotFound
from core.events import Event
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from interactions import store
from interactions.store import sql
from storage.database import Database, Row, Tx

_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.READ})


class Bounce(Value):
    """What is known of an address that sends mail back. `is_hard`: for good; else it was only delayed or full."""

    address: str
    is_hard: bool
    at: datetime
    times: int = Field(description="How often mail was delayed or found it full, within a month of each other.")
    status: str = Field(description="The server's code, such as 5.1.1.")
    reason: str


class BounceMarked(Event, kind="address.bounced"):
    address: str
    is_hard: bool
    interaction_id: UUID

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class BounceCleared(Event, kind="address.cleared"):
    """Somebody says that mail to this address arrives again."""

    address: str

    def subject(self) -> str:
        return f"address:{self.address}"


async def of(tx: Tx, addresses: Iterable[str]) -> dict[str, Bounce]:
    """Return what is wrong with which of these addresses."""
    rows = await tx.rows(sql.bounces_of, addresses=[address.lower() for address in addresses])
    return {row["address"]: _view(row) for row in rows}


async def heard(tx: Tx, row: Row, message: Row, delivery: Delivery, to: BouncedTo | None, now: datetime) -> None:
    """Note what became of a mail for the addresses to which it went."""
    if to is None:
        if delivery in _ARRIVED and row["channel"] == "email":
            await tx.run(sql.clear_bounce, address=row["address"])
        return
    for address in sorted(_went_to(row, message) & set(to.addresses)):
        await _mark(tx, row, address, to, now)


def _went_to(row: Row, message: Row) -> set[str]:
    chosen = message.get("recipients") or {}
    named = [one["address"] for part in ("to", "cc", "bcc") for one in chosen.get(part, ())]
    return {row["address"], *named}


async def refused(tx: Tx, row: Row, to: BouncedTo, now: datetime) -> None:
    """Note that a server refused an address while we sent."""
    for address in to.addresses:
        await _mark(tx, row, address, to, now)


async def _mark(tx: Tx, row: Row, address: str, to: BouncedTo, now: datetime) -> None:
    await tx.run(
        sql.mark_bounce, address=address, is_hard=to.is_hard, status=to.status[:20], reason=to.reason[:300], now=now
    )
    tx.emit(BounceMarked(address=address, is_hard=to.is_hard, interaction_id=row["id"]))


class Bounces:
    """Use-cases of people: looking at marks, and taking one away."""

    def __init__(self, db: Database, customers: Customers) -> None:
        self._db, self._customers = db, customers

    async def of_customer(self, actor: Actor, customer_id: CustomerId) -> list[Bounce]:
        """Return the addresses of a customer that send mail back."""
        found = await self._customers.get(actor, customer_id)
        async with self._db.transaction(actor) as tx:
            return list((await of(tx, (each.value for each in found.identities if each.kind == "email"))).values())

    async def clear(self, actor: Actor, customer_id: CustomerId, address: str) -> None:
        """Forget that mail to an address of a customer came back."""
        found = await self._customers.get(actor, customer_id)
        if not any(each.kind == "email" and each.value == address for each in found.identities):
            raise NotFound
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.INTERACTION_REPLY, found.branch_id)
            await _clear(tx, address)

    async def clear_here(self, actor: Actor, interaction_id: UUID, address: str) -> None:
        """Forget it of somebody in a conversation."""
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, interaction_id)
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            known = await tx.row(sql.standing_of, interaction_id=interaction_id, address=address)
            if known is None and row["address"] != address:
                raise NotFound
            await _clear(tx, address)


async def _clear(tx: Tx, address: str) -> None:
    if await tx.run(sql.clear_bounce, address=address):
        tx.emit(BounceCleared(address=address))


def _view(row: Row) -> Bounce:
    return Bounce(
        address=row["address"],
        is_hard=row["hard_at"] is not None,
        at=row["hard_at"] or row["soft_at"],
        times=row["softs"],
        status=row["status"],
        reason=row["reason"],
    )
