"""What technicians do at visits: steps that arrive once, perhaps hours late and out of order, and the proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from aiohttp import web

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.ids import uuid7
from dispatch import store
from dispatch.flow import is_late_step, may_work
from dispatch.model import OVER, PhotoKind, Step, StepTaken, VisitRow, Why, number
from dispatch.store import sql
from dispatch.visits import Visits, must_know
from storage.database import Row, Tx
from storage.files import Files, StoredFile
from tickets.model import NewPaper
from tickets.worklog import Worklog

# A phone's clock may be a little ahead; what is further is no time at all.
_AHEAD = timedelta(minutes=10)
_IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})
_GIVEN_AWAY = "It was given to somebody else meanwhile."
_CLOCK = "The clock of the phone is ahead."
_NO_SIGNATURE, _NO_PHOTO = "The customer's signature is missing.", "A photo is missing."
_WHY: Mapping[str, Why] = {
    _GIVEN_AWAY: "given_away", _CLOCK: "clock", _NO_SIGNATURE: "signature", _NO_PHOTO: "photo",
}  # fmt: skip


class Uploads(Protocol):
    """Who takes a file out of a form, checked."""

    async def take(self, request: web.Request) -> tuple[str, bytes, str]:
        """Return name, content and type."""
        ...

    def serve(self, row: Row) -> Any:
        """Answer with a stored file."""
        ...


class Steps:
    """A phone sends what was done there as a list, again and again until it hears that it was taken."""

    def __init__(self, visits: Visits, worklog: Worklog, files: Files, uploads: Uploads) -> None:
        self._visits, self._worklog, self._files, self._uploads = visits, worklog, files, uploads

    async def day(self, actor: Actor, begins_at: datetime, ends_at: datetime) -> list[VisitRow]:
        """Return the own visits between two moments, in their order."""
        actor.must(Permission.VISIT_WORK)
        rows = await self._visits.db.rows(
            sql.list_of_days, begins_at=begins_at, ends_at=ends_at, branches=None, technician_id=actor.id, most=500
        )
        return [store.visit_row(row) for row in rows if row["planned_at"] is not None and row["state"] != "planned"]

    async def take(self, actor: Actor, visit_id: UUID, steps: Sequence[Step]) -> list[StepTaken]:
        """Take steps in the order in which they were done, each once; what cannot be is kept with the reason."""
        actor.must(Permission.VISIT_WORK)
        taken = {}
        async with self._visits.db.transaction(actor) as tx:
            for step in sorted(steps, key=lambda each: each.at):
                taken[step.client_id] = await self._step(tx, actor, visit_id, step)
        return [taken[step.client_id] for step in steps]

    async def _step(self, tx: Tx, actor: Actor, visit_id: UUID, step: Step) -> StepTaken:
        row = await store.lock(tx, visit_id)
        known = await tx.row(sql.known_step, visit_id=visit_id, client_id=step.client_id)
        if known is not None:
            return _again(step, known)
        if actor.id not in row["had"]:
            raise NotFound("There is no such visit.")
        is_late = is_late_step(row["state"], step.state)
        if (reason := self._refusal(actor, row, step, is_late=is_late)) is not None:
            return await self._refused(tx, row, step, reason)
        if step.state == "done" and (missing := await self._missing(tx, row, step)):
            return _unable(step, missing)
        if is_late:
            # It came after what followed it: kept in the history, and nothing goes back.
            await self._keep(tx, row, step, "taken")
        else:
            await self._go(tx, row, step)
        return StepTaken(client_id=step.client_id, outcome="taken")

    def _refusal(self, actor: Actor, row: Row, step: Step, *, is_late: bool) -> str | None:
        if row["technician_id"] != actor.id:
            return _GIVEN_AWAY
        if step.at > self._visits.clock() + _AHEAD:
            return _CLOCK
        if not is_late and not may_work(row["state"], step.state):
            return f"The visit is {row['state'].replace('_', ' ')}."
        return None

    async def _go(self, tx: Tx, row: Row, step: Step) -> None:
        values = dict(row) | {"state": step.state, "state_at": step.at, "reason": step.reason.strip()}
        if step.checklist is not None:
            values["checklist"] = [each.model_dump() for each in step.checklist]
        if step.parts is not None:
            values["parts"] = [each.model_dump() for each in step.parts]
        if step.state in OVER:
            values |= {"outcome": step.outcome.strip(), "signed_by": step.signed_by.strip()}
            values["minutes_worked"] = step.minutes_worked
        await self._keep(tx, row, step, "taken")
        if values["minutes_worked"] is None and step.state in OVER:
            values["minutes_worked"] = await self._measured(tx, row, step)
        await self._visits.settle(tx, values, step.state)
        if step.state in ("on_the_way", "done", "not_done"):
            await self._visits.telling.to_customer(tx, values, step.state)
        if step.state in OVER and row["ticket_id"] is not None:
            await self._record(tx, values, step)

    async def _record(self, tx: Tx, values: Mapping[str, Any], step: Step) -> None:
        """Put the visit among the documents of its ticket, with what was used."""
        parts = ", ".join(f"{each['name']} x {each['quantity']:g}" for each in values["parts"])
        said = values["outcome"] if step.state == "done" else values["reason"]
        paper = NewPaper(
            kind="visit",
            at=step.at,
            minutes=values["minutes_worked"],
            staff_id=values["technician_id"],
            summary=f"{number(values['serial'])} {values['subject']}"[:4000],
            outcome="\n".join(part for part in (said, parts) if part)[:4000],
        )
        await self._worklog.put_paper(tx, values["ticket_id"], paper)

    async def _measured(self, tx: Tx, row: Row, step: Step) -> int | None:
        steps = await tx.rows(sql.list_steps, visit_id=row["id"])
        begun = [each["at"] for each in steps if each["state"] in ("arrived", "working") and each["at"] <= step.at]
        return None if not begun else round((step.at - max(begun)).total_seconds() / 60)

    async def _missing(self, tx: Tx, row: Row, step: Step) -> str:
        """Return what is still owed before it is done; nothing when nothing is."""
        shown = await store.get(tx, row["id"])
        kinds = {each["kind"] for each in await tx.rows(sql.list_files, visit_id=row["id"])}
        if shown["needs_signature"] and not (step.signed_by.strip() and "signature" in kinds):
            return _NO_SIGNATURE
        if shown["needs_photo"] and "photo" not in kinds:
            return _NO_PHOTO
        return ""

    async def _refused(self, tx: Tx, row: Row, step: Step, reason: str) -> StepTaken:
        await self._keep(tx, row, step, "refused", reason)
        return _unable(step, reason)

    async def _keep(self, tx: Tx, row: Row, step: Step, outcome: str, reason: str = "") -> None:
        await tx.run(
            sql.insert_step,
            id=uuid7(),
            visit_id=row["id"],
            state=step.state,
            at=step.at,
            now=self._visits.clock(),
            by_id=tx.actor.id,
            by_name=tx.actor.name,
            latitude=step.latitude,
            longitude=step.longitude,
            reason=reason or step.reason.strip(),
            outcome=outcome,
            client_id=step.client_id,
        )

    # --- proofs

    async def add_file(
        self, actor: Actor, visit_id: UUID, kind: PhotoKind, client_id: str, request: web.Request
    ) -> None:
        """Keep a photo or the signature, once per `client_id`; it comes before the step that it proves."""
        actor.must(Permission.VISIT_WORK)
        name, content, content_type = await self._uploads.take(request)
        if content_type not in _IMAGES:
            raise Invalid("A proof is a picture: PNG, JPEG or WebP.", field="file")
        stored = await self._files.put(content, content_type)
        async with self._visits.db.transaction(actor) as tx:
            row = await store.lock(tx, visit_id)
            if row["technician_id"] != actor.id:
                raise NotFound("There is no such visit.")
            if row["state"] in ("planned", "cancelled"):
                raise Conflict("Nobody is at this visit.", constraint="state")
            await self._remember(tx, visit_id, (kind, name, client_id), stored)

    async def _remember(self, tx: Tx, visit_id: UUID, said: tuple[PhotoKind, str, str], stored: StoredFile) -> None:
        kind, name, client_id = said
        await self._files.remember(tx, [stored])
        added = await tx.row(
            sql.insert_file,
            id=uuid7(),
            visit_id=visit_id,
            kind=kind,
            sha256=stored.sha256,
            name=name,
            content_type=stored.content_type,
            size=stored.size,
            by_id=tx.actor.id,
            now=self._visits.clock(),
            client_id=client_id,
        )
        if added is not None:
            await self._visits.tell(tx, visit_id, "file")

    async def file(self, actor: Actor, file_id: UUID) -> web.StreamResponse:
        """Answer with a proof, to whoever may know of the visit."""
        row = await self._visits.db.row(sql.get_file, id=file_id)
        if row is None:
            raise NotFound
        must_know(actor, row)
        answer: web.StreamResponse = await self._uploads.serve(row)
        return answer


def _unable(step: Step, reason: str) -> StepTaken:
    return StepTaken(client_id=step.client_id, outcome="refused", detail=reason, why=_WHY.get(reason, "state"))


def _again(step: Step, known: Row) -> StepTaken:
    """Say of a step that came before what was said of it then: the answer may never have arrived."""
    if known["outcome"] == "taken":
        return StepTaken(client_id=step.client_id, outcome="known")
    return _unable(step, known["reason"])
