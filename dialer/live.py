"""A campaign at this moment: what supervisors look at while it runs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from core.actor import Actor
from core.clock import Clock
from dialer.campaigns import Campaigns
from dialer.model import LiveFigures
from dialer.store import sql
from routing.outbound import Outbound
from storage.database import Database

_DAY, _HOUR = timedelta(hours=24), timedelta(hours=1)


class Live:
    def __init__(self, db: Database, clock: Clock, outbound: Outbound, campaigns: Campaigns) -> None:
        self._db, self._clock, self._outbound, self._campaigns = db, clock, outbound, campaigns

    async def figures(self, actor: Actor, campaign_id: UUID) -> LiveFigures:
        """Return its figures over the last 24 hours; `answered` are people, not machines."""
        campaign, now = await self._campaigns.get(actor, campaign_id), self._clock()
        row = await self._db.row(sql.get_campaign, id=campaign_id)
        under = await self._db.row(sql.under_way, campaign_id=campaign_id)
        counts = await self._db.row(sql.attempts_since, campaign_id=campaign_id, day=now - _DAY, hour=now - _HOUR)
        outcomes = await self._db.rows(sql.outcomes_since, campaign_id=campaign_id, since=now - _DAY)
        idle = len(await self._outbound.granted(self._db, campaign_id))
        at_work = len(await self._outbound.working(self._db, campaign.queue_id, campaign_id))
        day, hour = (counts["day"], counts["hour"]) if counts else (0, 0)
        answered, abandoned = (counts["answered"], counts["abandoned"]) if counts else (0, 0)
        return LiveFigures(
            state=campaign.state,
            why=campaign.idle_why,
            pace=((row["pace"] if row else None) or {}).get("explain") or {},
            agents_idle=idle,
            agents_at_work=at_work,
            in_flight=under["in_flight"] if under else 0,
            waiting=under["waiting"] if under else 0,
            connected=under["connected"] if under else 0,
            attempts=day,
            answered=answered,
            abandoned=abandoned,
            abandoned_percent=_percent(abandoned, answered),
            answer_percent=_percent(answered, day),
            attempts_hour=hour,
            per_agent_hour=round(hour / (idle + at_work), 1) if idle + at_work else 0.0,
            outcomes={each["outcome"]: each["count"] for each in outcomes},
            progress=campaign.progress,
            next_at=await self._db.value(sql.next_due, campaign_id=campaign_id),
        )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
