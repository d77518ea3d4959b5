"""From the event log to the sockets: every node reads the log and sends each event to the rooms that it names."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from core.events import Event, LoggedEvent

log = logging.getLogger(__name__)

# The part of a room's name before the colon tells the namespace whose sockets are in it.
NAMESPACES = {
    "agent": "/agent",
    "session": "/agent",
    "interaction": "/agent",
    "room": "/agent",
    "visits": "/agent",
    "document": "/agent",
    "visitor": "/chat",
}
REPLAY_MOST = 1000


class Source(Protocol):
    async def next(self) -> list[LoggedEvent]: ...


Emit = Callable[[str, Any, list[str], str], int]
Replay = Callable[[int, int, Sequence[str], int], Awaitable[list[LoggedEvent]]]


def item(event: LoggedEvent, namespace: str, data: dict[str, Any]) -> dict[str, Any] | None:
    """Return the numbered event that sockets of the namespace get, or None when it is not for them."""
    kind = Event.registry.get(event.kind)
    told = None if kind is None else kind.feed(namespace, data)
    return None if told is None else {"seq": event.seq, "type": told[0], "at": event.at, "data": told[1]}


class Feed:
    """Sends the log to rooms as it grows. `position`: everything up to it was sent."""

    def __init__(self, source: Source, emit: Emit, replay: Replay, position: int) -> None:
        self._source, self._emit, self._replay = source, emit, replay
        self._listeners: dict[str, list[Callable[[LoggedEvent], None]]] = {}
        self.position = position

    def on(self, kind: str, listener: Callable[[LoggedEvent], None]) -> None:
        """Call the listener for each event of a kind, before it is sent."""
        self._listeners.setdefault(kind, []).append(listener)

    async def turn(self) -> None:
        """Send what is new; no await between taking events and having sent them, so that `position` is exact."""
        for event in await self._source.next():
            try:
                self._send(event)
            except Exception:
                # One event that cannot be told must not stop the feed; clients find it by loading anew.
                log.exception("event %s of kind %s was not sent", event.seq, event.kind)
            self.position = event.seq

    def _send(self, event: LoggedEvent) -> None:
        for listener in self._listeners.get(event.kind, ()):
            listener(event)
        rooms: dict[str, list[str]] = {}
        for room in event.audience:
            namespace = NAMESPACES.get(room.partition(":")[0])
            if namespace is not None:
                rooms.setdefault(namespace, []).append(room)
        data = event.data if rooms else {}
        for namespace, names in rooms.items():
            told = item(event, namespace, data)
            if told is not None:
                self._emit("event", told, names, namespace)

    async def join(
        self, after: int, rooms: Sequence[str], namespace: str, enter: Callable[[], None]
    ) -> tuple[int, list[dict[str, Any]]] | None:
        """Let a client in exactly where its knowledge ends: return the position and what it missed since `after`.

        None: it missed more than is replayed. `enter` puts the socket into its rooms at a moment when nothing lies
        between what is returned here and what is sent from then on.
        """
        missed: list[dict[str, Any]] = []
        while self.position > after:
            until = self.position
            events = await self._replay(after, until, rooms, REPLAY_MOST + 1)
            if len(events) + len(missed) > REPLAY_MOST:
                return None
            missed += [told for event in events if (told := item(event, namespace, event.data)) is not None]
            after = until
        enter()
        return max(after, self.position), missed
