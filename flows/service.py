"""What administrators do with call flows: draft them, publish them, go back, look at what became of calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import uuid7
from flows import store
from flows.model import (
    CallPath,
    Edition,
    Flow,
    FlowChange,
    FlowFault,
    FlowSaved,
    FlowView,
    NewFlow,
    Publish,
    StepFigure,
    changed_fields,
    faults,
    silent_faults,
)
from flows.soundmodel import pinned, sounds_of
from flows.store import sql
from interactions.service import Interactions
from storage.database import Database, Row, Tx

_FIGURES_OF = timedelta(days=30)


class NotReady(Invalid):
    """The flow has faults and cannot be published."""


class FlowDesk:
    """Flows as administrators have them."""

    def __init__(self, db: Database, clock: Clock, interactions: Interactions) -> None:
        self._db, self._clock, self._interactions = db, clock, interactions

    async def all(self, actor: Actor) -> list[FlowView]:
        return [store.view(row) for row in await self._db.rows(sql.list_flows, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: NewFlow) -> FlowView:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.FLOW_MANAGE, new.branch_id)
            flow_id = uuid7()
            await tx.run(sql.insert_flow, id=flow_id, **changed_fields(new))
            tx.emit(FlowSaved(flow_id=flow_id, name=new.name))
            return await store.get(tx, flow_id)

    async def change(self, actor: Actor, flow_id: UUID, change: FlowChange) -> FlowView:
        """Keep a draft, faults and all: callers hear what is published. The numbers that it answers change at once."""
        async with self._db.transaction(actor) as tx:
            await _hold(tx, actor, flow_id, change.version)
            actor.must(Permission.FLOW_MANAGE, change.branch_id)
            await _must_be_telephones(tx, actor, flow_id, change.account_ids)
            await tx.run(sql.save_flow, id=flow_id, **changed_fields(change))
            await tx.run(sql.drop_uses, flow_id=flow_id, account_ids=change.account_ids, branches=actor.branch_scope)
            await tx.run(sql.save_uses, flow_id=flow_id, account_ids=change.account_ids)
            await _must_be_heard(tx, flow_id)
            tx.emit(FlowSaved(flow_id=flow_id, name=change.name))
            return await store.get(tx, flow_id)

    async def publish(self, actor: Actor, flow_id: UUID, order: Publish) -> FlowView:
        """Let new calls begin with the draft, or again with an earlier version; calls under way keep theirs."""
        async with self._db.transaction(actor) as tx:
            row = await _hold(tx, actor, flow_id, order.version)
            number = order.number
            if number is None:
                draft = Flow.model_validate(row["draft"])
                flow = (await _ready(tx, actor, draft)).model_dump(mode="json")
                now = self._clock()
                number = await tx.value(
                    sql.insert_version, flow_id=flow_id, flow=flow, now=now, published_by=actor.name
                )
            elif not await tx.value(sql.is_version, flow_id=flow_id, number=number):
                raise NotFound("There is no such version.")
            await tx.run(sql.publish_version, flow_id=flow_id, number=number)
            await _must_be_heard(tx, flow_id)
            tx.emit(FlowSaved(flow_id=flow_id, name=row["name"], published=number))
            return await store.get(tx, flow_id)

    async def editions(self, actor: Actor, flow_id: UUID) -> list[Edition]:
        await self._must_see(actor, flow_id)
        return [Edition(**dict(row)) for row in await self._db.rows(sql.list_versions, flow_id=flow_id)]

    async def figures(self, actor: Actor, flow_id: UUID, number: int) -> list[StepFigure]:
        """Return how the steps of a version were left in the last thirty days."""
        await self._must_see(actor, flow_id)
        since = self._clock() - _FIGURES_OF
        rows = await self._db.rows(sql.step_figures, flow_id=flow_id, number=number, since=since)
        return [StepFigure(**dict(row)) for row in rows]

    async def path(self, actor: Actor, interaction_id: UUID) -> CallPath:
        """Return the steps that a call went through before people had it."""
        await self._interactions.get(actor, interaction_id)
        row = await self._db.row(sql.call_of_interaction, interaction_id=interaction_id)
        if row is None:
            return CallPath(items=[])
        items = await store.path(self._db, row["account_id"], row["call_id"])
        has_left = row["ended"] is None and row["state"] == "closed"
        name = next((each["name"] for each in row["flow"]["steps"] if each["id"] == row["step"]), "")
        return CallPath(
            items=items,
            flow=row["name"],
            began_at=row["began_at"],
            ended="hung_up" if has_left else row["ended"],
            where=(name or row["step"]) if has_left else "",
        )

    async def _must_see(self, actor: Actor, flow_id: UUID) -> None:
        if not actor.sees((await store.get(self._db, flow_id)).branch_id):
            raise NotFound("There is no such call flow.")


async def _hold(tx: Tx, actor: Actor, flow_id: UUID, version: int) -> Row:
    row = await store.lock(tx, flow_id)
    if not actor.sees(row["branch_id"]):
        raise NotFound("There is no such call flow.")
    actor.must(Permission.FLOW_MANAGE, row["branch_id"])
    if row["version"] != version:
        raise Conflict.overtaken()
    return row


async def _must_be_telephones(tx: Tx, actor: Actor, flow_id: UUID, account_ids: list[UUID]) -> None:
    ids = _ids(account_ids)
    if await tx.value(sql.telephones, flow_id=flow_id, account_ids=ids, branches=actor.branch_scope) < len(ids):
        raise Invalid("A flow answers at telephone numbers in sight.", field="account_ids")


async def _ready(tx: Tx, actor: Actor, flow: Flow) -> Flow:
    """Return a flow as it is published, with the sounds that it has now.

    Raises NotReady for one with faults, or one that names queues, hours, skills or sounds that are not there.
    """
    found = faults(flow)
    queues = {step.id: step.queue_id for step in flow.steps if step.queue_id is not None}
    hours = {step.id: step.calendar_id for step in flow.steps if step.calendar_id is not None}
    rows = await tx.rows(sql.queues_in_sight, ids=_ids(queues.values()), branches=actor.branch_scope)
    seen = {row["id"] for row in rows}
    found += (FlowFault(step=each, fault="queue") for each, queue_id in queues.items() if queue_id not in seen)
    known = {row["id"] for row in await tx.rows(sql.calendars_known, ids=_ids(hours.values()))}
    found += (FlowFault(step=each, fault="calendar") for each, hours_id in hours.items() if hours_id not in known)
    skills = {
        row["id"]
        for row in await tx.rows(sql.skills_known, ids=_ids(each for step in flow.steps for each in step.skills))
    }
    found += (FlowFault(step=step.id, fault="skill") for step in flow.steps if step.skills.keys() - skills)
    named = sounds_of(flow)
    rows = await tx.rows(sql.sounds_to_play, ids=_ids(named), branches=actor.branch_scope)
    sounds = {row["id"]: (row["content_id"], row["name"]) for row in rows}
    missing = [place for sound_id in named.keys() - sounds.keys() for place in named[sound_id]]
    found += (FlowFault(step=step, fault="sound", at=language) for step, language in missing)
    if found:
        raise NotReady("The flow has faults.", problems=[each.model_dump(mode="json") for each in found])
    return pinned(flow, sounds)


async def _must_be_heard(tx: Tx, flow_id: UUID) -> None:
    """Refuse what a telephone that only plays sounds would leave out. Raises NotReady."""
    flow = await tx.value(sql.played_flow, flow_id=flow_id)
    found = [] if flow is None else silent_faults(Flow.model_validate(flow))
    if found:
        words = "Asterisk plays sounds and speaks no words: every step needs a sound in each language."
        raise NotReady(words, field="account_ids", problems=[each.model_dump(mode="json") for each in found])


def _ids(ids: Iterable[UUID]) -> list[UUID]:
    return sorted(set(ids))
