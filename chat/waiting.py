"""Tells waiting visitors how many are before them, as the queue moves: at most every two seconds for a queue.

And whether they may be called back instead.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from callbacks.line import Line
from core.events import LoggedEvent
from interactions.visitors import VisitorChats
from routing.estimate import Place, soften
from routing.service import Routing

_EVERY_SECONDS = 2.0
_REMEMBERED = 10_000


class QueueWatch:
    """Hears of work on the feed of its process, and tells the sockets of its process: every one does the same."""

    def __init__(
        self,
        routing: Routing,
        line: Line,
        chats: VisitorChats,
        emit: Callable[[str, dict[str, Any], list[str]], object],
    ) -> None:
        self._routing, self._line, self._chats, self._emit = routing, line, chats, emit
        self._moved: set[UUID] = set()
        self._told: OrderedDict[UUID, tuple[int, int | None, bool]] = OrderedDict()

    def changed(self, event: LoggedEvent) -> None:
        """Listen to the feed: something came into a queue or left it."""
        queue_id = event.data.get("queue_id")
        if queue_id is not None:
            self._moved.add(UUID(queue_id))

    async def turn(self) -> None:
        """Tell what has moved since the last turn."""
        moved, self._moved = self._moved, set()
        for queue_id in moved:
            places = await self._routing.waits.places(queue_id, "webchat")
            visitors = await self._chats.visitors_of([place.work_id for place in places])
            offered = await self._line.offered(queue_id, places) if visitors else frozenset()
            for place in places:
                if place.work_id in visitors:
                    self._tell(place, visitors[place.work_id], may_call=place.work_id in offered)
        await asyncio.sleep(_EVERY_SECONDS)

    def _tell(self, place: Place, visitor_id: str, *, may_call: bool) -> None:
        before = self._told.get(place.work_id)
        told = (place.position, soften(before[1] if before else None, place.minutes), may_call)
        if before == told:
            return
        self._told[place.work_id] = told
        self._told.move_to_end(place.work_id)
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        data = {"interaction_id": str(place.work_id), "position": told[0], "minutes": told[1]}
        data["callback"] = may_call
        self._emit("queue", data, [f"visitor:{visitor_id}"])
