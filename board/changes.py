"""The board of one group of watchers: versions, what changed from one to the next, and who missed what. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice

from board.model import AgentFigures, AlarmView, Change, Opened, QueueFigures, Snapshot

AT_ONCE = 500
_KEPT = 60
Part = QueueFigures | AgentFigures | AlarmView


class Versions:
    """What a group was shown, by key; `epoch` names this one of all processes.

    One change tells of at most `AT_ONCE` values: the others still differ at the next turn, and are told then.
    """

    def __init__(self, epoch: str, day_start: datetime, parts: Mapping[str, Part]) -> None:
        self.epoch = epoch
        self.version = 0
        self._day_start = day_start
        self._shown: dict[str, Part] = dict(parts)
        self._changes: deque[Change] = deque(maxlen=_KEPT)

    def turn(self, day_start: datetime, now: Mapping[str, Part]) -> Change | None:
        """Take the board as it is now; returns what is told of it, None for nothing new."""
        different = ((key, part) for key, part in now.items() if _differs(self._shown.get(key), part))
        changed = dict(islice(different, AT_ONCE))
        gone = [key for key in self._shown if key not in now]
        if not (changed or gone) and day_start == self._day_start:
            return None
        for key in gone:
            del self._shown[key]
        self._shown |= changed
        self._day_start = day_start
        self.version += 1
        change = Change(
            epoch=self.epoch, version=self.version, day_start=day_start, gone=gone, **_sorted(changed.values())
        )
        self._changes.append(change)
        return change

    def opened(self) -> Opened:
        """Return the board as far as it was shown; agents beyond the first page are asked for."""
        parts = _sorted(part for part in self._shown.values() if not isinstance(part, AgentFigures))
        agents, after = self.page(None)
        known = {**parts, "agents": agents}
        return Opened(epoch=self.epoch, version=self.version, day_start=self._day_start, after=after, **known)

    def page(self, after: str | None) -> tuple[list[AgentFigures], str | None]:
        """Return the next agents by their ids, and where to go on.

        What comes meanwhile as a change is newer: values are whole, and packets of one socket come in order.
        """
        agents = [part for part in self._shown.values() if isinstance(part, AgentFigures)]
        rest = sorted((each for each in agents if after is None or str(each.id) > after), key=lambda each: str(each.id))
        found = rest[:AT_ONCE]
        return found, str(found[-1].id) if len(rest) > AT_ONCE else None

    def since(self, epoch: str | None, version: int) -> list[Change] | None:
        """Return what somebody missed after a version, None when that is no longer known."""
        if epoch != self.epoch or version > self.version:
            return None
        missed = [change for change in self._changes if change.version > version]
        return missed if len(missed) == self.version - version else None


def _differs(old: Part | None, new: Part) -> bool:
    return old is not new and old != new


def whole(day_start: datetime, parts: Iterable[Part]) -> Snapshot:
    """Return a board for who only looks once."""
    return Snapshot(day_start=day_start, **_sorted(parts))


def _sorted(parts: Iterable[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {"queues": [], "agents": [], "alarms": []}
    for part in parts:
        if isinstance(part, QueueFigures):
            found["queues"].append(part)
        else:
            found["agents" if isinstance(part, AgentFigures) else "alarms"].append(part)
    return found
