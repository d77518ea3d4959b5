"""Periodic service: plans of which visits arise by themselves, reminders, and how it stands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, MarkazError, NotFound, Unavailable
from core.ids import BranchId, uuid7
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from dispatch import store
from dispatch.model import Line, NewVisit, Place, Text, VisitSetupSaved, Window
from dispatch.recurrence import Unit, due_between, due_days, must_be_rule
from dispatch.store import sql
from dispatch.visits import Visits, at_customers
from organisation.service import Organisation
from sla.hours import CalendarName
from storage.database import Database, Row, Tx
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_EVERY_SECONDS = 60.0
_PAGE = 200
_FIRST_ID = UUID(int=0)
_PREVIEW = 12


class PlanSettings(Value):
    """When a service comes again, for whom and where."""

    subject: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
    notes: Text = ""
    kind_id: UUID
    customer_id: UUID
    branch_id: BranchId | None = None
    contract: Line = ""
    place: Place = Place()
    territory: Line = ""
    starts_on: date
    ends_on: date | None = None
    calendar: CalendarName = Field("gregory", description="In which calendar months and years are counted.")
    every: int = Field(1, ge=1, le=1000)
    unit: Unit = "month"
    rule: str = Field("", max_length=300, description="A rule of RFC 5545 in place of the interval; Gregorian.")
    tolerance_days: int = Field(3, ge=0, le=180, description="So many days before and after count as in time.")
    horizon_days: int = Field(30, ge=0, le=366, description="So long before it is due the visit appears.")
    remind_days: int = Field(2, ge=0, le=60)
    day_from: time = time(8)
    day_to: time = time(17)
    is_in_warranty: bool | None = None
    is_active: bool = True

    @model_validator(mode="after")
    def _is_a_day(self) -> PlanSettings:
        if self.day_from >= self.day_to:
            raise ValueError("The day ends after it begins.")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("It ends after it starts.")
        return self

    def days(self) -> Any:
        """Yield its due days."""
        days = due_days(self.starts_on, self.calendar, self.every, self.unit, self.rule)
        return days if self.ends_on is None else takewhile(lambda day: day <= (self.ends_on or day), days)


class PlanChange(PlanSettings):
    version: int = Field(ge=1, description="The one that was read.")


class ServicePlan(PlanSettings):
    id: UUID
    customer_name: str
    version: int


class Standing(Value):
    """How periodic services stand over a period: C-089."""

    due: int
    in_time: int
    late: int
    overdue: int = Field(description="Now, whatever the period: past its tolerance and not done.")


class Periodic:
    """Service plans."""

    def __init__(
        self, db: Database, clock: Clock, visits: Visits, customers: Customers, organisation: Organisation
    ) -> None:
        self._db, self._clock, self._visits = db, clock, visits
        self._customers, self._organisation = customers, organisation
        self._lease = Lease(db, "periodic_service")

    # --- plans

    async def page(self, actor: Actor, customer_id: UUID | None, after: UUID, most: int) -> list[ServicePlan]:
        actor.must(Permission.VISIT_READ)
        family = None
        async with self._db.transaction(actor) as tx:
            if customer_id is not None:
                family = await self._customers.family(tx, CustomerId(customer_id))
            rows = await tx.rows(
                sql.list_plans, branches=actor.branch_scope, customer_ids=family, after=after, most=most
            )
        return [ServicePlan.model_validate(dict(row)) for row in rows]

    async def save(self, actor: Actor, plan_id: UUID | None, said: PlanSettings | PlanChange) -> ServicePlan:
        """Add or change a plan; what arose from it and nobody planned yet follows."""
        said = said.model_copy(update={"rule": must_be_rule(said.rule)})
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.VISIT_WRITE, said.branch_id)
            await self._customers.must_read(tx, actor, CustomerId(said.customer_id))
            if said.kind_id not in {row["id"] for row in await tx.rows(sql.list_kinds)}:
                raise Invalid("There is no such kind of visit.", field="kind_id")
            values = said.model_dump(exclude={"version"})
            if plan_id is None:
                plan_id, version = uuid7(), 1
                await tx.run(sql.insert_plan, id=plan_id, **values)
            else:
                row = await tx.row(sql.lock_plan, id=plan_id)
                if row is None:
                    raise NotFound
                actor.must(Permission.VISIT_WRITE, row["branch_id"])
                asked = said.version if isinstance(said, PlanChange) else row["version"]
                version = await tx.value(sql.save_plan, id=plan_id, **values | {"version": asked})
                if version is None:
                    raise Conflict.overtaken()
            tx.emit(VisitSetupSaved(what="service_plan", id=plan_id))
            await self._arise(tx, plan_id)
            card = await self._customers.card(tx, CustomerId(said.customer_id))
        return ServicePlan(id=plan_id, version=version, customer_name=card.name, **values)

    def preview(self, said: PlanSettings) -> list[date]:
        """Return the next days on which it would be due."""
        said = said.model_copy(update={"rule": must_be_rule(said.rule)})
        found = []
        for day in said.days():
            found.append(day)
            if len(found) == _PREVIEW:
                break
        return found

    async def standing(self, actor: Actor, first: date, last: date) -> Standing:
        """Count what was due in a period, and what is overdue."""
        actor.must(Permission.VISIT_READ)
        zone = await self._organisation.time_zone()
        row = await self._db.row(
            sql.count_service, branches=actor.branch_scope, first=first, last=last, today=self._today(zone), zone=zone
        )
        return Standing(**dict(row or {}))

    # --- what happens by itself

    async def watch(self) -> None:
        """Let visits arise and remind of them, in the one process that does."""
        if await self._lease.renew():
            await self.look()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> int:
        """Look once; returns how many plans were looked at. One that fails stops no other."""
        after, seen = _FIRST_ID, 0
        while rows := await self._db.rows(sql.active_plans, after=after, most=_PAGE):
            for row in rows:
                seen += 1
                await self._alone(row["id"])
            after = rows[-1]["id"]
            if self._lease.epoch is not None:
                await self._lease.renew()
        await self._remind_all()
        return seen

    async def _alone(self, plan_id: UUID) -> None:
        try:
            async with self._db.transaction() as tx:
                await self._arise(tx, plan_id)
        except (LostLease, Unavailable):
            raise
        except MarkazError:
            log.exception("the periodic service %s is left as it is", plan_id)

    async def _arise(self, tx: Tx, plan_id: UUID) -> None:
        """Open what is due within the horizon and is not there; take back what is not due any more."""
        row = await tx.row(sql.lock_plan, id=plan_id)
        if row is None:
            return
        said = _settings(row)
        place = await at_customers(tx, said.customer_id, said.place)
        said = said.model_copy(update={"place": place})
        zone = await self._organisation.time_zone()
        today = self._today(zone)
        due: list[date] = []
        if said.is_active:
            first = today - timedelta(days=said.tolerance_days)
            due = due_between(said.days(), max(first, said.starts_on), today + timedelta(days=said.horizon_days))
        await self._take_back(tx, plan_id, said, due, today)
        # Asked first, for a visit that meets another leaves a gap in the numbers.
        there = {each["due_on"] for each in await tx.rows(sql.due_days, service_plan_id=plan_id)}
        for day in sorted(set(due) - there):
            await self._visits.open_in(tx, _visit(said, day, zone), service_plan_id=plan_id, due_on=day)

    async def _take_back(self, tx: Tx, plan_id: UUID, said: PlanSettings, due: Sequence[date], today: date) -> None:
        """What nobody has planned yet is as the plan says now: it goes, and arises anew where it is due."""
        rows = await tx.rows(sql.untouched_visits, service_plan_id=plan_id, today=today)
        stale = []
        for each in rows:
            visit = await store.lock(tx, each["id"])
            same = (visit["subject"], visit["kind_id"], visit["customer_id"], visit["place"], visit["notes"]) == (
                said.subject, said.kind_id, said.customer_id, said.place.model_dump(), said.notes
            )  # fmt: skip
            if visit["due_on"] not in due or not same:
                stale.append(each["id"])
        if stale:
            await tx.run(sql.drop_visits, ids=stale)

    async def _remind_all(self) -> None:
        rows = await self._db.rows(sql.visits_to_remind, now=self._clock(), most=_PAGE)
        for each in rows:
            async with self._db.transaction() as tx:
                row = await store.lock(tx, each["id"])
                now = self._clock()
                if await tx.value(sql.reminded, id=row["id"], now=now, planned_at=row["planned_at"]) is not None:
                    await self._visits.telling.to_customer(tx, dict(row), "reminder")
                    await self._visits.telling.to_technicians(tx, dict(row), {row["technician_id"]})

    def _today(self, zone: str) -> date:
        return self._clock().astimezone(ZoneInfo(zone)).date()


def _settings(row: Row) -> PlanSettings:
    return PlanSettings(**{name: row[name] for name in PlanSettings.model_fields})


def _visit(said: PlanSettings, day: date, zone: str) -> NewVisit:
    """Return the visit of a due day: anywhere within the tolerance, in the hours that suit."""
    windows = []
    for shift in range(-min(said.tolerance_days, 6), min(said.tolerance_days, 7) + 1):
        there = day + timedelta(days=shift)
        begins, ends = (datetime.combine(there, at, ZoneInfo(zone)) for at in (said.day_from, said.day_to))
        windows.append(Window(begins_at=begins, ends_at=ends))
    return NewVisit(
        kind_id=said.kind_id,
        subject=said.subject,
        notes=said.notes,
        customer_id=said.customer_id,
        branch_id=said.branch_id,
        place=said.place,
        windows=windows[:14],
        is_in_warranty=said.is_in_warranty,
        territory=said.territory,
    )
