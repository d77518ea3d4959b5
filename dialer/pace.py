"""How many numbers are dialled now: the state of a campaign in, a number out. Pure.

Whatever the strategy, the guard holds: not one call more than could still end without an agent while the share of
abandoned calls stays within its cap, even if everything that is in flight is answered at this moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Mode = Literal["preview", "progressive", "power", "predictive", "recording", "sms"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A campaign at a moment. `idle` are agents who are kept for it and have nothing; `answered` counts live persons.

    `answered` and `abandoned` are of the time over which the cap is counted.
    """

    idle: int
    at_work: int
    in_flight: int
    waiting: int
    answered: int
    abandoned: int


class Pacer(Protocol):
    """A strategy. `explain` says in words of the console why so many."""

    def decide(self, scene: Scene, now: float) -> int: ...

    def explain(self) -> dict[str, Any]: ...

    def snapshot(self) -> dict[str, Any]: ...

    def restore(self, known: dict[str, Any], now: float) -> None: ...


def guarded(scene: Scene, wanted: int, most_percent: float) -> int:
    """Return how many of the wanted calls keep the cap whatever is answered.

    With N live answers so far, A of them abandoned, k calls on the way and i idle agents, the worst that can come is
    that all k are answered: (A + k - i) / (N + k). The share grows with k, so that fewer answers are never worse.
    """
    on_the_way = scene.in_flight + scene.waiting
    for more in range(wanted, 0, -1):
        calls = on_the_way + more
        without = calls - scene.idle
        if without <= 0 or (scene.abandoned + without) * 100 <= most_percent * (scene.answered + calls):
            return more
    return 0


class Progressive:
    """One call for each idle agent, never more."""

    def __init__(self) -> None:
        self._why = ""

    def decide(self, scene: Scene, now: float) -> int:  # noqa: ARG002 - the moment does not matter
        free = scene.idle - scene.in_flight - scene.waiting
        self._why = "" if free > 0 else "calls_in_flight" if scene.idle else "no_agents"
        return max(0, free)

    def explain(self) -> dict[str, Any]:
        return {"strategy": "progressive", "why": self._why}

    def snapshot(self) -> dict[str, Any]:
        return {}

    def restore(self, known: dict[str, Any], now: float) -> None:
        """It knows nothing that could be lost."""


class Ratio:
    """So many calls for each idle agent; while the cap could be passed, one for each."""

    def __init__(self, ratio: float, most_percent: float) -> None:
        self._ratio, self._most_percent = ratio, most_percent
        self._said: dict[str, Any] = {}

    def decide(self, scene: Scene, now: float) -> int:  # noqa: ARG002 - as above
        on_the_way = scene.in_flight + scene.waiting
        wanted = max(0, int(scene.idle * self._ratio) - on_the_way)
        allowed = guarded(scene, wanted, self._most_percent)
        why = "no_agents" if not scene.idle else "calls_in_flight" if not wanted else "guard" if not allowed else ""
        self._said = {"why": why, "wanted": wanted, "allowed": allowed}
        return allowed

    def explain(self) -> dict[str, Any]:
        return {"strategy": "ratio", "ratio": self._ratio, "cap_percent": self._most_percent, **self._said}

    def snapshot(self) -> dict[str, Any]:
        return {}

    def restore(self, known: dict[str, Any], now: float) -> None:
        """It knows nothing that could be lost."""


class Lines:
    """Messages by themselves: so many lines, no agents."""

    def __init__(self, lines: int) -> None:
        self._lines, self._why = lines, ""

    def decide(self, scene: Scene, now: float) -> int:  # noqa: ARG002 - as above
        free = self._lines - scene.in_flight - scene.waiting - scene.at_work
        self._why = "" if free > 0 else "lines_used"
        return max(0, free)

    def explain(self) -> dict[str, Any]:
        return {"strategy": "lines", "lines": self._lines, "why": self._why}

    def snapshot(self) -> dict[str, Any]:
        return {}

    def restore(self, known: dict[str, Any], now: float) -> None:
        """It knows nothing that could be lost."""


class Bucket:
    """The carrier's calls per second. It starts empty, so that nothing bursts after a restart."""

    def __init__(self, per_second: float, now: float) -> None:
        self.per_second, self._at, self._full = per_second, now, 0.0

    def room(self, now: float) -> int:
        """Return how many calls may be placed now."""
        # At most a second's worth is saved up, and always room for one.
        most = max(1.0, self.per_second)
        self._full = min(most, self._full + max(0.0, now - self._at) * self.per_second)
        self._at = max(now, self._at)
        return int(self._full)

    def take(self, count: int) -> None:
        self._full -= count
