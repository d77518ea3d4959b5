"""What is read for nearly every request and changes once a month: kept for a second, if it holds that long."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from core.events import LoggedEvent
from storage.database import Database, Tx

Value = TypeVar("Value")

_SECONDS = 1.0


class Lately(Generic[Value]):
    """A value of the database, read anew after a second, or after a commit of this process with an event of `kinds`.

    Who changed it sees it changed; another process may decide by the old one for a second, as a transaction could that
    had begun before.
    """

    def __init__(
        self,
        db: Database,
        kinds: frozenset[str],
        read: Callable[[Tx], Awaitable[Value]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kinds, self._read, self._now = kinds, read, now
        self._kept: tuple[float, Value] | None = None
        self._changes = 0
        db.on_commit(self._take)

    async def get(self, tx: Tx) -> Value:
        """Return it. A transaction that changes it reads for itself: what it wrote is not here yet."""
        if self._kept is not None and self._now() - self._kept[0] < _SECONDS:
            return self._kept[1]
        begun, changes = self._now(), self._changes
        value = await self._read(tx)
        if changes == self._changes:
            self._kept = begun, value
        return value

    def _take(self, events: Sequence[LoggedEvent]) -> None:
        if any(event.kind in self._kinds for event in events):
            self._changes += 1
            self._kept = None
