"""Openings: inbound conversations begin, many at a time; their customers are recognised, their place is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.base import Address, InboundMessage
from channels.calls import channel_of
from core.ids import uuid7
from core.text import preview, printable
from customers.contacts import Contact, Recognised
from customers.model import Customer, Identity
from interactions import store
from interactions.arrivals import Opening, Sorted, Sorter
from interactions.conversations import Conversations
from interactions.lines import Line
from interactions.model import Author, Call, State
from interactions.store import sql
from storage.database import Row, Tx


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an inbound conversation is to begin. What no widget has placed is sorted, by the message that opens it."""

    sender: Address
    subject: str | None = None
    opening: Opening | None = None
    call: Call | None = None
    state: State = "queued"
    inbound: InboundMessage | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that began; `found` is where it was sorted to, if it was sorted."""

    row: Row
    customer: Customer
    found: Sorted | None

    @property
    def is_parked(self) -> bool:
        return self.found is not None and self.found.is_parked

    @property
    def priority(self) -> int:
        return 0 if self.found is None else self.found.priority

    def lines(self, author: Author) -> list[Line]:
        """Return what the system says of it."""
        account_id = self.row["account_id"]
        notes = _notes(self.found)
        return [Line(self.row["id"], account_id, "system", author, text, event=event) for event, text in notes]


class Opener:
    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self.sorter: Sorter | None = None

    async def open(self, tx: Tx, account: Row, beginnings: Sequence[Beginning], now: datetime) -> list[Opened]:
        """Open inbound conversations, in their order.

        Each counts already what has to be said in it next: its `lines`, and the message that opens it.
        """
        if not beginnings:
            return []
        contacts = [_contact(account, each) for each in beginnings]
        recognised = await self._conversations.customers.recognise(tx, contacts)
        found = await self._sort(tx, account, beginnings, recognised)
        ids = [uuid7() for _ in beginnings]
        everything = zip(ids, beginnings, recognised, found, strict=True)
        await tx.together(
            sql.insert_interactions,
            [
                {
                    "id": interaction_id,
                    "channel": channel_of(account["kind"]),
                    "account_id": account["id"],
                    "direction": "inbound",
                    "customer_id": whose.customer.id,
                    "address": begin.sender.value,
                    "address_name": begin.sender.name,
                    "subject": begin.subject,
                    "state": "closed" if where is not None and where.is_parked else begin.state,
                    "queue_id": _queue(account, begin, where),
                    "agent_id": None,
                    "branch_id": account["branch_id"],
                    "call": begin.call.model_dump(mode="json") if begin.call else None,
                    "opened_at": now,
                    "assigned_at": None,
                    "details": dict(begin.opening.details) if begin.opening else {},
                    **_counted(begin, where),
                }
                for interaction_id, begin, whose, where in everything
            ],
        )
        rows = await store.lock_all(tx, ids)
        return [
            Opened(rows[interaction_id], whose.customer, where)
            for interaction_id, whose, where in zip(ids, recognised, found, strict=True)
        ]

    async def told(self, tx: Tx, account: Row, opened: Sequence[Opened]) -> None:
        """Let who looks after the customers hear of it."""
        for each in opened:
            channel = channel_of(account["kind"])
            await self._conversations.customers.contacted(tx, each.customer, each.row["id"], channel)

    async def _sort(
        self, tx: Tx, account: Row, beginnings: Sequence[Beginning], recognised: Sequence[Recognised]
    ) -> list[Sorted | None]:
        found: list[Sorted | None] = [None] * len(beginnings)
        asked = [
            (place, each.inbound)
            for place, each in enumerate(beginnings)
            if each.inbound is not None and each.opening is None
        ]
        if asked and self.sorter is not None:
            new = [(inbound, recognised[place].is_known) for place, inbound in asked]
            for (place, _), where in zip(asked, await self.sorter.sort(tx, account, new), strict=True):
                found[place] = where
        return found


def _notes(found: Sorted | None) -> list[tuple[str, str]]:
    """Return the events that the system tells of an opening, with their texts."""
    if found is None or not (found.rule or found.is_parked):
        return [("opened", "")]
    return [("opened", ""), ("parked" if found.is_parked else "sorted", found.rule)]


def _counted(begin: Beginning, found: Sorted | None) -> dict[str, Any]:
    notes, inbound = len(_notes(found)), begin.inbound
    if inbound is None:
        return {"said": notes, "unread": 0, "preview": ""}
    return {"said": notes + 1, "unread": 1, "preview": preview(printable(inbound.text))}


def _queue(account: Row, begin: Beginning, found: Sorted | None) -> UUID:
    chosen = found.queue_id if found is not None else begin.opening.queue_id if begin.opening is not None else None
    queue_id: UUID = chosen or account["queue_id"]
    return queue_id


def _contact(account: Row, begin: Beginning) -> Contact:
    opening, sender = begin.opening or Opening(), begin.sender
    identity = Identity(kind=sender.kind.value, value=sender.value[:254] or "unknown")
    return Contact(identity, sender.name or sender.value, account["branch_id"], opening.locale, opening.proven)
