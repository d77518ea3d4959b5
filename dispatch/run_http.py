"""Routes of plans and of the dispatch board."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from core.http import Call, Page, PageQuery, route
from core.ids import BranchId
from core.values import Value
from customers.http import before_id
from dispatch.pricing import Pricing
from dispatch.run_model import Better, BetterRequest, DayBoard, Offer, PriceQuestion, RunRequest, RunView
from dispatch.runs import Runs

_LAST_ID = UUID(int=2**128 - 1)


class OfferList(BaseModel):
    items: list[Offer]


class DayQuery(Value):
    day: date
    branch_id: BranchId | None = None


class RunRoutes:
    def __init__(self, runs: Runs, pricing: Pricing) -> None:
        self._runs, self._pricing = runs, pricing

    @route("GET", "/api/dispatch/day", permission=Permission.VISIT_READ)
    async def dispatch_day(self, call: Call, query: DayQuery) -> DayBoard:
        """Show a day: who works when, what is planned, what is not, and what may begin too late."""
        return await self._pricing.day(call.actor, query.day, query.branch_id)

    @route("POST", "/api/visits/{visit_id}/price", permission=Permission.VISIT_DISPATCH)
    async def price_visit(self, call: Call, visit_id: UUID, body: PriceQuestion) -> OfferList:
        """Say who could take a visit without moving another, at what price, and what is in the way of the others."""
        return OfferList(items=await self._pricing.offers(call.actor, visit_id, body))

    @route("GET", "/api/plans", permission=Permission.VISIT_DISPATCH)
    async def list_runs(self, call: Call, query: PageQuery) -> Page[RunView]:
        """List plans that were proposed, newest first."""
        before = _LAST_ID if query.cursor is None else before_id(query.cursor)
        found = await self._runs.page(call.actor, before, query.limit + 1)
        items = found[: query.limit]
        return Page[RunView](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/plans", permission=Permission.VISIT_DISPATCH, status=201)
    async def make_run(self, call: Call, body: RunRequest) -> RunView:
        """Plan days, replan them without somebody, or ask what if: a proposal, by which no visit changes."""
        return await self._runs.plan(call.actor, body)

    @route("POST", "/api/plans/better", permission=Permission.VISIT_DISPATCH, status=201)
    async def better_run(self, call: Call, body: BetterRequest) -> Better:
        """Think a day over as it stands: a proposal that saves driving by moving few visits, or none."""
        return await self._runs.better(call.actor, body)

    @route("GET", "/api/plans/{run_id}", permission=Permission.VISIT_DISPATCH)
    async def show_run(self, call: Call, run_id: UUID) -> RunView:
        """Show a proposed plan."""
        return await self._runs.show(call.actor, run_id)

    @route("POST", "/api/plans/{run_id}/accept", permission=Permission.VISIT_DISPATCH)
    async def accept_run(self, call: Call, run_id: UUID) -> RunView:
        """Do what was proposed, all of it or nothing; refused when something changed since."""
        return await self._runs.accept(call.actor, run_id)

    @route("POST", "/api/plans/{run_id}/refuse", permission=Permission.VISIT_DISPATCH)
    async def refuse_run(self, call: Call, run_id: UUID) -> RunView:
        """Say that it is not wanted."""
        return await self._runs.refuse(call.actor, run_id)

    @route("POST", "/api/plans/{run_id}/undo", permission=Permission.VISIT_DISPATCH)
    async def undo_run(self, call: Call, run_id: UUID) -> RunView:
        """Put back what an accepted plan moved, while nothing of it changed since."""
        return await self._runs.undo(call.actor, run_id)
