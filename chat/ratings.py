"""What visitors thought of their chats, summed up."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from access.model import Permission
from chat.events import RatingGiven
from chat.store import sql
from core.actor import Actor
from core.values import Value
from notices.model import DocumentRef, Notice
from notices.service import Notices
from storage.database import Database, Row, Tx

GOOD = 4
POOR = 2


class Period(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: datetime
    until: datetime
    by: Literal["agent", "queue"] = "agent"
    limit: int = Field(200, ge=1, le=1000)

    @model_validator(mode="after")
    def _has_zones(self) -> Period:
        if self.since.tzinfo is None or self.until.tzinfo is None or self.since >= self.until:
            raise ValueError("A period begins before it ends, and both say their zone.")
        return self


class Tally(Value):
    """How often each score was given, to whom."""

    id: UUID | None
    name: str
    scores: tuple[int, int, int, int, int]


class Summary(Value):
    """`satisfied` is the share of 4 and 5 in all (CSAT, from 0 to 1)."""

    id: UUID | None
    name: str
    count: int
    average: float
    satisfied: float
    scores: tuple[int, int, int, int, int]


def summary(tally: Tally) -> Summary:
    """Sum up one tally; one without a rating has no average to speak of and is not asked."""
    count = sum(tally.scores)
    total = sum(score * times for score, times in enumerate(tally.scores, 1))
    return Summary(
        id=tally.id,
        name=tally.name,
        count=count,
        average=round(total / count, 2),
        satisfied=round(sum(tally.scores[GOOD - 1 :]) / count, 3),
        scores=tally.scores,
    )


class Ratings:
    def __init__(self, db: Database, notices: Notices) -> None:
        self._db, self._notices = db, notices

    async def give(self, tx: Tx, chat: Row, score: int, comment: str, now: datetime) -> None:
        """Keep what a visitor thought of a chat; of a poor one its agent is told as well."""
        who = {name: chat[name] for name in ("agent_id", "queue_id")}
        said = {"interaction_id": chat["id"], "score": score, "comment": comment}
        await tx.run(sql.save_rating, **who, **said, branch_id=chat["branch_id"], now=now)
        tx.emit(RatingGiven(**who, **said, customer_name=chat["address_name"]))
        if score <= POOR and chat["agent_id"] is not None:
            # The same score again is nothing new.
            notice = Notice(kind="low_rating", source=f"rating:{chat['id']}:{score}", text=comment)
            await self._notices.notify(tx, [chat["agent_id"]], DocumentRef(kind="interaction", id=chat["id"]), notice)

    async def summaries(self, actor: Actor, period: Period) -> list[Summary]:
        """Sum up a period for each agent or queue in scope."""
        actor.must(Permission.WORK_EXPLAIN)
        query = sql.ratings_by_agent if period.by == "agent" else sql.ratings_by_queue
        rows = await self._db.rows(
            query, since=period.since, until=period.until, branches=actor.branch_scope, most=period.limit
        )
        return [summary(Tally(id=row["id"], name=row["name"] or "", scores=tuple(row["scores"]))) for row in rows]
