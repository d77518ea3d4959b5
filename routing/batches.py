"""What makes one statement of the router, column by column. It is put together while the batch before is in flight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from core.clock import Clock
from core.ids import uuid7
from routing.model import SECOND, Decision, WorkId
from routing.store import microseconds
from routing.values import Queue
from storage.database import Row


class Columns:
    """Decisions of one kind as the statement wants them, and which of them are written."""

    __slots__ = ("agent_ids", "decisions", "expires", "offer_ids", "reasons", "units", "work_ids")

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.work_ids: list[UUID] = []
        self.agent_ids: list[UUID] = []
        self.offer_ids: list[UUID] = []
        self.units: list[int] = []
        self.expires: list[datetime] = []
        self.reasons: list[str] = []

    def add(self, decision: Decision, expires: datetime) -> None:
        self.decisions.append(decision)
        self.work_ids.append(decision.work.id)
        self.agent_ids.append(decision.agent_id)
        self.offer_ids.append(uuid7())
        self.units.append(decision.units)
        self.expires.append(expires)
        self.reasons.append(_reasons(decision))

    def values(self) -> dict[str, Any]:
        return {
            "work_ids": self.work_ids,
            "agent_ids": self.agent_ids,
            "offer_ids": self.offer_ids,
            "units": self.units,
            "expires": self.expires,
            "decisions": self.reasons,
        }


class Batch:
    """Decisions on their way to the disk: offers, and work of queues that ask nobody.

    `told` has the rows of the offers that were written, `given` the works that were given at once.
    """

    def __init__(self, queues: Mapping[UUID, Queue], clock: Clock, decisions: Iterable[Decision] = ()) -> None:
        self._queues, self._clock = queues, clock
        self.offers, self.auto = Columns(), Columns()
        self.made: list[datetime] = []
        self.views: list[str] = []
        self.told: list[Row] = []
        self.given: set[WorkId] = set()
        self.is_settled = False
        self.add(decisions)

    def __len__(self) -> int:
        return len(self.offers.decisions) + len(self.auto.decisions)

    @property
    def written(self) -> int:
        return len(self.told) + len(self.given)

    def add(self, decisions: Iterable[Decision]) -> None:
        now = self._clock()
        for decision in decisions:
            queue = self._queues[decision.work.queue_id]
            expires = now + timedelta(seconds=queue.offer_timeout_seconds)
            if queue.offer_mode == "auto":
                self.auto.add(decision, expires)
            else:
                self.offers.add(decision, expires)
                self.made.append(now)
                self.views.append(_view(decision, queue.name, now, expires))

    def lost(self) -> list[Decision]:
        """Return what was not written."""
        lost = [decision for decision in self.auto.decisions if decision.work.id not in self.given]
        if len(self.told) < len(self.offers.decisions):
            told = {row["subject"] for row in self.told}
            lost += [decision for decision in self.offers.decisions if f"work:{decision.work.id}" not in told]
        return lost


def kept(rule: str, considered: int, losers: list[dict[str, str]]) -> str:
    """Return what a supervisor may ask later: the rule, how many were looked at, and why some of them lost."""
    return to_json({"rule": rule, "considered": considered, "losers": losers}).decode()


def _reasons(decision: Decision) -> str:
    losers = [{"agent_id": str(agent_id), "reason": str(reason)} for agent_id, reason in decision.losers]
    return kept(str(decision.rule), decision.considered, losers)


def _view(decision: Decision, queue_name: str, now: datetime, expires: datetime) -> str:
    """Return the offer as an agent sees it, less what only the row knows: the statement adds what it is about."""
    work = decision.work
    view = {
        "interaction_id": work.id,
        "channel": work.channel,
        "queue_name": queue_name,
        "made_at": now,
        "expires_at": expires,
        "waited_seconds": max(0, (microseconds(now) - work.first_enqueued_at) // SECOND),
        "is_broadcast": False,
    }
    return to_json(view).decode()
