"""Use-cases of the floor: presence, profiles, skills."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from access.model import Permission
from agents import store
from agents.model import (
    Agent,
    AgentProfile,
    AgentSaved,
    Named,
    NewSkill,
    Presence,
    PresenceChanged,
    Skill,
    SkillChange,
    SkillSaved,
    State,
)
from agents.store import sql
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId, uuid7
from storage.database import Database, Tx

_KNOWS_COLLEAGUES = (
    Permission.INTERACTION_TRANSFER,
    Permission.WORK_SUPERVISE,
    Permission.WORK_EXPLAIN,
    Permission.QUEUE_MANAGE,
    Permission.AGENT_MANAGE,
    Permission.COMMENT_WRITE,
    Permission.DOCUMENT_ASSIGN,
)


class Agents:
    """Who is on the floor, and what they can do."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def arrive(self, actor: Actor) -> None:
        """Make sure that somebody who opens the console is an agent; nothing changes for one who is."""
        await self._db.run(sql.ensure_agent, staff_id=actor.id, now=self._clock())

    async def set_presence(self, actor: Actor, state: State, reason: str | None) -> Presence:
        """Say whether work may be offered; the same state again keeps its `since`."""
        actor.must(Permission.WORK_TAKE)
        if actor.id is None:
            raise Forbidden("Only people are present.")
        return await self._set_presence(actor, StaffId(actor.id), state, reason)

    async def force_presence(self, actor: Actor, staff_id: StaffId, state: State, reason: str | None) -> Presence:
        """Set somebody else's presence, as who manages agents or supervises their work."""
        needed = Permission.AGENT_MANAGE if actor.may(Permission.AGENT_MANAGE) else Permission.WORK_SUPERVISE
        actor.must(needed, await self._db.value(sql.branch_of_staff, staff_id=staff_id))
        return await self._set_presence(actor, staff_id, state, reason)

    async def _set_presence(self, actor: Actor, staff_id: StaffId, state: State, reason: str | None) -> Presence:
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_agent, staff_id=staff_id)
            if row is None:
                raise NotFound
            if (row["state"], row["reason"]) == (state, reason):
                return store.presence(row)
            await self.change_presence(tx, staff_id, Presence(state=state, reason=reason, since=now))
        return Presence(state=state, reason=reason, since=now)

    async def change_presence(self, tx: Tx, staff_id: StaffId, presence: Presence) -> None:
        """Save and tell, in the transaction of whoever knows why: a missed offer, a lost line."""
        await tx.run(
            sql.save_presence, staff_id=staff_id, state=presence.state, reason=presence.reason, now=presence.since
        )
        tx.emit(PresenceChanged(agent_id=staff_id, presence=presence))

    async def presence(self, tx: Tx, staff_id: StaffId) -> Presence:
        return (await store.get(tx, staff_id)).presence

    async def names(self, tx: Tx, actor: Actor) -> list[Named]:
        """Return to whom work can be handed; nobody's name for those who cannot do anything with it."""
        if not any(map(actor.may, _KNOWS_COLLEAGUES)):
            return []
        return [Named(**dict(row)) for row in await tx.rows(sql.agent_names, branches=actor.branch_scope)]

    async def must_see(self, tx: Tx, actor: Actor, staff_id: StaffId) -> str:
        """Return an agent's name; somebody who is out of scope, or no agent, is refused like one who is not there."""
        found = await store.get(tx, staff_id)
        if not actor.sees(await tx.value(sql.branch_of_staff, staff_id=staff_id)):
            raise NotFound
        return found.name

    async def is_anyone_available(self) -> bool:
        """Tell whether an agent with a living socket says to be available."""
        return bool(await self._db.value(sql.anyone_available))

    async def beat(self, staff_ids: set[StaffId]) -> None:
        """Tell that these have a live socket in this process."""
        if staff_ids:
            await self._db.run(sql.beat, staff_ids=sorted(staff_ids))

    async def get(self, actor: Actor, staff_id: StaffId) -> Agent:
        actor.must(Permission.AGENT_MANAGE, await self._db.value(sql.branch_of_staff, staff_id=staff_id))
        return await store.get(self._db, staff_id)

    async def list_agents(self, actor: Actor, after: UUID, most: int) -> list[Agent]:
        actor.must(Permission.AGENT_MANAGE)
        rows = await self._db.rows(sql.list_agents, after=after, branches=actor.branch_scope, most=most)
        return [store.agent(row) for row in rows]

    async def save_profile(self, actor: Actor, staff_id: StaffId, profile: AgentProfile) -> Agent:
        """Set skills, trust and capacity; routing follows at once."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.AGENT_MANAGE, await tx.value(sql.branch_of_staff, staff_id=staff_id))
            await store.save_profile(tx, staff_id, profile)
            skills = {str(skill_id): level for skill_id, level in profile.skills.items()}
            tx.emit(
                AgentSaved(agent_id=staff_id, trust=profile.trust, capacity_units=profile.capacity_units, skills=skills)
            )
            return await store.get(tx, staff_id)

    async def skills(self, tx: Tx | None = None) -> list[Skill]:
        return await store.skills(tx or self._db)

    async def skill_names(self, tx: Tx, ids: Collection[UUID]) -> dict[UUID, str]:
        """Name those of these skills that there are."""
        return {row["id"]: row["name"] for row in await tx.rows(sql.skill_names, ids=sorted(ids))}

    async def add_skill(self, actor: Actor, new: NewSkill) -> Skill:
        skill_id = uuid7()
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.AGENT_MANAGE)
            await tx.run(sql.insert_skill, id=skill_id, name=new.name)
            tx.emit(SkillSaved(skill_id=skill_id, name=new.name))
        return Skill(id=skill_id, name=new.name, version=1)

    async def change_skill(self, actor: Actor, skill_id: UUID, change: SkillChange) -> Skill:
        """Rename a skill; levels and queues keep it."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.AGENT_MANAGE)
            version = await tx.value(sql.rename_skill, id=skill_id, name=change.name, version=change.version)
            if version is None and not await tx.value(sql.has_skill, id=skill_id):
                raise NotFound
            if version is None:
                raise Conflict.overtaken()
            tx.emit(SkillSaved(skill_id=skill_id, name=change.name))
        return Skill(id=skill_id, name=change.name, version=version)
