"""What those who wait are told: their place, about how long, and whether they may be called back instead."""

from __future__ import annotations

import asyncio
from uuid import UUID

from callbacks import store
from callbacks.store import sql
from channels.waits import CallWait
from core.clock import utc_now
from routing.estimate import Place
from routing.waits import Waits
from sla.hours import Hours
from sla.working import is_open
from storage.database import Database

# The carrier asks for the first announcement as soon as the call was acknowledged: it is being read meanwhile.
_TRIES, _PAUSE_SECONDS = 8, 0.1


class Line:
    """Callers and visitors who wait, seen from the queue that they wait in."""

    def __init__(self, db: Database, waits: Waits) -> None:
        self._db, self._waits = db, waits

    async def of_call(self, account_id: UUID, call_id: str) -> CallWait:
        """Return what a caller may be told; nothing about who is not waiting."""
        key = f"call:{call_id}"
        for _ in range(_TRIES):
            if await self._db.value(sql.is_call_known, account_id=account_id, key=key):
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        found = await self._db.row(sql.call_of, account_id=account_id, key=key)
        if found is None:
            return CallWait()
        rule = await store.rule(self._db, found["queue_id"])
        hours = None if found["hours"] is None else Hours(**found["hours"])
        if rule.takes_message(found["waited_seconds"], is_open=is_open(hours, utc_now())):
            return CallWait(leaves_message=True)
        place = await self._waits.place(found["interaction_id"])
        if place is None:
            return CallWait()
        is_marked = await self._waits.is_callback_offered(place.work_id)
        return CallWait(place.position, place.minutes, rule.offers(place.seconds, is_marked=is_marked))

    async def offered(self, queue_id: UUID, places: list[Place]) -> frozenset[UUID]:
        """Return who of these may be called back instead of waiting."""
        rule = await store.rule(self._db, queue_id)
        marked = await self._waits.with_callback_offered(queue_id) if rule.can_call else frozenset()
        return frozenset(
            place.work_id for place in places if rule.offers(place.seconds, is_marked=place.work_id in marked)
        )
