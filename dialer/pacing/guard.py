"""The cap on abandoned calls, kept by counting and not by guessing. Pure.

Suppose that every open call is answered this moment and that nobody becomes free: so many would be abandoned. A call is
dialled only if even then the share stays within the cap. Whatever happens instead (no answer, an agent becomes free) is
better; so by induction the share is within the cap at any time, as long as no agent leaves who was free when a call was
dialled for him (`can_spare`).
"""

from __future__ import annotations

from math import floor
from typing import NamedTuple

# Half a millionth of a call: for shares that floating point writes a little too large.
_ROUNDING = 1e-6
_ANY = 1_000_000


class Exposure(NamedTuple):
    """Answered and abandoned calls of the period, and what may become of the rest.

    `open_calls` may still be answered, `older` of them belong to a period before this one and will not be counted as
    answered in this; `waiting` were answered and are with nobody yet (`answered` has them already). `judged_from`: so
    many answers the period is sure to have in the end, and is judged as if it had them. `older_left`: an earlier period
    has calls under way of which no more than so many may be abandoned; None where all of them may.
    """

    answered: int
    abandoned: int
    open_calls: int
    waiting: int
    idle: int
    older: int = 0
    judged_from: int = 0
    older_left: int | None = None

    @property
    def excess(self) -> int:
        """How many would find no agent if all open calls were answered now; below zero, how many agents are left."""
        return self.open_calls + self.waiting - self.idle

    def allowed(self, cap: float) -> int:
        """Return how many more calls cannot break the cap, and never fewer than there are free agents for."""
        if cap >= 1:
            return _ANY
        # abandoned + excess + n <= cap * max(counted + n, judged_from), for the largest n.
        answered, abandoned, open_calls, waiting, idle, older, judged_from, older_left = self
        excess, counted = open_calls + waiting - idle, answered + open_calls - older
        lost = abandoned + excess
        room = (cap * counted - lost) / (1.0 - cap)
        if counted < judged_from:
            room = max(room, min(cap * judged_from - lost, judged_from - counted))
        if older_left is not None:
            # A call of now may take the agent for whom one of then has rung.
            room = min(room, older_left - excess)
        return max(0, -excess, floor(min(room + _ROUNDING, _ANY)))

    def budget(self, cap: float) -> float:
        """Return how many calls may be abandoned if all that are open are answered."""
        return cap * max(self._counted, self.judged_from) - self.abandoned

    def is_within(self, cap: float) -> bool:
        """Tell whether the cap holds even if all open calls are answered now."""
        left = self.budget(cap) if self.older_left is None else min(self.budget(cap), self.older_left)
        return self.excess <= 0 or self.excess <= left + _ROUNDING

    def with_one_agent_less(self) -> Exposure:
        return self._replace(idle=self.idle - 1)

    def share(self) -> float:
        return self.abandoned / self.answered if self.answered else 0.0

    def worst_share(self) -> float:
        return (self.abandoned + max(0, self.excess)) / max(1, self._counted)

    @property
    def _counted(self) -> int:
        return self.answered + self.open_calls - self.older


def left_of(answered: int, abandoned: int, judged_from: int, cap: float) -> int:
    """Return how many more calls of a period may be abandoned by what was answered of it so far."""
    return max(0, floor(cap * max(answered, judged_from) - abandoned + _ROUNDING))
