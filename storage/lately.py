"""What is read for nearly every request and changes once a month: kept for a while, if it holds that long."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from core.events import LoggedEvent
from storage.database import Database, Tx

Value = TypeVar("Value")


class Lately(Generic[Value]):
    """A value of the database, read anew after a while, or after a commit of this process with an event of `kinds`.

    Who changed it sees it changed; another process may decide by the old one for so many seconds.
    """

    def __init__(
        self,
        db: Database,
        kinds: frozenset[str],
        read: Callable[[Tx | Database], Awaitable[Value]],
        *,
        seconds: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kinds, self._read, self._seconds, self._now = kinds, read, seconds, now
        self._kept: tuple[float, Value] | None = None
        self._changes = 0
        db.on_commit(self._take)

    async def get(self, reader: Tx | Database) -> Value:
        """Return it. A transaction that changes it reads for itself: what it wrote is not here yet."""
        if self._kept is not None and self._now() - self._kept[0] < self._seconds:
            return self._kept[1]
        begun, changes = self._now(), self._changes
        value = await self._read(reader)
        if changes == self._changes:
            self._kept = begun, value
        return value

    def forget(self) -> None:
        """Read it anew next time."""
        self._changes += 1
        self._kept = None

    def _take(self, events: Sequence[LoggedEvent]) -> None:
        if any(event.kind in self._kinds for event in events):
            self.forget()
