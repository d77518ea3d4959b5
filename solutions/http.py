"""Routes of solutions that are sent, and of articles that come of tickets."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.http import Call, Page, PageQuery, route
from core.values import Value
from customers.http import before_id
from knowledge.http import ArticleList, locale_of
from knowledge.model import Article
from solutions.drafting import Drafting
from solutions.model import Affected, NewSolution, Preview, SolutionRow, SolutionView
from solutions.service import Solutions


class NewDraft(Value):
    category_id: UUID | None = None


class SolutionRoutes:
    def __init__(self, solutions: Solutions, drafting: Drafting) -> None:
        self._solutions, self._drafting = solutions, drafting

    @route("POST", "/api/tickets/{ticket_id}/article", permission=Permission.KNOWLEDGE_WRITE, status=201)
    async def draft_article(self, call: Call, ticket_id: UUID, body: NewDraft) -> Article:
        """Make a draft of an article from a ticket: its subject, and the last answer of an agent."""
        return await self._drafting.draft(call.actor, ticket_id, body.category_id)

    @route("GET", "/api/tickets/{ticket_id}/articles", permission=Permission.TICKET_READ)
    async def articles_of_ticket(self, call: Call, ticket_id: UUID) -> ArticleList:
        """List the articles that came of a ticket."""
        return ArticleList(items=await self._drafting.of_ticket(call.actor, ticket_id, locale_of(call)))

    @route("POST", "/api/solutions/preview", permission=Permission.SOLUTION_SEND)
    async def preview_solution(self, call: Call, body: Affected) -> Preview:
        """Tell how many customers a solution would be sent to, and by which channel; nothing is sent."""
        return await self._solutions.preview(call.actor, body)

    @route("POST", "/api/solutions", permission=Permission.SOLUTION_SEND, status=201)
    async def send_solution(self, call: Call, body: NewSolution) -> SolutionView:
        """Send a solution to the customers of affected tickets, to each once."""
        solution_id = await self._solutions.send(call.actor, body)
        return await self._solutions.report(call.actor, solution_id)

    @route("GET", "/api/solutions", permission=Permission.SOLUTION_SEND)
    async def solutions(self, call: Call, query: PageQuery) -> Page[SolutionRow]:
        """List what was sent, newest first."""
        found = await self._solutions.sent(call.actor, before_id(query.cursor), query.limit + 1)
        items = found[: query.limit]
        return Page[SolutionRow](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/solutions/{solution_id}", permission=Permission.SOLUTION_SEND)
    async def solution_report(self, call: Call, solution_id: UUID) -> SolutionView:
        """Show what became of each ticket."""
        return await self._solutions.report(call.actor, solution_id)
