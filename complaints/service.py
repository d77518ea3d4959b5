"""Use-cases of a complaint: registered, described, taken up, escalated, closed. `judging` decides and answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from access.model import Permission
from access.people import People
from complaints import codes, store
from complaints.cases import Case, Cases
from complaints.model import CUSTOMER, ComplaintChange, NewComplaint, NewEscalation, NewSubject
from complaints.path import LACKS, lacks
from complaints.receipts import leave_receipt
from complaints.settings import Source
from complaints.store import sql
from core.actor import Actor, ActorKind
from core.errors import Conflict, Invalid
from core.ids import uuid7
from core.text import fold
from sla.model import Category
from storage.database import Tx
from tickets.model import PRIORITIES, NewTicket

# Everything by which a promise is chosen.
_PROMISED_BY = frozenset({"type_id", "branch_id"})
_KEPT = ("source_id", "cause_id", "remedy", "lesson")


class Complaints:
    """The path of every complaint, from whatever channel; tickets ask it as the guard of their kind."""

    def __init__(self, cases: Cases, people: People) -> None:
        self._cases, self._people = cases, people
        self._db, self._clock = cases.db, cases.clock

    # --- what tickets ask and tell

    async def opening(self, tx: Tx, new: NewTicket) -> NewTicket:
        """Make it confidential where every complaint is."""
        is_confidential = new.is_confidential or (await store.rule(tx)).is_confidential
        return new.model_copy(update={"is_confidential": is_confidential})

    async def opened(self, tx: Tx, actor: Actor, ticket: Mapping[str, Any]) -> None:  # noqa: ARG002 - as tickets say it
        """Register it: its code, its deadlines, and a receipt that is on its way."""
        while True:
            values = {"ticket_id": ticket["id"], "source_id": CUSTOMER, "now": ticket["now"]}
            if await tx.value(sql.insert_complaint, code=codes.new(secrets.choice), **values) is not None:
                break
        case = dict(await store.lock(tx, ticket["id"]))
        await self._cases.fit(tx, ticket, case)
        source = (await store.sources(tx))[CUSTOMER]
        if source.gravity > ticket["priority"]:
            await self._raised(tx, ticket, source, None, "")
        await leave_receipt(tx, ticket["id"])

    async def changed(self, tx: Tx, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Promise anew when it is of another type or branch."""
        if _PROMISED_BY & changes.keys():
            await self._cases.fit(tx, ticket, dict(await store.lock(tx, ticket["id"])))

    async def may_end(self, tx: Tx, ticket: Mapping[str, Any], category: Category) -> None:  # noqa: ARG002 - solved as closed
        """Refuse to end what has no outcome, or whose complainant was not answered."""
        await store.lock(tx, ticket["id"])
        lacking = lacks(await store.facts(tx, ticket["id"]))
        if lacking is not None:
            raise Conflict(LACKS[lacking])
        await tx.run(sql.end_steps, ticket_id=ticket["id"], steps=["closed"], now=self._clock())

    # --- registering and describing

    async def register(self, actor: Actor, new: NewComplaint) -> UUID:
        """Open a complaint with its source and what it is about, once per sender and `client_id`."""
        plain = new.model_dump(exclude={"source_id", "about"})
        async with self._db.transaction(actor) as tx:
            if new.client_id is not None:
                known = await tx.value(sql.opened_before, opened_by=actor.label, client_id=new.client_id)
                if known is not None:
                    return UUID(str(known))
            source = "console" if actor.kind is ActorKind.STAFF else "api"
            opened = NewTicket(kind="complaint", **plain)
            ticket_id = await self._cases.tickets.open_in(tx, actor, opened, source=source)
            ticket, case = await self._cases.hold(tx, actor, ticket_id, Permission.TICKET_WRITE)
            if new.source_id != CUSTOMER:
                await self._from_elsewhere(tx, ticket, case, new.source_id, "")
                await self._cases.save(tx, case)
            await self._about(tx, actor, ticket_id, new.about)
        return ticket_id

    async def record(self, actor: Actor, ticket_id: UUID, change: ComplaintChange) -> None:
        """Change what is named. Raises Conflict when somebody changed it since it was read."""
        async with self._db.transaction(actor) as tx:
            ticket, case = await self._cases.hold(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            if case["version"] != change.version:
                raise Conflict.overtaken()
            before, named = dict(case), change.model_fields_set
            if "cause_id" in named:
                case["cause_id"] = await self._cause(tx, change.cause_id, case["cause_id"])
            case |= {name: getattr(change, name) or "" for name in ("remedy", "lesson") if name in named}
            if change.source_id is not None and change.source_id != case["source_id"]:
                await self._from_elsewhere(tx, ticket, case, change.source_id, change.reason)
            changes = {name: [_plain(before[name]), _plain(case[name])] for name in _KEPT if before[name] != case[name]}
            if not changes and change.about is None:
                return
            if change.about is not None:
                changes["about"] = [None, [each.name or str(each.staff_id) for each in change.about]]
                # First: whom it is about hears nothing of what follows.
                await self._about(tx, actor, ticket_id, change.about)
            await self._cases.moved(tx, case, "complaint_recorded", changes)

    async def _from_elsewhere(self, tx: Tx, ticket: Case, case: Case, source_id: UUID, reason: str) -> None:
        """Say whence it came: a graver source makes it more urgent, none ever less; its steps may be due earlier."""
        sources = await store.sources(tx)
        source = sources.get(source_id)
        if source is None or not source.is_active:
            raise Invalid("There is no such source of complaints.", field="source_id")
        before = sources[case["source_id"]]
        case["source_id"] = source_id
        await self._cases.fit(tx, ticket, case)
        await self._raised(tx, ticket, source, before, reason)

    async def _raised(
        self, tx: Tx, ticket: Mapping[str, Any], source: Source, before: Source | None, reason: str
    ) -> None:
        urgent = max(ticket["priority"], source.gravity)
        said = {"priority": PRIORITIES[urgent]}
        also: dict[str, Sequence[Any]] = {"source": [None if before is None else before.names, source.names]}
        if reason:
            also["reason"] = [None, reason]
        await self._cases.above.adjust(tx, ticket["id"], said, "complaint_source", also)

    async def _cause(self, tx: Tx, cause_id: UUID | None, before: UUID | None) -> UUID | None:
        found = (await store.causes(tx)).get(cause_id) if cause_id is not None else None
        if cause_id is not None and (found is None or not (found.is_active or cause_id == before)):
            raise Invalid("There is no such cause.", field="cause_id")
        return cause_id

    async def _about(self, tx: Tx, actor: Actor, ticket_id: UUID, about: Sequence[NewSubject]) -> None:
        """Say what it is about; a colleague who is complained of never knows of it from here on."""
        colleagues = [each.staff_id for each in about if each.staff_id is not None]
        if actor.id in colleagues:
            raise Conflict("Let a colleague record a complaint about yourself.", field="about")
        await tx.run(sql.clear_subjects, ticket_id=ticket_id)
        for position, each in enumerate(about):
            folded = None if each.name is None else fold(each.name)
            values = each.model_dump() | {"id": uuid7(), "ticket_id": ticket_id, "position": position}
            if await tx.value(sql.add_subject, folded=folded, **values) is None:
                raise Invalid("There is no such colleague.", field="about")
        await self._cases.above.hide(tx, ticket_id, colleagues)

    # --- on its way

    async def take_up(self, actor: Actor, ticket_id: UUID) -> None:
        """Begin to look into it."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            if case["investigated_at"] is not None:
                raise Conflict("It is looked into already.")
            case["investigated_at"] = self._clock()
            await self._cases.moved(tx, case, "complaint_taken_up", {}, done=("investigation",))

    async def escalate(self, actor: Actor, ticket_id: UUID, new: NewEscalation) -> None:
        """Let somebody above look after it: the level, the reason and the new owner are kept."""
        async with self._db.transaction(actor) as tx:
            ticket, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            if new.level != case["level"] + 1:
                raise Conflict(f"It stands at level {case['level']}.", field="level")
            await self._must_be_fit(tx, ticket, new.to_owner_id)
            case["level"] = new.level
            await tx.run(
                sql.insert_escalation,
                ticket_id=ticket_id,
                level=new.level,
                reason=new.reason,
                from_owner=ticket["owner_id"],
                to_owner=new.to_owner_id,
                by_id=actor.id,
                now=self._clock(),
            )
            await self._cases.save(tx, case)
            also: dict[str, Sequence[Any]] = {"level": [new.level - 1, new.level], "reason": [None, new.reason]}
            said = {"owner_id": new.to_owner_id}
            await self._cases.above.adjust(tx, ticket_id, said, "complaint_escalated", also)

    async def _must_be_fit(self, tx: Tx, ticket: Case, staff_id: UUID) -> None:
        """Refuse somebody who may not handle complaints of this branch, or whom it is about."""
        found = next(iter((await self._people.actors(tx, [staff_id])).values()), None)
        may = found is not None and found.may(Permission.COMPLAINT_HANDLE) and found.may(Permission.TICKET_READ)
        if found is None or not may or not found.sees(ticket["branch_id"]) or staff_id in ticket["hidden_from"]:
            raise Invalid("This colleague cannot look after it.", field="to_owner_id")

    async def close(self, actor: Actor, ticket_id: UUID) -> None:
        """Close it; refused while it has no outcome, or its complainant no answer."""
        async with self._db.transaction(actor) as tx:
            await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            await self._cases.above.end(tx, actor, ticket_id)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
