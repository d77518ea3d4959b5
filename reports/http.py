"""Routes of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from access.model import Calendar, Locale, Permission
from core.http import Call, Page, route
from core.tables import TYPES, Format
from customers.http import before_id
from reports.model import Answered, Measure, Reader, Report, Schedule, ScheduleChange, ScheduleSettings, Slice
from reports.schedules import Schedules
from reports.service import Reports
from tickets.model import PRIORITIES, Kind, number


class ReportQuery(Report):
    """A report, and how it is read."""

    locale: Locale = "en"
    calendar: Calendar | None = Field(None, description="By which weeks and months are counted; none: the usual one.")

    @property
    def asked(self) -> Report:
        return Report(**self.model_dump(include=set(Report.model_fields)))


class SliceQuery(ReportQuery):
    """A report, or one group of it."""

    is_grouped: bool = Field(default=False, description="Only those of one group, which `key` names.")
    key: str | None = Field(
        None, max_length=60, description="None with `is_grouped`: those of nobody. Of time: the first day."
    )

    @property
    def part(self) -> Slice | None:
        return Slice(key=self.key, locale=self.locale, calendar=self.calendar) if self.is_grouped else None


class ExportQuery(SliceQuery):
    format: Format = "csv"
    measure: Measure | None = Field(None, description="None: the figures. Else the tickets behind one.")


class RowsQuery(SliceQuery):
    measure: Measure = "opened"
    cursor: str | None = Field(None, max_length=60)
    limit: int = Field(50, ge=1, le=200)


class ReportRow(BaseModel):
    id: UUID
    kind: Kind
    number: str
    subject: str
    category: str
    priority: str
    source: str
    sla: Literal["none", "kept", "near", "breached"]
    customer_name: str | None
    owner_name: str | None
    queue_name: str | None
    opened_at: datetime
    answered_at: datetime | None
    solved_at: datetime | None


class ScheduleList(BaseModel):
    items: list[Schedule]


class ReaderList(BaseModel):
    items: list[Reader]


class ReportRoutes:
    def __init__(self, reports: Reports, schedules: Schedules) -> None:
        self._reports, self._schedules = reports, schedules

    @route("GET", "/api/reports/desk", permission=Permission.REPORT_READ)
    async def desk(self, call: Call, query: ReportQuery) -> Answered:
        """Count tickets opened, solved, kept and late, by one thing or over time."""
        return await self._reports.desk(call.actor, query.asked, query.locale, query.calendar)

    @route("GET", "/api/reports/desk/rows", permission=Permission.REPORT_READ)
    async def desk_rows(self, call: Call, query: RowsQuery) -> Page[ReportRow]:
        """List the tickets behind a figure."""
        place = (before_id(query.cursor), query.limit + 1)
        found = await self._reports.rows(call.actor, query.asked, query.measure, query.part, place)
        items = [
            ReportRow(
                **{name: row[name] for name in ReportRow.model_fields if name not in ("number", "priority")},
                number=number(row["kind"], row["serial"]),
                priority=PRIORITIES[row["priority"]],
            )
            for row in found[: query.limit]
        ]
        return Page[ReportRow](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/reports/desk/file", permission=Permission.REPORT_READ)
    async def desk_file(self, call: Call, query: ExportQuery) -> web.Response:
        """Take a report out as CSV or XLSX: its figures, or the tickets behind one."""
        if query.measure is None:
            asked = (query.asked, query.format, query.locale, query.calendar)
            content = await self._reports.export(call.actor, *asked)
        else:
            rows = (query.asked, query.measure, query.part, (query.format, query.locale))
            content = await self._reports.export_rows(call.actor, *rows)
        headers = {
            "Content-Disposition": f'attachment; filename="desk.{query.format}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(body=content, content_type=TYPES[query.format], headers=headers)

    @route("GET", "/api/reports/schedules", permission=Permission.REPORT_SCHEDULE)
    async def schedules(self, call: Call) -> ScheduleList:
        """List the reports that are sent by themselves."""
        return ScheduleList(items=await self._schedules.all(call.actor))

    @route("GET", "/api/reports/readers", permission=Permission.REPORT_SCHEDULE)
    async def readers(self, call: Call) -> ReaderList:
        """List the colleagues to whom reports can be sent: who may read them and has an address."""
        return ReaderList(items=await self._schedules.readers(call.actor))

    @route("POST", "/api/reports/schedules", permission=Permission.REPORT_SCHEDULE, status=201)
    async def add_schedule(self, call: Call, body: ScheduleSettings) -> Schedule:
        """Let a report be sent by itself, with what you may see."""
        return await self._schedules.save(call.actor, None, body)

    @route("PUT", "/api/reports/schedules/{schedule_id}", permission=Permission.REPORT_SCHEDULE)
    async def change_schedule(self, call: Call, schedule_id: UUID, body: ScheduleChange) -> Schedule:
        """Change one of your own."""
        return await self._schedules.save(call.actor, schedule_id, body)

    @route("DELETE", "/api/reports/schedules/{schedule_id}", permission=Permission.REPORT_SCHEDULE)
    async def remove_schedule(self, call: Call, schedule_id: UUID) -> None:
        """Send it no more."""
        await self._schedules.remove(call.actor, schedule_id)
