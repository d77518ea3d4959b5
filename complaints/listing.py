"""Complaints in lists, in full and in figures: only those of which the reader may know are there, and are counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from access.model import Permission
from complaints import codes, store
from complaints.cases import Case, Cases
from complaints.model import (
    AnalysisQuery,
    AnswerView,
    BehindQuery,
    ComplaintQuery,
    ComplaintRow,
    ComplaintView,
    Counted,
    DeadlineView,
    DecisionView,
    EscalationView,
    Recurring,
    RecurringQuery,
    ReviewView,
    SentView,
    SubjectView,
)
from complaints.path import lacks
from complaints.referrals import of_complaint
from complaints.store import sql
from core.actor import Actor
from core.errors import Invalid
from organisation.service import Organisation
from sla.model import OVER
from storage.database import Tx
from tickets.confidence import confidence
from tickets.model import number

_LAST = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
_LONGEST_DAYS = 1100
# No part of an analysis: all there are.
_WHOLE: dict[str, Any] = {"by": None, "key": None, "since": None, "until": None, "zone": "UTC"}


class ComplaintListing:
    """Reads; nothing here changes anything."""

    def __init__(self, cases: Cases, organisation: Organisation) -> None:
        self._cases, self._organisation = cases, organisation
        self._db, self._clock = cases.db, cases.clock

    async def page(self, actor: Actor, query: ComplaintQuery) -> tuple[list[ComplaintRow], str | None]:
        """Return complaints in scope, the newest first, and the cursor of the next page."""
        actor.must(Permission.TICKET_READ)
        return await self._page(actor, query, _WHOLE)

    async def behind(self, actor: Actor, query: BehindQuery) -> tuple[list[ComplaintRow], str | None]:
        """Return the complaints behind a figure of the analysis, cut out as they were counted."""
        actor.must(Permission.COMPLAINT_READ)
        _must_be_a_time(query)
        part = query.model_dump(include=set(_WHOLE)) | {"zone": await self._zone()}
        return await self._page(actor, ComplaintQuery(cursor=query.cursor, limit=query.limit), part)

    async def _page(
        self, actor: Actor, query: ComplaintQuery, part: dict[str, Any]
    ) -> tuple[list[ComplaintRow], str | None]:
        at, after = _place(query.cursor)
        wanted = query.model_dump(exclude={"cursor", "limit"}) | part
        rows = await self._db.rows(
            sql.list_complaints, at=at, id=after, now=self._clock(), most=query.limit + 1, **wanted, **_scope(actor)
        )
        items = [store.complaint_row(row) for row in rows[: query.limit]]
        if len(rows) <= query.limit:
            return items, None
        return items, f"{items[-1].registered_at.isoformat()}~{items[-1].ticket_id}"

    async def show(self, actor: Actor, ticket_id: UUID) -> ComplaintView:
        """Return the path of a complaint with all that happened on it."""
        async with self._db.transaction(actor) as tx:
            # Held: what hangs on it and how far it is are of one moment.
            ticket, case = await self._cases.hold(tx, actor, ticket_id, Permission.TICKET_READ)
            return await self._view(tx, actor, ticket, case)

    async def _view(self, tx: Tx, actor: Actor, ticket: Case, case: Case) -> ComplaintView:
        of, now = {"ticket_id": ticket["id"]}, self._clock()
        decisions = [DecisionView(**dict(row)) for row in await tx.rows(sql.list_decisions, **of)]
        is_over = ticket["category"] in OVER
        plain = {name: case[name] for name in ComplaintView.model_fields.keys() & case.keys() - {"code", "stage"}}
        return ComplaintView(
            **plain,
            number=number("complaint", ticket["serial"]),
            code=codes.spoken(case["code"]),
            stage="closed" if is_over else case["stage"],
            about=[SubjectView(**dict(row)) for row in await tx.rows(sql.list_subjects, **of)],
            deadlines=[DeadlineView(**dict(row)) for row in await tx.rows(sql.list_deadlines, now=now, **of)],
            referrals=await of_complaint(tx, ticket["id"], now),
            escalations=[EscalationView(**dict(row)) for row in await tx.rows(sql.list_escalations, **of)],
            decisions=decisions,
            reviews=[ReviewView(**dict(row)) for row in await tx.rows(sql.list_reviews, **of)],
            answers=[AnswerView(**dict(row)) for row in await tx.rows(sql.list_answers, **of)],
            sent=await self._sent(tx, actor, ticket["id"], decisions),
            lacks=None if is_over else lacks(await store.facts(tx, ticket["id"])),
        )

    async def _sent(self, tx: Tx, actor: Actor, ticket_id: UUID, decisions: list[DecisionView]) -> list[SentView]:
        if not decisions or not actor.may(Permission.INTERACTION_READ):
            return []
        since = decisions[-1].decided_at
        rows = await tx.rows(sql.sent_messages, ticket_id=ticket_id, since=since, message_id=None)
        return [SentView(**dict(row)) for row in rows]

    async def count(self, actor: Actor, query: AnalysisQuery) -> list[Counted]:
        """Count complaints by what is asked for and by the day of their registration."""
        actor.must(Permission.COMPLAINT_READ)
        _must_be_a_time(query)
        asked = query.model_dump(include={*AnalysisQuery.model_fields})
        rows = await self._db.rows(sql.count_by_day, zone=await self._zone(), **asked, **_scope(actor))
        return [Counted(**dict(row)) for row in rows]

    async def recurring(self, actor: Actor, query: RecurringQuery) -> list[Recurring]:
        """Return causes that came back so often, the most frequent first."""
        actor.must(Permission.COMPLAINT_READ)
        _must_be_a_time(query)
        rows = await self._db.rows(sql.recurring, zone=await self._zone(), **query.model_dump(), **_scope(actor))
        return [Recurring(**dict(row)) for row in rows]

    async def _zone(self) -> str:
        return await self._organisation.time_zone()


def _scope(actor: Actor) -> dict[str, Any]:
    return {"branches": actor.branch_scope, **confidence(actor)}


def _must_be_a_time(query: AnalysisQuery | RecurringQuery) -> None:
    if not 0 <= (query.until - query.since).days <= _LONGEST_DAYS:
        raise Invalid(f"This is no time of at most {_LONGEST_DAYS} days.", field="until")


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    if not cursor:
        return _LAST
    moment, _, ticket_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(ticket_id)
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error
