"""Tickets as routing and the clocks see them: what they tell in their transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.ids import BranchId, StaffId
from customers.model import CustomerId
from customers.service import Customers
from routing.model import ChannelRule
from routing.service import Routing
from routing.values import NewWork
from storage.database import Tx
from tickets.flow import OUR_TURN
from tickets.model import Priority, number
from tickets.store import sql

KIND = "ticket"
CHANNEL = "ticket"
# Ten tickets fill an agent; what waits for the customer weighs nothing.
UNITS = 10
RULE = ChannelRule(weight=UNITS, most=10, is_exclusive=False)


class TicketWork:
    """Keeps the work of a ticket in step with it, under the lock of the ticket.

    It is work while it is our turn and it has a team. Then it waits, unless somebody owns it, whose it is at once: a
    ticket that its customer answered goes back to its owner past the capacity, and nothing new comes until there is
    room. Otherwise it is no work, and takes no room.
    """

    def __init__(self, routing: Routing, customers: Customers) -> None:
        self._routing, self._customers = routing, customers

    async def follow(self, tx: Tx, values: Mapping[str, Any], now: datetime) -> None:
        """Let its work be what the ticket says."""
        row = await tx.row(sql.work_of_ticket, id=values["id"])
        is_open = row is not None and row["state"] != "done"
        if values["queue_id"] is None or values["category"] not in OUR_TURN or values["merged_into"] is not None:
            if is_open:
                await self._routing.withdraw(tx, values["id"], cause="changed")
            return
        if row is None or not is_open:
            await self._routing.enqueue(tx, await self._new(tx, values, now))
            await self._routing.keep_from(tx, values["id"], values["hidden_from"])
        elif row["queue_id"] != values["queue_id"]:
            await self._routing.requeue(tx, values["id"], queue_id=values["queue_id"])
        elif row["state"] in ("assigned", "wrap_up") and values["owner_id"] != row["agent_id"]:
            await self._routing.requeue(tx, values["id"])
        if is_open:
            await self._routing.keep_from(tx, values["id"], values["hidden_from"])
        if values["owner_id"] is not None:
            await self._give(tx, values["id"], values["owner_id"])

    async def _give(self, tx: Tx, ticket_id: UUID, owner_id: StaffId) -> None:
        row = await tx.row(sql.work_of_ticket, id=ticket_id)
        has_it = row is not None and row["state"] in ("assigned", "wrap_up") and row["agent_id"] == owner_id
        if not has_it and await tx.value(sql.is_agent, id=owner_id):
            await self._routing.take(tx, ticket_id, owner_id, UNITS, may_exceed=True)

    async def _new(self, tx: Tx, values: Mapping[str, Any], now: datetime) -> NewWork:
        customer_id = values["customer_id"]
        traits = {} if customer_id is None else await self._customers.traits(tx, CustomerId(customer_id))
        priority = Priority(values["priority"])
        urgency = max(0, priority - Priority.NORMAL)
        return NewWork(
            id=values["id"],
            kind=KIND,
            queue_id=values["queue_id"],
            branch_id=None if values["branch_id"] is None else BranchId(values["branch_id"]),
            channel=CHANNEL,
            units=UNITS,
            first_enqueued_at=now,
            priority=urgency,
            attributes=traits | {"channel": CHANNEL, "kind": values["kind"], "priority": priority.word},
            summary=await self._summary(tx, values),
            due_at=await tx.value(sql.due_of_ticket, id=values["id"]),
        )

    async def _summary(self, tx: Tx, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an offer shows before it is accepted."""
        card = None
        if values["customer_id"] is not None:
            card = (await self._customers.card(tx, CustomerId(values["customer_id"]))).model_dump(mode="json")
        named = number(values["kind"], values["serial"])
        return {
            "customer": card or {},
            "subject": f"{named} {values['subject']}",
            "preview": values["description"][:140],
        }
