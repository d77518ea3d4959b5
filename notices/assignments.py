"""Use-cases of assignments: somebody looks after a document, hands it on, is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from access.model import Permission
from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid
from core.ids import StaffId, uuid7
from core.text import printable
from notices import store
from notices.model import (
    AssignmentChanged,
    AssignmentState,
    AssignmentView,
    Document,
    DocumentRef,
    NewAssignment,
    Notice,
    Side,
)
from notices.service import Notices, person
from notices.store import LAST_ID, sql
from storage.database import Database, Tx

IN_SNAPSHOT = 200


class Assignments:
    """Who looks after what."""

    def __init__(self, db: Database, clock: Clock, people: People, notices: Notices) -> None:
        self._db, self._clock, self._people, self._notices = db, clock, people, notices

    async def assign(self, actor: Actor, ref: DocumentRef, new: NewAssignment) -> AssignmentView | None:
        """Give a document to somebody, or take it away; of two at once one wins.

        Whoever has it may hand it on without the permission to assign.
        """
        async with self._db.transaction(actor) as tx:
            document = await self._notices.register.must_see(tx, actor, ref)
            row = await store.lock(tx, ref)
            present = await store.open_assignment(tx, ref)
            if present is None or present.assignee_id != actor.id:
                actor.must(Permission.DOCUMENT_ASSIGN)
            if row["version"] != new.version:
                raise Conflict("Somebody assigned this meanwhile.", version=row["version"])
            if new.assignee_id is None and present is None:
                raise Conflict("It is assigned to nobody.")
            if new.assignee_id is not None:
                await self._must_be_shown(tx, document, new.assignee_id)
            version = await tx.value(sql.next_version, kind=ref.kind, id=ref.id)
            if present is not None:
                state: AssignmentState = "withdrawn" if new.assignee_id is None else "handed_on"
                await self._end(tx, present, state, version)
            if new.assignee_id is None:
                return None
            return await self._begin(tx, document, new, version)

    async def _must_be_shown(self, tx: Tx, document: Document, assignee_id: StaffId) -> None:
        found = (await self._people.actors(tx, [assignee_id])).get(assignee_id)
        if found is None or not document.is_seen_by(found):
            raise Invalid("This colleague may not see it.")

    async def _begin(self, tx: Tx, document: Document, new: NewAssignment, version: int) -> AssignmentView:
        assignment_id, ref = uuid7(), document.ref
        await tx.run(
            sql.insert_assignment,
            id=assignment_id,
            kind=ref.kind,
            document_id=ref.id,
            title=document.title,
            link=document.link,
            assignee_id=new.assignee_id,
            by_id=person(tx.actor),
            note=printable(new.note),
            now=self._clock(),
        )
        await tx.run(sql.follow, kind=ref.kind, id=ref.id, staff_ids=[new.assignee_id])
        view = await self._told(tx, assignment_id, version)
        notice = Notice(kind="assignment", source=f"assignment:{assignment_id}", text=view.note)
        await self._notices.tell(tx, document, {view.assignee_id: "assignment"}, notice)
        return view

    async def _end(self, tx: Tx, present: AssignmentView, state: AssignmentState, version: int) -> AssignmentView:
        await tx.run(sql.end_assignment, id=present.id, state=state, now=self._clock())
        return await self._told(tx, present.id, version)

    async def _told(self, tx: Tx, assignment_id: UUID, version: int) -> AssignmentView:
        view = await store.get_assignment(tx, assignment_id)
        tx.emit(AssignmentChanged(assignment=view, version=version))
        return view

    async def done(self, actor: Actor, assignment_id: UUID) -> AssignmentView:
        """Say that it is done; whoever gave it is told. The same again is the same."""
        async with self._db.transaction(actor) as tx:
            known = await store.get_assignment(tx, assignment_id)
            document = await self._notices.register.must_see(tx, actor, known.document)
            await store.lock(tx, known.document)
            present = await store.get_assignment(tx, assignment_id)
            if present.assignee_id != actor.id:
                raise Forbidden("It is assigned to somebody else.")
            if present.state == "done":
                return present
            if present.state != "open":
                raise Conflict("It is no longer yours.")
            version = await tx.value(sql.next_version, kind=known.document.kind, id=known.document.id)
            view = await self._end(tx, present, "done", version)
            notice = Notice(kind="done", source=f"done:{assignment_id}", text=view.note)
            await self._notices.tell(tx, document, {view.by_id: "done"}, notice)
        return view

    async def page(
        self, actor: Actor, side: Side, *, is_open: bool | None, kind: str | None, before: UUID, most: int
    ) -> tuple[list[AssignmentView], UUID | None]:
        """Return a page of what the actor may know of, newest first, and where the next begins."""
        if side == "all":
            actor.must(Permission.WORK_SUPERVISE)
        me = person(actor)
        async with self._db.transaction(actor) as tx:
            rows = await tx.rows(
                sql.list_assignments,
                before=before,
                assignee_id=me if side == "to_me" else None,
                by_id=me if side == "by_me" else None,
                is_open=is_open,
                kind=kind,
                most=most,
            )
            found = [store.assignment(row) for row in rows]
            seen = await self._notices.register.seen(tx, actor, [each.document for each in found])
        next_before = found[-1].id if len(found) == most else None
        return [each for each in found if each.document in seen], next_before

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add what the actor looks after to the console's snapshot."""
        rows = await tx.rows(
            sql.list_assignments,
            before=LAST_ID,
            assignee_id=person(actor),
            by_id=None,
            is_open=True,
            kind=None,
            most=IN_SNAPSHOT,
        )
        found = [store.assignment(row) for row in rows]
        seen = await self._notices.register.seen(tx, actor, [each.document for each in found])
        return {"assigned": [each.model_dump(mode="json") for each in found if each.document in seen]}
