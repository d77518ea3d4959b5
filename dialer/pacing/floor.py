"""The agents of a campaign: who is idle, who is busy and since when, how long each call took.

Of each agent the last events are kept in the order of their times, whatever order they come in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from enum import IntEnum

from dialer.pacing.model import DialledAgent

_KEPT = 12
Event = tuple[float, int]


class Was(IntEnum):
    """What happened to an agent. Of two things at the same time the later in this list came second."""

    JOINED = 0
    FREED = 1
    BUSY = 2
    TAKEN = 3
    LEFT = 4


_BUSY, _TAKEN = int(Was.BUSY), int(Was.TAKEN)
_FREE = (int(Was.JOINED), int(Was.FREED))
_ENDS = (int(Was.FREED), int(Was.LEFT))


class Floor:
    """Agents by what they do. `observe(at, seconds, sign)` hears how long calls took."""

    def __init__(self, observe: Callable[[float, float, int], None]) -> None:
        self._observe = observe
        self._events: dict[DialledAgent, list[Event]] = {}
        self.idle: set[DialledAgent] = set()
        self.busy: dict[DialledAgent, float] = {}
        self.elsewhere: set[DialledAgent] = set()

    @property
    def size(self) -> int:
        """How many are in, those busy with other work left out."""
        return len(self.idle) + len(self.busy)

    def happen(self, agent: DialledAgent, at: float, was: Was) -> bool:
        """Take an event; False when it is known already, or older than all that is kept."""
        events = self._events.setdefault(agent, [])
        event = (at, int(was))
        place = bisect_left(events, event)
        if (place < len(events) and events[place] == event) or (place == 0 and len(events) >= _KEPT):
            return False
        before = events[place - 1] if place else None
        after = events[place] if place < len(events) else None
        self._call(before, after, -1)
        self._call(before, event, 1)
        self._call(event, after, 1)
        events.insert(place, event)
        del events[:-_KEPT]
        self._settle(agent, events[-1])
        return True

    def snapshot(self) -> dict[str, list[Event]]:
        return {agent: [list(event) for event in events] for agent, events in sorted(self._events.items())}  # type: ignore[misc]

    def restore(self, saved: dict[str, list[list[float]]]) -> None:
        for name, events in saved.items():
            agent = DialledAgent(name)
            self._events[agent] = [(at, int(was)) for at, was in events]
            self._settle(agent, self._events[agent][-1])

    def _call(self, first: Event | None, then: Event | None, sign: int) -> None:
        if first and then and first[1] == _BUSY and then[1] in _ENDS:
            self._observe(then[0], then[0] - first[0], sign)

    def _settle(self, agent: DialledAgent, last: Event) -> None:
        at, was = last
        self.idle.discard(agent)
        self.busy.pop(agent, None)
        self.elsewhere.discard(agent)
        if was in _FREE:
            self.idle.add(agent)
        elif was == _BUSY:
            self.busy[agent] = at
        elif was == _TAKEN:
            self.elsewhere.add(agent)
