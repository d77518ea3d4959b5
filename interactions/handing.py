"""Handing conversations over: by who has them, by a supervisor, by an agent who takes one that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from access.model import Permission
from channels.base import Channel
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid
from core.ids import StaffId
from core.values import Value
from interactions import store
from interactions.conversations import Conversations, author_of, must_own
from interactions.legs import leave_out, leave_release
from interactions.model import Call, InteractionView, Transfer
from interactions.outbox import leave_connecting
from interactions.store import sql
from routing.model import Priority
from storage.database import Database, Row, Tx


class Urgency(Value):
    """How urgent waiting work is. An emergency goes before everything else."""

    priority: int = Field(0, ge=0, le=3)
    is_emergency: bool = False

    @property
    def name(self) -> str:
        return "emergency" if self.is_emergency else Priority(self.priority).name.lower()


class Handing:
    """Who has a conversation next. Of several at once one wins; the place in the queue is kept."""

    def __init__(
        self, db: Database, clock: Clock, conversations: Conversations, channels: Mapping[str, type[Channel]]
    ) -> None:
        self._db, self._clock = db, clock
        self._conversations, self._channels = conversations, channels

    async def transfer(self, actor: Actor, interaction_id: UUID, transfer: Transfer) -> None:
        """Hand over the own one: to a queue, to an agent who is asked first, or to whoever has a skill."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_TRANSFER, row["branch_id"])
            must_own(actor, row)
            if transfer.agent_id == actor.id:
                raise Invalid("It is yours already.")
            if row["state"] != "assigned":
                raise Conflict("Only a conversation in work can be handed over.")
            await self._hand_over(tx, actor, row, transfer, "transferred")

    async def reroute(self, actor: Actor, interaction_id: UUID, transfer: Transfer) -> None:
        """Let one that waits, or that somebody has, wait elsewhere or for somebody else; a spoken call stays."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.WORK_SUPERVISE, row["branch_id"])
            if row["state"] not in ("queued", "assigned"):
                raise Conflict("It is no longer in work.")
            _must_not_be_spoken(row)
            await self._hand_over(tx, actor, row, transfer, "rerouted")

    async def _hand_over(
        self, tx: Tx, actor: Actor, row: Row, transfer: Transfer, event: Literal["transferred", "rerouted"]
    ) -> None:
        now, routing = self._clock(), self._conversations.routing
        to = await self._to(tx, actor, row, transfer)
        await _let_go(tx, row)
        if transfer.note:
            await self._conversations.say(tx, row, "note", author_of(actor), transfer.note, now)
        await self._conversations.note_event(tx, row, event, now, to)
        await self._conversations.move(tx, row, "queued", now, queue_id=transfer.queue_id)
        await routing.requeue(
            tx,
            row["id"],
            queue_id=transfer.queue_id,
            to=transfer.agent_id,
            skills=transfer.skills,
            cause="transferred",
        )
        row = await store.lock(tx, row["id"])
        await routing.describe(tx, {row["id"]: await self._conversations.summary(tx, row)})
        await self._conversations.tell(tx, row["id"], "transferred")

    async def _to(self, tx: Tx, actor: Actor, row: Row, transfer: Transfer) -> str:
        """Refuse what names nobody, or too many; return whom it names, as people say it."""
        if transfer.agent_id is not None and (transfer.queue_id is not None or transfer.skills):
            raise Invalid("An agent is asked alone: name a queue, an agent or skills.")
        named = []
        if transfer.queue_id is not None or transfer.agent_id is not None:
            named.append(await self._conversations.must_reach(tx, actor, row, transfer.queue_id, transfer.agent_id))
        if transfer.skills:
            named.append(await self._conversations.skills_named(tx, transfer.skills))
        if not named:
            raise Invalid("Name a queue, an agent or skills.")
        return " · ".join(named)

    async def pick(self, actor: Actor, interaction_id: UUID) -> InteractionView:
        """Take one that waits, when what it asks for is there; beyond the capacity with a permission of its own."""
        if actor.id is None:
            raise Forbidden
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.WORK_TAKE, row["branch_id"])
            if row["state"] == "assigned" and row["agent_id"] == actor.id:
                return await self._conversations.view(tx, row)
            if row["state"] != "queued":
                raise Conflict("Somebody else was faster.")
            await self._conversations.routing.must_admit(tx, interaction_id, StaffId(actor.id))
            may_exceed = actor.may(Permission.WORK_OVERLOAD)
            return await self._give(tx, row, StaffId(actor.id), ("queued",), may_exceed=may_exceed)

    async def take(self, actor: Actor, interaction_id: UUID, has: StaffId | None) -> InteractionView:
        """Take over from whoever has it as the supervisor sees it, or from the queue."""
        if actor.id is None:
            raise Forbidden
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.WORK_SUPERVISE, row["branch_id"])
            if row["state"] == "assigned" and row["agent_id"] == actor.id:
                return await self._conversations.view(tx, row)
            if row["state"] not in ("queued", "assigned"):
                raise Conflict("It is no longer in work.")
            if row["agent_id"] != has:
                raise Conflict("Somebody else has it by now.")
            _must_not_be_spoken(row)
            only = ("queued", "offered", "assigned")
            may_exceed = actor.may(Permission.WORK_OVERLOAD)
            return await self._give(tx, row, StaffId(actor.id), only, may_exceed=may_exceed)

    async def _give(
        self, tx: Tx, row: Row, agent_id: StaffId, only: tuple[str, ...], *, may_exceed: bool
    ) -> InteractionView:
        now: datetime = self._clock()
        units = self._channels[row["channel"]].units
        await self._conversations.routing.take(tx, row["id"], agent_id, units, only=only, may_exceed=may_exceed)
        await self._conversations.move(tx, row, "assigned", now, agent_id=agent_id, assigned_at=now)
        await self._conversations.note_event(tx, await store.lock(tx, row["id"]), "taken", now)
        if row["call"] is not None:
            await leave_connecting(tx, row, agent_id)
        return await self._conversations.tell(tx, row["id"], "taken", with_messages=True)

    async def prioritise(self, actor: Actor, interaction_id: UUID, urgency: Urgency) -> InteractionView:
        """Say how urgent one that waits is; its place follows."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.WORK_PRIORITISE, row["branch_id"])
            await self._conversations.routing.prioritise(
                tx, interaction_id, urgency.priority, is_emergency=urgency.is_emergency
            )
            await self._conversations.note_event(tx, row, "prioritised", self._clock(), urgency.name)
            return await self._conversations.tell(tx, interaction_id, "prioritised")


async def _let_go(tx: Tx, row: Row) -> None:
    """Whoever has a call leaves it, and the customer hears music until somebody else answers."""
    call = None if row["call"] is None else Call(**row["call"])
    if call is None or call.is_over or row["agent_id"] is None:
        return
    waiting = call.model_copy(update={"status": "waiting", "party": None, "listeners": [], "is_held": True})
    await tx.run(sql.set_call, id=row["id"], call=waiting.model_dump(mode="json"))
    for label in [*([call.party.label] if call.party else []), *(each.label for each in call.listeners)]:
        await leave_out(tx, row, label)
    await leave_release(tx, row, row["agent_id"])


def _must_not_be_spoken(row: Row) -> None:
    if row["agent_id"] is not None and row["call"] is not None and not Call(**row["call"]).is_over:
        raise Invalid("A call that is being spoken cannot be taken over.")
