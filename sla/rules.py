"""What holds: calendars and policies, read once for a decision, and the use-cases by which administrators change them.

A change counts at once for what is new; what is open is fitted anew by a job that the change leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from pydantic import TypeAdapter

from access.model import Permission, line_up
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import BranchId, uuid7
from core.text import must_be_seen
from sla import store
from sla.course import Promise
from sla.hours import Hours
from sla.model import (
    Calendar,
    CalendarChange,
    CalendarSaved,
    CalendarSettings,
    Facts,
    Policy,
    PolicyChange,
    PolicySaved,
    PolicySettings,
    choose,
)
from sla.store import sql
from storage import jobs
from storage.database import Database, Row, Tx

REFIT = "sla.refit"
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rules:
    """All calendars and policies at one moment."""

    policies: tuple[Policy, ...]
    calendars: dict[UUID, Calendar]
    parents: dict[BranchId, BranchId | None]

    @classmethod
    async def read(cls, tx: Tx) -> Rules:
        """Read them in one statement, and keep them as they are until the commit."""
        row = await tx.row(sql.read_rules)
        if row is None:
            raise LookupError("the database tells no rules")
        return cls.of(row)

    @classmethod
    def of(cls, row: Row) -> Rules:
        """Return them as a statement told them."""
        return _parsed(row["policies"], row["calendars"], row["parents"])

    def promise(self, facts: Facts) -> Promise:
        """Return what is promised to such a subject, and by which hours."""
        line = line_up(self.parents, facts.branch_id) if facts.branch_id in self.parents else []
        policy = choose(self.policies, facts, line)
        return Promise(policy=policy, hours=None if policy is None else self.hours(policy, line))

    def hours(self, policy: Policy, line: list[BranchId]) -> Hours | None:
        """Return the policy's own hours, the nearest branch's, or the default; none is around the clock."""
        if policy.calendar_id is not None:
            return self.calendars[policy.calendar_id].hours
        return self._nearest(line)

    def hours_at(self, branch_id: BranchId | None) -> Hours | None:
        """Return the hours of a branch, whatever is promised there."""
        return self._nearest(line_up(self.parents, branch_id) if branch_id in self.parents else [])

    def _nearest(self, line: list[BranchId]) -> Hours | None:
        by_branch = {branch: each.hours for each in self.calendars.values() for branch in each.branches}
        nearest = next((by_branch[branch] for branch in line if branch in by_branch), None)
        return nearest or next((each.hours for each in self.calendars.values() if each.is_default), None)


# They are told anew for every decision and change once a month: the same words are parsed once.
@lru_cache(maxsize=4)
def _parsed(policies: str, calendars: str, parents: str) -> Rules:
    known = TypeAdapter(list[Calendar]).validate_json(calendars)
    return Rules(
        policies=TypeAdapter(tuple[Policy, ...]).validate_json(policies),
        calendars={each.id: each for each in known},
        parents=TypeAdapter(dict[BranchId, BranchId | None]).validate_json(parents),
    )


class Calendars:
    """Hours by name, for branches and for policies."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Calendar]:
        return await store.calendars(self._db)

    async def add(self, actor: Actor, new: CalendarSettings) -> Calendar:
        return await self._save(actor, uuid7(), new, 0)

    async def change(self, actor: Actor, calendar_id: UUID, change: CalendarChange) -> Calendar:
        """Change a calendar; what is due by it is due at another moment."""
        if calendar_id not in {each.id for each in await store.calendars(self._db)}:
            raise NotFound
        return await self._save(actor, calendar_id, change, change.version)

    async def remove(self, actor: Actor, calendar_id: UUID) -> None:
        """Drop a calendar that no policy names."""
        async with self._db.transaction(actor) as tx:
            await _may_change(tx, actor)
            known = {each.id: each for each in await store.calendars(tx)}
            if calendar_id not in known:
                raise NotFound
            if await tx.value(sql.is_calendar_used, id=calendar_id):
                raise Conflict("A policy counts by this calendar; give it another one first.", constraint="used")
            await tx.run(sql.delete_calendar, id=calendar_id)
            await _told(tx, CalendarSaved(calendar_id=calendar_id, name=known[calendar_id].name, is_removed=True))

    async def _save(self, actor: Actor, calendar_id: UUID, said: CalendarSettings, version: int) -> Calendar:
        async with self._db.transaction(actor) as tx:
            await _may_change(tx, actor)
            must_be_seen("name", said.name)
            if said.is_default:
                await tx.run(sql.clear_default, id=calendar_id)
            saved = await tx.value(
                sql.save_calendar,
                id=calendar_id,
                name=said.name,
                hours=said.hours.model_dump(mode="json"),
                is_default=said.is_default,
                version=version,
            )
            if saved is None:
                raise Conflict.overtaken()
            await tx.run(sql.lose_branches, id=calendar_id, branches=list(said.branches))
            await tx.run(sql.clear_branches, id=calendar_id)
            await tx.run(sql.name_branches, id=calendar_id, branches=list(said.branches))
            await _told(tx, CalendarSaved(calendar_id=calendar_id, name=said.name))
        values = said.model_dump(exclude={"version", "id"})
        return Calendar(id=calendar_id, version=saved, **values)


class Policies:
    """What is promised to whom."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, actor: Actor) -> list[Policy]:
        actor.must(Permission.SLA_MANAGE)
        return await store.policies(self._db)

    async def add(self, actor: Actor, new: PolicySettings) -> Policy:
        return await self._save(actor, uuid7(), new, 0)

    async def change(self, actor: Actor, policy_id: UUID, change: PolicyChange) -> Policy:
        """Change a policy; what is open is measured by it from its beginning on."""
        if await self._db.row(sql.get_policy, id=policy_id) is None:
            raise NotFound
        return await self._save(actor, policy_id, change, change.version)

    async def remove(self, actor: Actor, policy_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            await _may_change(tx, actor)
            row = await tx.row(sql.get_policy, id=policy_id)
            if row is None:
                raise NotFound
            await tx.run(sql.delete_policy, id=policy_id)
            await _told(tx, PolicySaved(policy_id=policy_id, name=row["name"], is_removed=True))

    async def _save(self, actor: Actor, policy_id: UUID, said: PolicySettings, version: int) -> Policy:
        async with self._db.transaction(actor) as tx:
            await _may_change(tx, actor)
            must_be_seen("name", said.name)
            if said.calendar_id is not None and said.calendar_id not in {e.id for e in await store.calendars(tx)}:
                text = "There is no such calendar."
                raise Invalid(text, errors=[{"loc": "calendar_id", "msg": text, "type": "not_there"}])
            saved = await tx.value(sql.save_policy, id=policy_id, version=version, **store.policy_values(said))
            if saved is None:
                raise Conflict.overtaken()
            await _told(tx, PolicySaved(policy_id=policy_id, name=said.name))
        return Policy(id=policy_id, version=saved, **said.model_dump(exclude={"version", "id"}))


async def _may_change(tx: Tx, actor: Actor) -> None:
    actor.must(Permission.SLA_MANAGE)
    if actor.branches is not None:
        raise Forbidden("What is promised is the whole organisation's.")
    await tx.rows(sql.lock_rules)


async def _told(tx: Tx, event: CalendarSaved | PolicySaved) -> None:
    """Tell it, and leave the fitting anew of whatever is open."""
    tx.emit(event)
    cause = "calendar" if isinstance(event, CalendarSaved) else "policy"
    await jobs.enqueue(tx, REFIT, {"after": str(_FIRST), "cause": cause}, key=REFIT)
