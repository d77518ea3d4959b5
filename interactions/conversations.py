"""What several use-cases share: telling what an interaction is now, adding a message, ending a turn of work.

Everything here runs in the caller's transaction, under the lock of the interaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from access.model import Permission
from agents.model import Presence
from agents.service import Agents
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import StaffId
from customers.model import Customer, CustomerCard, CustomerId, card_of, traits
from customers.service import Customers
from interactions import drafts, lines, store
from interactions.lines import Line, Said
from interactions.model import (
    Author,
    Change,
    Direction,
    InteractionChanged,
    InteractionRemoved,
    InteractionView,
    MessageAdded,
    MessageView,
    State,
)
from interactions.store import sql
from routing.service import Routing
from storage.database import Row, Tx

_OUTSIDE = frozenset({ActorKind.VISITOR, ActorKind.CUSTOMER})


class NotYours(Conflict):
    """The conversation is not assigned to you at the moment."""


class Conversations:
    """Moves on one interaction."""

    def __init__(self, customers: Customers, routing: Routing, agents: Agents, clock: Clock) -> None:
        self.customers, self.routing, self.clock = customers, routing, clock
        self._agents = agents

    async def is_present(self, tx: Tx, agent_id: StaffId) -> bool:
        """Tell whether the owner is there at all; one on a break still answers own conversations."""
        return (await self._agents.presence(tx, agent_id)).state != "offline"

    async def pause(self, tx: Tx, agent_id: StaffId, now: datetime) -> None:
        """Ask nobody whose phone was not answered for more until they say that they are there."""
        if (await self._agents.presence(tx, agent_id)).state == "available":
            await self._agents.change_presence(tx, agent_id, Presence(state="not_ready", reason="missed", since=now))

    async def must_reach(self, tx: Tx, actor: Actor, row: Row, queue_id: UUID | None, agent_id: StaffId | None) -> str:
        """Refuse to hand over to whom the actor does not see or a queue that does not take it; return the name."""
        if queue_id is not None:
            queue = await self.routing.queues.must_see(tx, actor, queue_id)
            if not queue.is_active:
                raise Invalid(f"The queue {queue.name} is switched off.")
            if not queue.takes(row["channel"]):
                raise Invalid(f"The queue {queue.name} does not take this channel.")
            return queue.name
        if agent_id is None:
            raise NotFound
        return await self.must_know(tx, actor, agent_id)

    async def must_know(self, tx: Tx, actor: Actor, agent_id: StaffId) -> str:
        """Refuse an agent whom the actor does not see; return the name."""
        return await self._agents.must_see(tx, actor, agent_id)

    async def view(self, tx: Tx, row: Row) -> InteractionView:
        card = await self.customers.card(tx, CustomerId(row["customer_id"]))
        return store.interaction(row, card)

    async def tell(
        self, tx: Tx, interaction_id: UUID, change: Change, *, with_messages: bool = False
    ) -> InteractionView:
        """Emit what the interaction is now."""
        messages = await store.last_messages(tx, interaction_id) if with_messages else None
        [view] = await self.tell_all(tx, {interaction_id: change}, messages=messages)
        return view

    async def tell_all(
        self,
        tx: Tx,
        changes: Mapping[UUID, Change],
        *,
        people: Mapping[CustomerId, Customer] | None = None,
        messages: list[MessageView] | None = None,
    ) -> list[InteractionView]:
        """Emit what interactions are now; `people` are their customers, where the caller knows them already."""
        rows = await store.get_all(tx, changes)
        if rows.keys() < changes.keys():
            raise NotFound
        if people is None:
            people = await self.customers.survivors(tx, {row["customer_id"] for row in rows.values()})
        views = []
        for interaction_id, change in changes.items():
            row = rows[interaction_id]
            view = store.interaction(row, card_of(people[row["customer_id"]]))
            waits = row["channel"] == "webchat" and row["state"] == "queued"
            position = await self.routing.position(tx, interaction_id) if waits else None
            tx.emit(InteractionChanged(change=change, interaction=view, messages=messages, position=position))
            views.append(view)
        return views

    async def say(
        self,
        tx: Tx,
        row: Row,
        direction: Direction,
        author: Author,
        text: str,
        at: datetime,
        **more: Any,
    ) -> MessageView:
        """Add a message and tell it."""
        # A mail to a chat is known by its own account's ids, not by the chat's.
        account_id = more.pop("account_id", row["account_id"])
        [message] = await self.say_all(tx, [Line(row["id"], account_id, direction, author, text, **more)], at)
        return message

    async def say_all(
        self, tx: Tx, said: Sequence[Line], at: datetime, *, begun: Collection[Row] = ()
    ) -> list[MessageView]:
        """Add messages and tell them; `begun` are the conversations that these open, which count them already."""
        placed = await lines.add(tx, said, at, begun=begun)
        for each in placed:
            tell_said(tx, each)
        return [each.message for each in placed]

    def tell_message(self, tx: Tx, message: MessageView, row: Row) -> None:
        """Tell a message as it is now; `row` is its conversation."""
        tell_said(tx, Said(message, row["unread"], row["preview"], row["agent_id"], row["channel"], row["address"]))

    async def note_event(self, tx: Tx, row: Row, event: str, at: datetime, text: str = "") -> MessageView:
        """Add a line of the system: what happened to the conversation."""
        return await self.say(tx, row, "system", said_by(tx.actor), text, at, event=event)

    async def move(
        self,
        tx: Tx,
        row: Row,
        state: State,
        now: datetime,
        *,
        agent_id: StaffId | None = None,
        queue_id: UUID | None = None,
        assigned_at: datetime | None = None,
        disposition: str | None = None,
    ) -> None:
        """Change the state; an agent who loses it is told so."""
        await tx.run(
            sql.set_state,
            id=row["id"],
            state=state,
            agent_id=agent_id,
            queue_id=queue_id,
            assigned_at=assigned_at,
            now=now,
            disposition=disposition,
        )
        is_leaving = (
            row["agent_id"] is not None
            and row["state"] != "closed"
            and (agent_id != row["agent_id"] or state == "closed")
        )
        if is_leaving:
            tx.emit(InteractionRemoved(interaction_id=row["id"], agent_id=row["agent_id"], reason=state))
        if state == "closed":
            await drafts.drop_all(tx, row["id"])

    async def closed(self, tx: Tx, row: Row, now: datetime, disposition: str | None = None) -> None:
        """It is over: a line says how, and everybody who sees it is told."""
        await self.note_event(tx, row, "closed", now, disposition or row["disposition"] or "")
        await self.move(tx, row, "closed", now, agent_id=row["agent_id"], disposition=disposition)
        await self.tell(tx, row["id"], "closed")

    async def skills_named(self, tx: Tx, skills: Mapping[UUID, int]) -> str:
        """Return asked levels as people say them; Invalid when there is no such skill."""
        names = await self._agents.skill_names(tx, skills)
        if len(names) < len(skills):
            raise Invalid("There is no such skill.")
        return ", ".join(f"{name} \u2265 {skills[skill_id]}" for skill_id, name in names.items())

    async def stir(self, tx: Tx, row: Row) -> None:
        """The customer speaks again: a conversation that weighed little weighs what it did."""
        if row["is_quiet"]:
            await tx.run(sql.set_quiet, id=row["id"], is_quiet=False)
            await self.routing.rouse(tx, row["id"])

    async def wake(self, tx: Tx, row: Row, now: datetime) -> None:
        """Bring a snoozed conversation back into its agent's sight."""
        if row["snoozed_until"] is None:
            return
        await tx.run(sql.snooze, id=row["id"], until=None)
        await self.routing.rouse(tx, row["id"])
        await self.note_event(tx, row, "woke", now)
        await self.tell(tx, row["id"], "woke")

    async def summary(self, tx: Tx, row: Row) -> dict[str, Any]:
        """Return what an offer shows before it is accepted."""
        return summary_of(row, await self.customers.card(tx, CustomerId(row["customer_id"])))

    async def attributes(self, tx: Tx, row: Row) -> dict[str, str]:
        """Return what rules of work look at: the customer's traits, and what was said before the conversation."""
        people = await self.customers.survivors(tx, [row["customer_id"]])
        return looked_at(row, people[row["customer_id"]])


def tell_said(tx: Tx, said: Said) -> None:
    tx.emit(
        MessageAdded(
            interaction_id=said.message.interaction_id,
            message=said.message,
            unread=said.unread,
            preview=said.preview,
            agent_id=None if said.agent_id is None else StaffId(said.agent_id),
            visitor_id=said.address if said.channel == "webchat" else None,
        )
    )


def summary_of(row: Row, customer: CustomerCard) -> dict[str, Any]:
    return {"customer": customer.model_dump(mode="json"), "subject": row["subject"], "preview": row["preview"]}


def looked_at(row: Row, customer: Customer) -> dict[str, str]:
    return traits(customer) | attributes_of(row["channel"], row["direction"], row["details"])


def said_by(actor: Actor) -> Author:
    """Return as whom the system tells what happened: whoever of staff did it, or itself."""
    if actor.kind is ActorKind.STAFF and actor.id is not None:
        return Author(kind="agent", id=actor.id, name=actor.name)
    return Author(kind="system")


def attributes_of(channel: str, direction: str, details: Mapping[str, Any]) -> dict[str, str]:
    """Return of a conversation what rules look at; the language in which it is held counts before the usual one."""
    chosen = {f"form.{key}": value for key, value in details.get("choices", {}).items()}
    spoken = {"language": details["locale"]} if details.get("locale") else {}
    asked = details.get("asked", {})
    skills = {f"skill.{skill}": f"{level} {asked['queue_id']}" for skill, level in asked.get("skills", {}).items()}
    return {"channel": channel, "direction": direction, **spoken, **chosen, **skills}


def author_of(actor: Actor) -> Author:
    """Return a person of staff as the author of a message."""
    if actor.kind in _OUTSIDE or actor.id is None:
        raise Forbidden
    return Author(kind="agent", id=actor.id, name=actor.name)


def must_answer(actor: Actor, row: Row) -> None:
    """Refuse unless the conversation is this agent's, or the actor supervises and joins one that somebody has."""
    is_joined = row["state"] == "assigned" and actor.kind not in _OUTSIDE
    if not (is_joined and actor.may(Permission.WORK_SUPERVISE)):
        must_own(actor, row)


def must_own(actor: Actor, row: Row) -> None:
    """Refuse unless the conversation is assigned to this agent."""
    if row["agent_id"] is None or row["agent_id"] != actor.id or row["state"] == "closed":
        raise NotYours
    if actor.kind in _OUTSIDE:
        raise Forbidden
