"""How much a stranger may ask at once (C14): a person types, a script is told to wait. Pure but for the clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from core.errors import RateLimited

WINDOW_SECONDS = 10.0
_REMEMBERED = 20_000


class Allowances:
    """What each of them has left on this process, a visitor in all their tabs."""

    def __init__(self, burst: int, clock: Callable[[], float]) -> None:
        self._burst, self._clock = float(burst), clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def spend(self, key: Hashable) -> None:
        """Take one; RateLimited when there is none left, with the seconds until there is."""
        now = self._clock()
        left, counted_at = self._left.get(key, (self._burst, now))
        left = min(self._burst, left + (now - counted_at) * self._burst / WINDOW_SECONDS)
        if left < 1.0:
            raise RateLimited("These are many at once; the next may be sent in a moment.", retry_after=1)
        self._left[key] = (left - 1.0, now)
        self._left.move_to_end(key)
        while len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
