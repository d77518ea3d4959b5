"""Routes of visits."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from access.model import Permission
from core.errors import NotFound
from core.http import COLLEAGUE, PUBLIC, Call, Page, PageQuery, route
from core.values import Value
from customers.http import before_id
from dispatch.listing import DaysQuery, VisitListing, VisitQuery
from dispatch.model import (
    Assignment,
    Ending,
    KindChange,
    KindSettings,
    NewVisit,
    PhotoKind,
    Step,
    StepTaken,
    Versioned,
    VisitChange,
    VisitKind,
    VisitRow,
    VisitView,
)
from dispatch.periodic import Periodic, PlanChange, PlanSettings, ServicePlan, Standing
from dispatch.setup import Kinds
from dispatch.steps import Steps
from dispatch.telling import Moment, Telling, TextSettings, VisitText
from dispatch.tracking import Tracked, Tracking
from dispatch.visits import Visits
from dispatch.whereabouts import Whereabouts


class VisitList(BaseModel):
    items: list[VisitRow]


class KindList(BaseModel):
    items: list[VisitKind]


class TextList(BaseModel):
    items: list[VisitText]


class StepList(Value):
    steps: list[Step] = Field(min_length=1, max_length=200)


class TakenList(BaseModel):
    items: list[StepTaken]
    visit: VisitView | None = Field(description="As it is now; null when it is somebody else's by now.")


class DueDays(BaseModel):
    items: list[date]


class PlansQuery(PageQuery):
    customer_id: UUID | None = None


class PeriodQuery(Value):
    first: date
    last: date


class OwnDaysQuery(Value):
    begins_at: AwareDatetime
    ends_at: AwareDatetime


class FileQuery(Value):
    kind: PhotoKind
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")


class VisitRoutes:
    """One visit, and lists of them; every change answers with the visit as it is then."""

    def __init__(self, visits: Visits, listing: VisitListing) -> None:
        self._visits, self._listing = visits, listing

    @route("GET", "/api/visits", permission=Permission.VISIT_READ)
    async def list_visits(self, call: Call, query: VisitQuery) -> Page[VisitRow]:
        """List visits, the last changed first."""
        items, cursor = await self._listing.page(call.actor, query)
        return Page[VisitRow](items=items, next_cursor=cursor)

    @route("POST", "/api/visits", permission=Permission.VISIT_WRITE, status=201)
    async def open_visit(self, call: Call, body: NewVisit) -> VisitView:
        """Open a visit: by hand, or from a ticket whose data it carries."""
        return await self._visits.show(call.actor, await self._visits.open(call.actor, body))

    @route("GET", "/api/visits/days", permission=Permission.VISIT_READ)
    async def visits_of_days(self, call: Call, query: DaysQuery) -> VisitList:
        """List what is planned in a span, and all that is not planned yet."""
        return VisitList(items=await self._listing.days(call.actor, query))

    @route("GET", "/api/visits/{visit_id}", permission=COLLEAGUE)
    async def show_visit(self, call: Call, visit_id: UUID) -> VisitView:
        """Show a visit; a technician sees the own ones."""
        return await self._visits.show(call.actor, visit_id)

    @route("PATCH", "/api/visits/{visit_id}", permission=Permission.VISIT_WRITE)
    async def change_visit(self, call: Call, visit_id: UUID, body: VisitChange) -> VisitView:
        """Change what is named."""
        await self._visits.change(call.actor, visit_id, body)
        return await self._visits.show(call.actor, visit_id)

    @route("POST", "/api/visits/{visit_id}/assign", permission=Permission.VISIT_DISPATCH)
    async def assign_visit(self, call: Call, visit_id: UUID, body: Assignment) -> VisitView:
        """Give it to a technician at a time; what breaks a rule is refused with the rule."""
        await self._visits.assign(call.actor, visit_id, body)
        return await self._visits.show(call.actor, visit_id)

    @route("POST", "/api/visits/{visit_id}/dispatch", permission=Permission.VISIT_DISPATCH)
    async def dispatch_visit(self, call: Call, visit_id: UUID, body: Versioned) -> VisitView:
        """Tell the technician and the customer."""
        await self._visits.dispatch(call.actor, visit_id, body.version)
        return await self._visits.show(call.actor, visit_id)

    @route("POST", "/api/visits/{visit_id}/take-back", permission=Permission.VISIT_DISPATCH)
    async def take_visit_back(self, call: Call, visit_id: UUID, body: Versioned) -> VisitView:
        """Plan it anew; one that could not be done is tried again."""
        await self._visits.take_back(call.actor, visit_id, body.version)
        return await self._visits.show(call.actor, visit_id)

    @route("POST", "/api/visits/{visit_id}/cancel", permission=Permission.VISIT_WRITE)
    async def cancel_visit(self, call: Call, visit_id: UUID, body: Ending) -> VisitView:
        """Nobody goes there any more."""
        await self._visits.cancel(call.actor, visit_id, body)
        return await self._visits.show(call.actor, visit_id)


class TechnicianRoutes:
    """What a technician's page asks and tells."""

    def __init__(self, visits: Visits, steps: Steps) -> None:
        self._visits, self._steps = visits, steps

    @route("GET", "/api/my-visits", permission=Permission.VISIT_WORK)
    async def my_visits(self, call: Call, query: OwnDaysQuery) -> VisitList:
        """List the own visits of a span, in their order."""
        return VisitList(items=await self._steps.day(call.actor, query.begins_at, query.ends_at))

    @route("POST", "/api/visits/{visit_id}/steps", permission=Permission.VISIT_WORK)
    async def take_steps(self, call: Call, visit_id: UUID, body: StepList) -> TakenList:
        """Take what was done there, each once; answers what became of each."""
        items = await self._steps.take(call.actor, visit_id, body.steps)
        try:
            visit = await self._visits.show(call.actor, visit_id)
        except NotFound:
            # Given to somebody else meanwhile: what was told is kept, and the phone need not tell it again.
            visit = None
        return TakenList(items=items, visit=visit)

    @route("POST", "/api/visits/{visit_id}/files", permission=Permission.VISIT_WORK, status=201, form=True)
    async def add_visit_file(self, call: Call, visit_id: UUID, query: FileQuery) -> VisitView:
        """Keep a photo or the customer's signature: multipart/form-data, field `file`."""
        await self._steps.add_file(call.actor, visit_id, query.kind, query.client_id, call.request)
        return await self._visits.show(call.actor, visit_id)

    @route("GET", "/api/visit-files/{file_id}", permission=COLLEAGUE)
    async def visit_file(self, call: Call, file_id: UUID) -> web.StreamResponse:
        """Get a photo or a signature."""
        return await self._steps.file(call.actor, file_id)


class TrackingRoutes:
    """The customer's link."""

    def __init__(self, tracking: Tracking, whereabouts: Whereabouts) -> None:
        self._tracking, self._whereabouts = tracking, whereabouts

    @route("GET", "/api/tracking/{token}", permission=PUBLIC)
    async def track_visit(self, call: Call, token: str) -> Tracked:  # noqa: ARG002 - whoever has the link
        """Tell how far a visit is, and where the technician is while on the way."""
        return await self._tracking.show(token, self._whereabouts)


class VisitSetupRoutes:
    """Kinds of visits, what customers are told, periodic services."""

    def __init__(self, kinds: Kinds, telling: Telling, periodic: Periodic) -> None:
        self._kinds, self._telling, self._periodic = kinds, telling, periodic

    @route("GET", "/api/visit-kinds", permission=COLLEAGUE)
    async def list_visit_kinds(self, call: Call) -> KindList:  # noqa: ARG002 - every colleague
        """List the kinds of visits."""
        return KindList(items=await self._kinds.all())

    @route("POST", "/api/visit-kinds", permission=Permission.VISIT_MANAGE, status=201)
    async def add_visit_kind(self, call: Call, body: KindSettings) -> VisitKind:
        """Add a kind of visit."""
        return await self._kinds.add(call.actor, body)

    @route("PUT", "/api/visit-kinds/{kind_id}", permission=Permission.VISIT_MANAGE)
    async def change_visit_kind(self, call: Call, kind_id: UUID, body: KindChange) -> VisitKind:
        """Change a kind of visit."""
        return await self._kinds.change(call.actor, kind_id, body)

    @route("GET", "/api/visit-texts", permission=Permission.VISIT_MANAGE)
    async def list_visit_texts(self, call: Call) -> TextList:  # noqa: ARG002 - the permission says it
        """List what customers are told by themselves."""
        return TextList(items=await self._telling.texts())

    @route("PUT", "/api/visit-texts/{moment}", permission=Permission.VISIT_MANAGE)
    async def change_visit_text(self, call: Call, moment: Moment, body: TextSettings) -> VisitText:
        """Say what customers are told at a moment."""
        return await self._telling.save_text(call.actor, moment, body)

    @route("GET", "/api/service-plans", permission=Permission.VISIT_READ)
    async def list_service_plans(self, call: Call, query: PlansQuery) -> Page[ServicePlan]:
        """List periodic services."""
        after = UUID(int=0) if query.cursor is None else before_id(query.cursor)
        found = await self._periodic.page(call.actor, query.customer_id, after, query.limit + 1)
        items = found[: query.limit]
        return Page[ServicePlan](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/service-plans", permission=Permission.VISIT_WRITE, status=201)
    async def add_service_plan(self, call: Call, body: PlanSettings) -> ServicePlan:
        """Add a periodic service; visits arise from it within its horizon."""
        return await self._periodic.save(call.actor, None, body)

    @route("POST", "/api/service-plans/preview", permission=Permission.VISIT_WRITE)
    async def preview_service_plan(self, call: Call, body: PlanSettings) -> DueDays:  # noqa: ARG002 - nothing is read
        """List the next days on which it would be due; nothing is saved."""
        return DueDays(items=self._periodic.preview(body))

    @route("PUT", "/api/service-plans/{plan_id}", permission=Permission.VISIT_WRITE)
    async def change_service_plan(self, call: Call, plan_id: UUID, body: PlanChange) -> ServicePlan:
        """Change a periodic service; what arose from it and nobody planned yet follows."""
        return await self._periodic.save(call.actor, plan_id, body)

    @route("GET", "/api/service-standing", permission=Permission.VISIT_READ)
    async def service_standing(self, call: Call, query: PeriodQuery) -> Standing:
        """Count periodic services that were due, done in time, done late, and what is overdue."""
        return await self._periodic.standing(call.actor, query.first, query.last)
