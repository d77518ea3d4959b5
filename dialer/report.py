"""A campaign over days: what was begun, what came of it and by whom; each attempt with its verdict."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Invalid
from core.tables import Cell, as_csv
from dialer.campaigns import Campaigns
from dialer.reportmodel import (
    DAYS_BY_HOUR,
    DAYS_MOST,
    AgentSums,
    AttemptQuery,
    AttemptsExported,
    AttemptView,
    CampaignReport,
    ReportQuery,
    Span,
    Sums,
    SumsAt,
)
from dialer.store import sql
from organisation.service import Organisation
from storage.database import Database

_USUAL_DAYS = 7
_MOST_EXPORTED = 100_000
_NAMES = (
    "at",
    "number",
    "contact_name",
    "outcome",
    "disposition",
    "agent_name",
    "ring_seconds",
    "talk_seconds",
)
# What a verdict says, in the order in which it is asked for.
_VERDICT = ("rule", "zone", "zone_source", "caller_id", "text_suffix")


class _Span(NamedTuple):
    """Days by somebody's clocks, both included."""

    since: date
    until: date
    zone: str

    @property
    def moments(self) -> dict[str, datetime]:
        """When they begin, and when they have ended."""
        here = ZoneInfo(self.zone)
        begin, end = (datetime.combine(day, time(), here) for day in (self.since, self.until + timedelta(days=1)))
        return {"since": begin, "until": end}


class Reports:
    def __init__(self, db: Database, clock: Clock, campaigns: Campaigns) -> None:
        self._db, self._clock, self._campaigns = db, clock, campaigns
        self._organisation = Organisation(db)

    async def report(self, actor: Actor, campaign_id: UUID, asked: ReportQuery) -> CampaignReport:
        await self._campaigns.get(actor, campaign_id)
        span = await self._span(asked, DAYS_BY_HOUR if asked.by == "hour" else DAYS_MOST)
        wanted = {"campaign_id": campaign_id, **span.moments}
        lines = await self._db.rows(sql.campaign_sums, by=asked.by, zone=span.zone, **wanted)
        outcomes = await self._db.rows(sql.campaign_outcomes, **wanted)
        dispositions = await self._db.rows(sql.campaign_dispositions, **wanted)
        agents = await self._db.rows(sql.campaign_agents, **wanted)
        total = Sums(**{name: sum(row[name] for row in lines) for name in Sums.model_fields})
        return CampaignReport(
            since=span.since,
            until=span.until,
            by=asked.by,
            time_zone=span.zone,
            total=total,
            abandoned_percent=round(100 * total.abandoned / total.answered, 2) if total.answered else 0.0,
            lines=[SumsAt(**dict(row)) for row in lines],
            outcomes={row["outcome"]: row["count"] for row in outcomes},
            dispositions={row["disposition"]: row["count"] for row in dispositions},
            agents=[AgentSums(**dict(row)) for row in agents],
        )

    async def attempts(
        self, actor: Actor, campaign_id: UUID, asked: AttemptQuery, before: UUID | None, most: int
    ) -> list[AttemptView]:
        """List what was begun, newest first."""
        await self._campaigns.get(actor, campaign_id)
        span = await self._span(asked)
        rows = await self._db.rows(
            sql.list_attempts, campaign_id=campaign_id, outcome=asked.outcome, before=before, most=most, **span.moments
        )
        return [AttemptView(**dict(row)) for row in rows]

    async def export(self, actor: Actor, campaign_id: UUID, asked: AttemptQuery) -> bytes:
        """Return attempts as CSV; that they were taken along is written down."""
        actor.must(Permission.REPORT_READ)
        found = await self.attempts(actor, campaign_id, asked, None, _MOST_EXPORTED)
        async with self._db.transaction(actor) as tx:
            tx.emit(AttemptsExported(campaign_id=campaign_id, rows=len(found)))
        return as_csv((*_NAMES, *_VERDICT), [_cells(each) for each in found])

    async def _span(self, asked: Span, most: int = DAYS_MOST) -> _Span:
        zone = await self._organisation.time_zone()
        today = self._clock().astimezone(ZoneInfo(zone)).date()
        until = asked.until or max(today, asked.since or today)
        since = asked.since or until - timedelta(days=_USUAL_DAYS - 1)
        if until < since:
            raise Invalid("It ends before it starts.", field="until")
        if (until - since).days >= most:
            raise Invalid(f"That is too long: at most {most} days.", field="since")
        return _Span(since, until, zone)


def _cells(each: AttemptView) -> list[Cell]:
    own = each.model_dump(include=set(_NAMES))
    return [
        each.at.isoformat(),
        *(own[name] if own[name] is not None else "" for name in _NAMES[1:]),
        *(str(each.verdict.get(name) or "") for name in _VERDICT),
    ]
