"""What an action does to a ticket, in the caller's transaction and under the ticket's lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from access.model import Locale, Permission
from automation.model import (
    Action,
    AddCheck,
    Did,
    Notify,
    RaisePriority,
    SetField,
    SetValue,
    TellCustomer,
)
from core.actor import Actor
from core.errors import MarkazError
from core.ids import uuid7
from storage.database import Row, Tx
from tickets.model import PRIORITIES
from tickets.service import Tickets
from tickets.worklog import Worklog


class Courier(Protocol):
    """Who writes to customers where they want to be reached."""

    async def tell(self, tx: Tx, ticket_id: UUID, texts: Mapping[Locale, str]) -> str:
        """Leave a message, with its placeholders filled in; returns the channel. Raises Conflict when there is none."""
        ...


class Doing:
    """The actions of rules and of macros."""

    def __init__(self, tickets: Tickets, worklog: Worklog, courier: Courier) -> None:
        self.tickets, self._worklog, self._courier = tickets, worklog, courier

    async def all(self, tx: Tx, actor: Actor, ticket_id: UUID, actions: tuple[Action, ...], cause: str) -> list[Did]:
        """Do one after another; one that is refused is taken back by itself, and the others are done."""
        done = []
        for action in actions:
            try:
                async with tx.attempt():
                    detail = await self._one(tx, actor, ticket_id, action, cause)
                done.append(Did(do=action.do, detail=detail))
            except MarkazError as error:
                done.append(Did(do=action.do, detail=error.detail, is_refused=True))
        return done

    async def must_see(self, tx: Tx, actor: Actor, ticket_id: UUID) -> Row:
        """Hold a ticket that an agent sees and may change."""
        row = await self.tickets.must_see(tx, actor, ticket_id)
        actor.must(Permission.TICKET_WRITE, row["branch_id"])
        return row

    async def _one(self, tx: Tx, actor: Actor, ticket_id: UUID, action: Action, cause: str) -> str:
        match action:
            case SetValue():
                return await self._change(tx, actor, ticket_id, {action.what: action.said}, cause)
            case SetField():
                return await self._change(tx, actor, ticket_id, {"fields": {action.key: action.value}}, cause)
            case RaisePriority():
                row = await self.tickets.hold(tx, ticket_id)
                higher = PRIORITIES[min(row["priority"] + 1, len(PRIORITIES) - 1)]
                return await self._change(tx, actor, ticket_id, {"priority": higher}, cause)
            case AddCheck():
                await self._worklog.put_check(tx, ticket_id, action.text)
                return action.text
            case Notify():
                source = f"rule:{uuid7()}"
                return str(
                    await self.tickets.telling.ring(tx, ticket_id, action.to, action.people, action.text, source)
                )
            case TellCustomer():
                return await self._courier.tell(tx, ticket_id, action.texts)

    async def _change(self, tx: Tx, actor: Actor, ticket_id: UUID, said: dict[str, Any], cause: str) -> str:
        row = await self.tickets.hold(tx, ticket_id)
        is_changed = await self.tickets.apply(tx, actor, row, said, cause=cause)
        return ", ".join(said) if is_changed else "as it was"
