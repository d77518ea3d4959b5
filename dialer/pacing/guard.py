"""The cap on abandoned calls, kept by counting and not by guessing. Pure.

Suppose that every open call is answered this moment and that nobody becomes free: so many would be abandoned. A call is
dialled only if even then the share stays within the cap. Whatever happens instead (no answer, an agent becomes free) is
better; so by induction the share is within the cap at any time, as long as no agent leaves who was free when a call was
dialled for him (`can_spare`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

# Half a millionth of a call: for shares that floating point writes a little too large.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Exposure:
    """Answered and abandoned calls of the period, and what may become of the rest.

    `open_calls` may still be answered, `older` of them belong to a period before this one and will not be counted as
    answered in this; `waiting` were answered and are with nobody yet (`answered` has them already).
    """

    answered: int
    abandoned: int
    open_calls: int
    waiting: int
    idle: int
    older: int = 0

    @property
    def excess(self) -> int:
        """How many would find no agent if all open calls were answered now; below zero, how many agents are left."""
        return self.open_calls + self.waiting - self.idle

    def allowed(self, cap: float) -> int:
        """Return how many more calls cannot break the cap, and never fewer than there are free agents for."""
        # abandoned + excess + n <= cap * (counted + n)
        room = (cap * self._counted - self.abandoned - self.excess + _ROUNDING) / (1.0 - cap) if cap < 1 else float("inf")
        return max(0, -self.excess, floor(min(room, 1_000_000.0)))

    def is_within(self, cap: float) -> bool:
        """Tell whether the cap holds even if all open calls are answered now."""
        return self.excess <= 0 or self.abandoned + self.excess <= cap * self._counted + _ROUNDING

    def with_one_agent_less(self) -> Exposure:
        return replace(self, idle=self.idle - 1)

    def worst_share(self) -> float:
        return (self.abandoned + max(0, self.excess)) / max(1, self._counted)

    @property
    def _counted(self) -> int:
        return self.answered + self.open_calls - self.older

    def share(self) -> float:
        return self.abandoned / self.answered if self.answered else 0.0
