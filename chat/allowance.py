"""How much a visitor may say at once (C14): a person types, a script is told to wait. Pure but for the clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from core.errors import RateLimited

WINDOW_SECONDS = 10.0
_REMEMBERED = 20_000


class Allowances:
    """The messages that each visitor has left, in all their tabs on this process."""

    def __init__(self, burst: int, clock: Callable[[], float]) -> None:
        self._burst, self._clock = float(burst), clock
        self._left: OrderedDict[UUID, tuple[float, float]] = OrderedDict()

    def spend(self, visitor_id: UUID) -> None:
        """Take one message; RateLimited when there is none left, with the seconds until there is."""
        now = self._clock()
        left, counted_at = self._left.get(visitor_id, (self._burst, now))
        left = min(self._burst, left + (now - counted_at) * self._burst / WINDOW_SECONDS)
        if left < 1.0:
            raise RateLimited("These are many messages at once; the next may be sent in a moment.", retry_after=1)
        self._left[visitor_id] = (left - 1.0, now)
        self._left.move_to_end(visitor_id)
        while len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
