"""Waiting seen from outside: places in the queue, how long it takes, and the place that somebody left and gets back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from routing.estimate import Pace, Place, Waiting, known, line, minutes_of, wait_seconds
from routing.model import DEFAULT_BOOSTS, SECOND, Priority, work_key
from routing.store import place, sql
from routing.values import Estimate, KeptPlace
from storage.database import Database, Row, Tx

_ALIVE_SECONDS = 15.0
# Of one queue and priority; who stands behind so many learns no place.
_MOST = 500
# Of one queue; where more wait nobody is told how long it takes.
_MOST_AT_ALL = 5000
_SHARES_FOR_SECONDS = 5.0
_REMEMBERED = 500


@dataclass(slots=True)
class _Shares:
    at: float
    of: dict[UUID, float]


class Waits:
    """Reads only, save for the marks of who left and who was offered to be called back."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._shares: dict[UUID, _Shares] = {}

    async def places(self, queue_id: UUID, channel: str) -> list[Place]:
        """Return what waits in a queue on one channel, in the router's order, and about how long each will wait."""
        shares = await self._shares_of(queue_id)
        waiting = await self._waiting(list(shares))
        of_channel = {work.id for work in waiting if work.queue_id == queue_id and work.channel == channel}
        if not of_channel:
            return []
        pace = await self._pace(queue_id, channel)
        return [
            Place(place.work_id, place.position, place.ahead, wait_seconds(place.ahead, pace))
            for place in line(waiting, queue_id, shares, pace.units)
            if place.work_id in of_channel
        ]

    async def place(self, work_id: UUID) -> Place | None:
        """Return the place of one work; None when it does not wait, or too far behind for an honest answer."""
        found = await self._db.row(sql.where_it_waits, id=work_id)
        if found is None:
            return None
        places = await self.places(found["queue_id"], found["channel"])
        return next((place for place in places if place.work_id == work_id), None)

    async def seconds(self, queue_id: UUID, channel: str) -> float | None:
        """Return the estimate alone; None when the figures say nothing honest."""
        return (await self.estimate(queue_id, channel)).seconds

    async def estimate(self, queue_id: UUID, channel: str) -> Estimate:
        """Return about how long somebody would wait who came now, and from which figures."""
        shares = await self._shares_of(queue_id)
        rows = await self._db.rows(sql.units_waiting, ids=list(shares), most=_MOST_AT_ALL)
        pace = await self._pace(queue_id, channel)
        ahead = sum(shares[row["queue_id"]] * row["units"] / pace.units for row in rows)
        is_known = all(row["count"] < _MOST_AT_ALL for row in rows)
        seconds = wait_seconds(ahead, pace) if is_known else None
        return Estimate(
            seconds=seconds,
            minutes=minutes_of(seconds),
            ahead=ahead,
            slots=pace.slots,
            handle_seconds=pace.handle_seconds,
            samples=pace.samples,
            abandons_a_second=pace.abandons_a_second,
        )

    async def kept(self, tx: Tx, work_id: UUID) -> KeptPlace | None:
        """Return the place that a work has, or had when it ended."""
        row = await tx.row(sql.kept_place, id=work_id)
        return None if row is None else KeptPlace(**dict(row))

    async def take_back(self, tx: Tx, ids: list[UUID], queue_id: UUID, since: datetime) -> KeptPlace | None:
        """Return the place that one of these works left in this queue since then; it can be had once."""
        row = await tx.row(sql.take_back_place, ids=ids, queue_id=queue_id, since=since)
        return None if row is None else KeptPlace(**dict(row))

    async def offer_callback(self, tx: Tx, work_id: UUID, now: datetime) -> bool:
        """Mark that whoever waits may be called back, whatever the estimate says; False when nobody waits."""
        return bool(await tx.run(sql.offer_callback, id=work_id, now=now))

    async def is_callback_offered(self, work_id: UUID) -> bool:
        return bool(await self._db.value(sql.is_callback_offered, id=work_id))

    async def with_callback_offered(self, queue_id: UUID) -> frozenset[UUID]:
        """Return what waits in a queue with that mark."""
        return frozenset(row["id"] for row in await self._db.rows(sql.callbacks_offered_in, queue_id=queue_id))

    # --- what the figures come from

    async def _shares_of(self, queue_id: UUID) -> dict[UUID, float]:
        """Return which part of each queue's available agents serves this one; kept for seconds, it changes slowly."""
        kept = self._shares.get(queue_id)
        if kept is None or time.monotonic() - kept.at > _SHARES_FOR_SECONDS:
            rows = await self._db.rows(sql.shares_of_agents, queue_id=queue_id, alive_seconds=_ALIVE_SECONDS)
            kept = _Shares(time.monotonic(), {row["queue_id"]: row["share"] for row in rows} | {queue_id: 1.0})
            if len(self._shares) >= _REMEMBERED:
                self._shares.clear()
            self._shares[queue_id] = kept
        return kept.of

    async def _waiting(self, queue_ids: list[UUID]) -> list[Waiting]:
        rows = await self._db.rows(sql.waiting_in_queues, ids=queue_ids, most=_MOST)
        lists: dict[tuple[UUID, int, bool], list[Waiting]] = {}
        for row in rows:
            key = (row["queue_id"], row["priority"], row["due_at"] is not None)
            lists.setdefault(key, []).append(_waiting(row))
        return known(lists.values(), _MOST)

    async def _pace(self, queue_id: UUID, channel: str) -> Pace:
        row = await self._db.row(sql.pace_of_queue, queue_id=queue_id, channel=channel, alive_seconds=_ALIVE_SECONDS)
        return Pace(0, 100.0, None, 0) if row is None else _pace(row)


def _pace(row: Row) -> Pace:
    waited: float = row["waited_seconds"]
    theta = row["abandons"] / waited if waited > 0 else 0.0
    return Pace(row["slots"], row["units"], row["seconds"], row["samples"], theta)


def _waiting(row: Any) -> Waiting:
    first, _, due = place(row)
    boost = DEFAULT_BOOSTS[Priority(row["priority"])]
    return Waiting(
        id=row["id"],
        queue_id=row["queue_id"],
        channel=row["channel"],
        is_emergency=row["is_emergency"],
        key=work_key(first, row["target_seconds"] * SECOND, boost, due),
        units=row["units"],
        is_offered=row["state"] == "offered",
    )
