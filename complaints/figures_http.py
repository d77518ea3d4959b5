"""Routes of the figures of complaints."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel

from access.model import Permission
from complaints.figures import Figures
from complaints.listing import ComplaintListing
from complaints.model import (
    AnalysisQuery,
    BehindQuery,
    ComplaintRow,
    Counted,
    ExportQuery,
    Recurring,
    RecurringQuery,
)
from core.http import Call, Page, route
from core.tables import TYPES


class CountedList(BaseModel):
    items: list[Counted]


class RecurringList(BaseModel):
    items: list[Recurring]


class FigureRoutes:
    def __init__(self, listing: ComplaintListing, figures: Figures) -> None:
        self._listing, self._figures = listing, figures

    @route("GET", "/api/complaints/analysis", permission=Permission.COMPLAINT_READ)
    async def analyse(self, call: Call, query: AnalysisQuery) -> CountedList:
        """Count complaints by type, source, cause, subject, employee, branch or team, and by day."""
        return CountedList(items=await self._listing.count(call.actor, query))

    @route("GET", "/api/complaints/analysis/rows", permission=Permission.COMPLAINT_READ)
    async def analysed(self, call: Call, query: BehindQuery) -> Page[ComplaintRow]:
        """List the complaints behind a figure of the analysis, the newest first."""
        items, cursor = await self._listing.behind(call.actor, query)
        return Page[ComplaintRow](items=items, next_cursor=cursor)

    @route("GET", "/api/complaints/recurring", permission=Permission.COMPLAINT_READ)
    async def recurring(self, call: Call, query: RecurringQuery) -> RecurringList:
        """List causes that came back with the same type and subject."""
        return RecurringList(items=await self._listing.recurring(call.actor, query))

    @route("GET", "/api/complaints/analysis/file", permission=Permission.COMPLAINT_READ)
    async def analysis_file(self, call: Call, query: ExportQuery) -> web.Response:
        """Take the figures of an analysis out as CSV or XLSX."""
        headers = {
            "Content-Disposition": f'attachment; filename="complaints.{query.format}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        content = await self._figures.export(call.actor, query)
        return web.Response(body=content, content_type=TYPES[query.format], headers=headers)
