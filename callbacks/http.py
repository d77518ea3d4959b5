"""Routes of callbacks, and of what queues offer."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from callbacks.desk import CallbackDesk
from callbacks.model import Callback, CallbackChange, CallbackQuery, NewCallback, Rule, RuleChange, RuleView
from core.http import Call, Page, route
from customers.http import before_id


class Rules(BaseModel):
    items: list[RuleView]


class CallbackRoutes:
    def __init__(self, desk: CallbackDesk) -> None:
        self._desk = desk

    @route("GET", "/api/callbacks", permission=Permission.INTERACTION_READ)
    async def callbacks(self, call: Call, query: CallbackQuery) -> Page[Callback]:
        """List callbacks, newest first; without `callback.manage` only those that you promised or have."""
        more = query.model_copy(update={"limit": query.limit + 1})
        found = await self._desk.search(call.actor, more, before_id(query.cursor) if query.cursor else None)
        items = found[: query.limit]
        return Page[Callback](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/callbacks", permission=Permission.INTERACTION_START, status=201)
    async def promise(self, call: Call, body: NewCallback) -> Callback:
        """Have a customer called, now or at a moment, once per `client_id`."""
        return await self._desk.promise(call.actor, body)

    @route("PATCH", "/api/callbacks/{callback_id}", permission=Permission.CALLBACK_MANAGE)
    async def change(self, call: Call, callback_id: UUID, body: CallbackChange) -> Callback:
        """Give a callback another moment, queue or agent."""
        return await self._desk.change(call.actor, callback_id, body)

    @route("POST", "/api/callbacks/{callback_id}/cancel", permission=Permission.CALLBACK_MANAGE)
    async def cancel(self, call: Call, callback_id: UUID) -> Callback:
        """Call a callback off."""
        return await self._desk.cancel(call.actor, callback_id)

    @route("GET", "/api/callback-rules", permission=Permission.QUEUE_MANAGE)
    async def rules(self, call: Call) -> Rules:
        """List what queues do for those who wait in them."""
        return Rules(items=await self._desk.rules(call.actor))

    @route("PUT", "/api/callback-rules/{queue_id}", permission=Permission.QUEUE_MANAGE)
    async def change_rule(self, call: Call, queue_id: UUID, body: RuleChange) -> Rule:
        """Say what a queue does for those who wait in it."""
        return await self._desk.change_rule(call.actor, queue_id, body)
