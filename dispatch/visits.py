"""Use-cases of one visit at the desk: opened, changed, given to somebody, taken back, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from access.model import Permission
from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import BranchId, StaffId, uuid7
from customers.model import CustomerId
from dispatch import store
from dispatch.flow import may_decide
from dispatch.model import (
    MOVING,
    OVER,
    Assignment,
    Ending,
    NewVisit,
    Place,
    State,
    VisitChange,
    VisitChanged,
    VisitTold,
    VisitView,
    number,
)
from dispatch.store import sql
from dispatch.telling import Telling
from storage.database import Database, Row, Tx
from tickets.service import Tickets


class Visits:
    """Everybody locks the visit, then its ticket."""

    def __init__(self, db: Database, clock: Clock, people: People, tickets: Tickets, telling: Telling) -> None:
        self.db, self.clock = db, clock
        self._people, self._tickets, self.telling = people, tickets, telling

    # --- opening

    async def open(self, actor: Actor, new: NewVisit) -> UUID:
        """Open a visit by hand or from a ticket, once per sender and `client_id`."""
        async with self.db.transaction(actor) as tx:
            actor.must(Permission.VISIT_WRITE, new.branch_id)
            if new.client_id is not None:
                known = await tx.value(sql.find_opened, opened_by=actor.label, client_id=new.client_id)
                if known is not None:
                    return UUID(str(known))
            if new.ticket_id is not None:
                row = await self._tickets.must_see(tx, actor, new.ticket_id)
                new = _from_ticket(new, row)
                actor.must(Permission.VISIT_WRITE, new.branch_id)
            if new.customer_id is not None:
                await self._tickets.customers.must_read(tx, actor, CustomerId(new.customer_id))
                new = new.model_copy(update={"place": await at_customers(tx, new.customer_id, new.place)})
            if new.branch_id is not None and not actor.sees(new.branch_id):
                raise Invalid("There is no such branch.", field="branch_id")
            visit_id = await self.open_in(tx, new)
            if visit_id is None:  # pragma: no cover - only visits of periodic services meet another
                raise Conflict("There is such a visit already.")
            return visit_id

    async def opened(self, actor: Actor, client_id: str) -> bool:
        """Tell whether they opened one with that id of theirs."""
        known = await self.db.value(sql.find_opened, opened_by=actor.label, client_id=client_id)
        return known is not None

    async def open_in(
        self, tx: Tx, new: NewVisit, *, service_plan_id: UUID | None = None, due_on: date | None = None
    ) -> UUID | None:
        """Open one in the caller's transaction; None when its plan has one for that day."""
        kinds = {row["id"]: row for row in await tx.rows(sql.list_kinds)}
        kind = kinds.get(new.kind_id)
        if kind is None or not kind["is_active"]:
            raise Invalid("There is no such kind of visit.", field="kind_id")
        skills = {str(key): level for key, level in new.skills.items()} if new.skills is not None else kind["skills"]
        await self._must_be_skills(tx, skills)
        now, visit_id, place = self.clock(), uuid7(), new.place.model_dump()
        opened = await tx.row(
            sql.insert_visit,
            id=visit_id,
            kind_id=new.kind_id,
            subject=new.subject.strip() or kind["names"].get(tx.actor.locale) or next(iter(kind["names"].values())),
            notes=new.notes,
            ticket_id=new.ticket_id,
            customer_id=new.customer_id,
            branch_id=new.branch_id,
            place=place,
            latitude=place["latitude"],
            longitude=place["longitude"],
            minutes=new.minutes or kind["minutes"],
            skills=skills,
            windows=[each.model_dump(mode="json") for each in new.windows],
            promised_from=None if new.promised is None else new.promised.begins_at,
            promised_to=None if new.promised is None else new.promised.ends_at,
            priority=new.priority,
            territory=new.territory.strip(),
            parts=[each.model_dump() for each in new.parts],
            checklist=[{"text": text, "is_done": False} for text in kind["checklist"]],
            is_in_warranty=new.is_in_warranty,
            service_plan_id=service_plan_id,
            due_on=due_on,
            now=now,
            opened_by=tx.actor.label,
            client_id=new.client_id,
        )
        if opened is None:
            return None
        await self.tell(tx, visit_id, "opened")
        return visit_id

    # --- changing

    async def change(self, actor: Actor, visit_id: UUID, change: VisitChange) -> None:
        """Change what is named. Raises Conflict when somebody changed it since it was read."""
        async with self.db.transaction(actor) as tx:
            row = await self._held(tx, actor, visit_id, Permission.VISIT_WRITE, change.version)
            said = _as_kept(change.named)
            if row["state"] in OVER and said.keys() - {"notes", "is_in_warranty", "parts"}:
                raise Conflict("The visit is over; only its notes, parts and warranty can be put right.")
            if "skills" in said:
                await self._must_be_skills(tx, said["skills"])
            values = dict(row) | said
            if {"promised_from", "minutes"} & said.keys():
                _must_keep_promise(values)
            await self.settle(tx, values, "changed")

    async def assign(self, actor: Actor, visit_id: UUID, said: Assignment) -> None:
        """Give it to a technician at a time; what breaks a rule is refused with the rule."""
        async with self.db.transaction(actor) as tx:
            row = await self._held(tx, actor, visit_id, Permission.VISIT_DISPATCH, said.version)
            await self.assign_in(tx, row, said.technician_id, said.planned_at, is_locked=said.is_locked)
            if said.dispatch:
                await self.dispatch_in(tx, visit_id)

    async def assign_in(
        self, tx: Tx, row: Row, technician_id: StaffId, planned_at: datetime, *, is_locked: bool = False
    ) -> None:
        """Give a visit that is held to somebody who is nowhere else then."""
        await self.give_in(tx, row, technician_id, planned_at, is_locked=is_locked)
        await self.must_be_free(tx, row["id"])

    async def give_in(
        self, tx: Tx, row: Row, technician_id: StaffId, planned_at: datetime, *, is_locked: bool = False
    ) -> None:
        """Give a visit that is held to somebody; who was told before hears that it moved.

        Whether somebody is at two places is for the caller to ask when all has moved (`must_be_free`).
        """
        if row["state"] not in ("planned", "dispatched"):
            raise Conflict("Somebody is on the way, or it is over: take it back first.", constraint="state")
        technician = await self.must_go(tx, row, technician_id)
        values = dict(row) | {"technician_id": technician.id, "planned_at": planned_at, "is_locked": is_locked}
        values["had"] = sorted({*row["had"], technician.id})
        _must_keep_promise(values)
        is_moved = row["state"] == "dispatched" and (row["technician_id"], row["planned_at"]) != (
            technician.id,
            planned_at,
        )
        await self.settle(tx, values, "assigned", before_id=row["technician_id"])
        if is_moved:
            await self.telling.to_customer(tx, values, "moved")
            await self.telling.to_technicians(tx, values, {technician.id, row["technician_id"]})

    async def dispatch(self, actor: Actor, visit_id: UUID, version: int) -> None:
        """Tell the technician and the customer: from now on the plan is a promise."""
        async with self.db.transaction(actor) as tx:
            await self._held(tx, actor, visit_id, Permission.VISIT_DISPATCH, version)
            await self.dispatch_in(tx, visit_id)

    async def dispatch_in(self, tx: Tx, visit_id: UUID) -> None:
        row = await store.lock(tx, visit_id)
        if row["technician_id"] is None or row["planned_at"] is None:
            raise Conflict("Nobody was chosen to go there.", constraint="state")
        await self._must_be_free(tx, dict(row))
        values = self._moved(row, "dispatched", attempts=row["attempts"] + 1)
        await self.settle(tx, values, "dispatched")
        await self._note(tx, values)
        await self.telling.to_customer(tx, values, "dispatched")
        await self.telling.to_technicians(tx, values, {row["technician_id"]})

    async def take_back(self, actor: Actor, visit_id: UUID, version: int) -> None:
        """Plan it anew: nobody goes there until it is dispatched again. One that could not be done is tried again."""
        async with self.db.transaction(actor) as tx:
            row = await self._held(tx, actor, visit_id, Permission.VISIT_DISPATCH, version)
            await self.free_in(tx, row)

    async def free_in(self, tx: Tx, row: Row) -> None:
        """Take a visit that is held from whoever has it."""
        change: VisitChanged = "again" if row["state"] == "not_done" else "taken_back"
        free = {"technician_id": None, "planned_at": None, "is_locked": False, "reason": ""}
        values = dict(row) | free if row["state"] == "planned" else self._moved(row, "planned", **free)
        await self.settle(tx, values, change, before_id=row["technician_id"])
        if row["state"] != "planned":
            await self._note(tx, values)
            await self.telling.to_technicians(tx, values, {row["technician_id"]})

    async def put_back(self, tx: Tx, row: Row, was: Mapping[str, Any]) -> None:
        """Let a visit that is held be with whom and when it was before a plan moved it."""
        if row["state"] not in ("planned", "dispatched"):
            raise Conflict("Somebody is on the way, or it is over.", constraint="state")
        values = dict(row) | dict(was) | {"state_at": self.clock()}
        await self.settle(tx, values, "assigned", before_id=row["technician_id"])
        if was["state"] == "dispatched":
            await self.telling.to_customer(tx, values, "moved")
            await self.telling.to_technicians(tx, values, {row["technician_id"], was["technician_id"]})

    async def cancel(self, actor: Actor, visit_id: UUID, said: Ending) -> None:
        """Nobody goes there any more; the customer hears of it when they were promised."""
        async with self.db.transaction(actor) as tx:
            row = await self._held(tx, actor, visit_id, Permission.VISIT_WRITE, said.version)
            values = self._moved(row, "cancelled", reason=said.reason.strip())
            await self.settle(tx, values, "cancelled")
            await self._note(tx, values)
            if row["state"] != "planned" or row["promised_from"] is not None:
                await self.telling.to_customer(tx, values, "cancelled")
            await self.telling.to_technicians(tx, values, {row["technician_id"]})

    # --- what others share

    async def must_go(self, tx: Tx, row: Row | Mapping[str, Any], technician_id: StaffId) -> Actor:
        """Refuse whoever is no technician, does not see the branch, or cannot do it; the reason is at the field."""
        actor = (await self._people.actors(tx, {technician_id})).get(technician_id)
        if actor is None or not actor.may(Permission.VISIT_WORK) or not actor.sees(row["branch_id"]):
            raise Invalid("There is no such technician.", field="technician_id")
        found = await tx.rows(sql.skills_of, staff_id=technician_id)
        levels = {str(each["skill_id"]): each["level"] for each in found}
        lacking = [UUID(skill) for skill, level in row["skills"].items() if levels.get(skill, 0) < level]
        if lacking:
            names = {each["id"]: each["name"] for each in await tx.rows(sql.names_of_skills, ids=lacking)}
            wanted = ", ".join(f"{names.get(skill, skill)} {row['skills'][str(skill)]}" for skill in lacking)
            raise Invalid(f"{actor.name} lacks {wanted}.", field="technician_id")
        return actor

    async def settle(
        self, tx: Tx, values: Mapping[str, Any], change: VisitChanged, *, before_id: StaffId | None = None
    ) -> None:
        """Keep a visit as it is now, and tell."""
        await store.save(tx, values, self.clock())
        await self.tell(tx, values["id"], change, before_id=before_id)

    async def tell(self, tx: Tx, visit_id: UUID, change: VisitChanged, *, before_id: StaffId | None = None) -> None:
        row = store.visit_row(await store.get(tx, visit_id))
        tx.emit(VisitTold(visit=row, change=change, before_id=before_id))

    async def show(self, actor: Actor, visit_id: UUID) -> VisitView:
        """Return a visit with its steps and proofs; a technician sees the own ones."""
        async with self.db.transaction(actor, isolation="repeatable_read") as tx:
            row = await store.get(tx, visit_id)
            must_know(actor, row)
            return await store.view(tx, row)

    async def _held(self, tx: Tx, actor: Actor, visit_id: UUID, permission: str, version: int) -> Row:
        row = await store.lock(tx, visit_id)
        actor.must(permission, row["branch_id"])
        if row["version"] != version:
            raise Conflict.overtaken()
        return row

    def _moved(self, row: Row, state: State, **said: Any) -> dict[str, Any]:
        if not may_decide(row["state"], state):
            raise Conflict(f"{number(row['serial'])} cannot go from {row['state']} to {state}.", constraint="state")
        return dict(row) | {"state": state, "state_at": self.clock()} | said

    async def _note(self, tx: Tx, values: Mapping[str, Any]) -> None:
        now = self.clock()
        await tx.run(
            sql.insert_step,
            id=uuid7(),
            visit_id=values["id"],
            state=values["state"],
            at=now,
            now=now,
            by_id=tx.actor.id,
            by_name=tx.actor.name,
            latitude=None,
            longitude=None,
            reason=values["reason"],
            outcome="taken",
            client_id=None,
        )

    async def _must_be_skills(self, tx: Tx, skills: Mapping[str, int]) -> None:
        asked = [UUID(each) for each in skills]
        known = {row["id"] for row in await tx.rows(sql.known_skills, ids=asked)} if asked else set()
        if len(known) != len(asked):
            raise Invalid("There is no such skill.", field="skills")

    async def must_be_free(self, tx: Tx, visit_id: UUID) -> int:
        """Refuse when whoever has it is elsewhere at that time; returns its version."""
        row = await store.lock(tx, visit_id)
        if row["technician_id"] is not None:
            await self._must_be_free(tx, dict(row))
        return int(row["version"])

    async def _must_be_free(self, tx: Tx, values: Mapping[str, Any]) -> None:
        other = await tx.row(
            sql.visits_at_the_time,
            technician_id=values["technician_id"],
            id=values["id"],
            begins_at=values["planned_at"],
            ends_at=values["planned_at"] + timedelta(minutes=values["minutes"]),
        )
        if other is not None:
            text = f"The technician is at {number(other['serial'])} at that time."
            raise Conflict(text, errors=[{"loc": "planned_at", "msg": text, "type": "overlap"}])


def must_know(actor: Actor, row: Row) -> None:
    """Raise NotFound unless this actor may know of the visit: by permission and branch, or as who goes there."""
    if actor.may(Permission.VISIT_WORK) and row["technician_id"] == actor.id and actor.id is not None:
        return
    if not actor.may(Permission.VISIT_READ) and actor.may(Permission.VISIT_WORK):
        raise NotFound("There is no such visit.")
    actor.must(Permission.VISIT_READ, row["branch_id"])


def _from_ticket(new: NewVisit, row: Row) -> NewVisit:
    """Take over what the ticket knows and nobody said; no words of one that not everybody may know of."""
    carried: dict[str, Any] = {}
    if not row["is_confidential"] and not row["hidden_from"]:
        carried["subject"] = new.subject or row["subject"]
        carried["notes"] = new.notes or row["description"][:10_000]
    carried["customer_id"] = new.customer_id or row["customer_id"]
    carried["branch_id"] = new.branch_id if new.branch_id is not None else _branch(row["branch_id"])
    return new.model_copy(update=carried)


async def at_customers(tx: Tx, customer_id: UUID, place: Place) -> Place:
    """Return where the customer is, unless somebody said where it is."""
    if place.address.strip() or place.latitude is not None:
        return place
    row = await tx.row(sql.place_of_customer, id=customer_id)
    if row is None:
        return place
    return Place(address=row["lines"], phone=place.phone, latitude=row["latitude"], longitude=row["longitude"])


def _branch(branch_id: UUID | None) -> BranchId | None:
    return None if branch_id is None else BranchId(branch_id)


def _as_kept(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said as it stands in a row; what may not be empty and was said to be stays."""
    said: dict[str, Any] = {}
    for name, value in named.items():
        if name == "promised":
            said["promised_from"] = None if value is None else value.begins_at
            said["promised_to"] = None if value is None else value.ends_at
        elif name == "is_in_warranty":
            said[name] = value
        elif value is None:
            continue
        elif name == "place":
            said[name] = value.model_dump()
        elif name == "skills":
            said[name] = {str(key): level for key, level in value.items()}
        elif name in ("windows", "parts"):
            said[name] = [each.model_dump(mode="json") for each in value]
        else:
            said[name] = value.strip() if name in ("subject", "territory") else value
    return said


def _must_keep_promise(values: Mapping[str, Any]) -> None:
    """Refuse a time outside of what was promised, or of all windows."""
    begins, state = values["planned_at"], values["state"]
    if begins is None or state in MOVING or state in OVER:
        return
    if values["promised_from"] is not None and not values["promised_from"] <= begins <= values["promised_to"]:
        raise Invalid("The customer was promised another time.", field="planned_at")
    spans = [(datetime.fromisoformat(each["begins_at"]), datetime.fromisoformat(each["ends_at"]))
             for each in values["windows"]]  # fmt: skip
    if spans and not any(first <= begins < last for first, last in spans):
        raise Invalid("The customer cannot be visited at that time.", field="planned_at")
