"""What conversations tell of a customer: their part of the timeline, and of the facts on the customer's page."""

from __future__ import annotations

from collections.abc import Sequence

from access.model import Permission
from customers.model import CustomerCard, CustomerId
from customers.overview import Count, Facts, OpenItem
from customers.service import Customers
from customers.timeline import Place, TimelineItem
from interactions import store
from interactions.store import sql
from storage.database import Row, Tx

_OPEN_MOST = 20


class History:
    """Conversations, calls and notes; what is of another branch is not there."""

    kinds = frozenset({"conversation", "call", "note"})

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    async def items(
        self,
        tx: Tx,
        customer_ids: Sequence[CustomerId],
        kinds: frozenset[str],
        channel: str | None,
        before: Place,
        most: int,
    ) -> list[TimelineItem]:
        if not tx.actor.may(Permission.INTERACTION_READ):
            return []
        place = {
            "customers": list(customer_ids),
            "branches": tx.actor.branch_scope,
            "channel": channel,
            "before_at": before.at,
            "before_key": before.id,
            "most": most,
        }
        found = []
        if kinds & {"conversation", "call"}:
            calls = {"with_talks": "conversation" in kinds, "with_calls": "call" in kinds}
            card = await self._customers.card(tx, customer_ids[0])
            found += [_conversation(row, card) for row in await tx.rows(sql.past_conversations, **place, **calls)]
        if "note" in kinds:
            found += [_note(row) for row in await tx.rows(sql.past_notes, **place)]
        return found

    async def facts(self, tx: Tx, customer_ids: Sequence[CustomerId]) -> Facts:
        if not tx.actor.may(Permission.INTERACTION_READ):
            return Facts()
        scope = {"customers": list(customer_ids), "branches": tx.actor.branch_scope}
        counted = await tx.rows(sql.count_conversations, **scope)
        opened = await tx.rows(sql.open_conversations, **scope, most=_OPEN_MOST)
        return Facts(
            counts=[Count(channel=row["channel"], conversations=row["conversations"]) for row in counted],
            open=[_open(row) for row in opened],
            last_in_at=max((row["last_in_at"] for row in counted if row["last_in_at"]), default=None),
            last_out_at=max((row["last_out_at"] for row in counted if row["last_out_at"]), default=None),
        )


def _conversation(row: Row, card: CustomerCard) -> TimelineItem:
    view = store.interaction(row, card)
    return TimelineItem(
        id=f"conversation:{view.id}",
        kind="conversation" if view.call is None else "call",
        at=view.opened_at,
        channel=view.channel,
        details={
            "interaction": view.model_dump(mode="json"),
            "messages": {"inbound": row["inbound"], "outbound": row["outbound"]},
        },
    )


def _note(row: Row) -> TimelineItem:
    known = {name: row[name] for name in ("text", "author_name", "number")}
    details = {**known, "interaction_id": str(row["interaction_id"])}
    return TimelineItem(id=f"note:{row['id']}", kind="note", at=row["at"], channel=row["channel"], details=details)


def _open(row: Row) -> OpenItem:
    return OpenItem(
        kind="conversation",
        id=str(row["id"]),
        title=row["subject"] or row["preview"],
        channel=row["channel"],
        state=row["state"],
        at=row["opened_at"],
        agent_name=row["agent_name"],
    )
