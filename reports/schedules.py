"""Reports that are sent by themselves, by mail, with the rights of whoever set them up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from access.model import Permission
from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId, uuid7
from organisation.service import Organisation
from reports import store
from reports.model import Reader, Schedule, ScheduleChange, ScheduleSaved, ScheduleSettings
from reports.moving import next_turn, report_of
from reports.service import Reports
from reports.store import sql
from reports.words import WORDS
from storage import jobs
from storage.database import Database, Tx

_EVERY_SECONDS = 30.0


class Postman(Protocol):
    """Who sends a mail of the house to a colleague."""

    async def send(
        self, message_id: UUID, to: tuple[str, str], subject: str, text: str, file: tuple[str, bytes], attempt: int
    ) -> None:
        """Send one; `to`: name and address. Raises Unavailable to be asked again, Invalid when it will never work."""
        ...


class Schedules:
    """Kept, and followed by whichever process looks first."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        people: People,
        organisation: Organisation,
        reports: Reports,
        postman: Postman,
    ) -> None:
        self._db, self._clock, self._people = db, clock, people
        self._organisation, self._reports, self._postman = organisation, reports, postman

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("report.send", self._send)

    async def all(self, actor: Actor) -> list[Schedule]:
        actor.must(Permission.REPORT_SCHEDULE)
        return [store.schedule(row) for row in await self._db.rows(sql.list_schedules)]

    async def readers(self, actor: Actor) -> list[Reader]:
        """Return the colleagues to whom reports can be sent, of those whom this actor may know."""
        _may(actor)
        rows = await self._db.rows(sql.readers, permission=Permission.REPORT_READ, branches=actor.branch_scope)
        return [Reader(**dict(row)) for row in rows]

    async def save(self, actor: Actor, schedule_id: UUID | None, said: ScheduleSettings) -> Schedule:
        """Add one or change one's own; it shows what whoever set it up may see."""
        owner_id = _may(actor)
        async with self._db.transaction(actor) as tx:
            if schedule_id is not None:
                await self._must_own(tx, actor, schedule_id)
            new_id = schedule_id or uuid7()
            next_at = await self._next(tx, said, self._clock())
            version = await tx.value(
                sql.save_schedule,
                id=new_id,
                version=said.version if isinstance(said, ScheduleChange) else 0,
                owner_id=owner_id,
                next_at=next_at,
                **said.model_dump(mode="json", exclude={"version", "staff_ids"}),
                staff_ids=list(said.staff_ids),
            )
            if version is None:
                raise Conflict.overtaken()
            tx.emit(ScheduleSaved(schedule_id=new_id, name=said.name))
        return Schedule(
            id=new_id, owner_id=owner_id, version=version, next_at=next_at, **said.model_dump(exclude={"version"})
        )

    async def remove(self, actor: Actor, schedule_id: UUID) -> None:
        _may(actor)
        async with self._db.transaction(actor) as tx:
            name = await self._must_own(tx, actor, schedule_id)
            await tx.run(sql.delete_schedule, id=schedule_id)
            tx.emit(ScheduleSaved(schedule_id=schedule_id, name=name, is_removed=True))

    async def _must_own(self, tx: Tx, actor: Actor, schedule_id: UUID) -> str:
        row = await store.get_schedule(tx, schedule_id)
        if row["owner_id"] != actor.id:
            raise Forbidden("It shows what somebody else may see; make one of your own.")
        return str(row["name"])

    async def _next(self, tx: Tx, said: ScheduleSettings, after: datetime) -> datetime:
        zone, first = await self._organisation.time_zone(), await self._organisation.first_weekday(tx)
        return next_turn(said.rhythm, said.at_minute, after, zone, said.calendar, first)

    # --- their turn

    async def watch(self) -> None:
        await self.look()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> int:
        """Leave a job for every schedule whose turn has come; one that was missed is sent once, not as often."""
        now = self._clock()
        async with self._db.transaction() as tx:
            rows = await tx.rows(sql.due_schedules, now=now)
            for row in rows:
                kept = store.schedule(await store.get_schedule(tx, row["id"]))
                await tx.run(sql.put_off, id=row["id"], next_at=await self._next(tx, kept, now))
                for staff_id in kept.staff_ids:
                    payload = {"schedule_id": str(row["id"]), "staff_id": str(staff_id), "at": kept.next_at.isoformat()}
                    await jobs.enqueue(tx, "report.send", payload)
        return len(rows)

    async def _send(self, job: jobs.Job) -> None:
        """Make the file with the owner's rights as they are now, and send it to whoever may still read reports."""
        try:
            row = await store.get_schedule(self._db, UUID(job.payload["schedule_id"]))
        except NotFound:
            return
        schedule, staff_id = store.schedule(row), UUID(job.payload["staff_id"])
        actors = await self._people.actors(self._db, {row["owner_id"], staff_id})
        owner, reader = actors.get(StaffId(row["owner_id"])), actors.get(StaffId(staff_id))
        found = await self._db.rows(sql.addresses, ids=[staff_id])
        if owner is None or reader is None or not reader.may(Permission.REPORT_READ) or not found:
            return
        at = datetime.fromisoformat(job.payload["at"])
        zone, first = await self._organisation.time_zone(), await self._organisation.first_weekday(self._db)
        asked = report_of(schedule.report, at, zone, schedule.calendar, first)
        content = await self._reports.export(owner, asked, schedule.format, schedule.locale, schedule.calendar)
        words, message_id = WORDS[schedule.locale], uuid5(schedule.id, f"{staff_id}:{at.isoformat()}")
        text = words["mail"].format(name=schedule.name)
        file = (f"{schedule.name}.{schedule.format}", content)
        await self._postman.send(
            message_id, (found[0]["name"], found[0]["address"]), schedule.name, text, file, job.attempts
        )


def _may(actor: Actor) -> StaffId:
    actor.must(Permission.REPORT_SCHEDULE)
    actor.must(Permission.REPORT_READ)
    if actor.id is None:
        raise Forbidden
    return StaffId(actor.id)
