"""Hints between server processes: what is lost when it is lost, such as typing, and "look at the log now"."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from core.events import LoggedEvent
from core.feed import NAMESPACES
from core.ids import uuid7

log = logging.getLogger(__name__)

Callback = Callable[[Any], None]


class Hints(Protocol):
    """A way for hints. Every process hears everything, its own included; the log is the truth."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def publish(self, topic: str, data: Any) -> None: ...

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]: ...


class Topics:
    """Who wants to hear of what in this process."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = {}

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        """Call back with the data of each hint on the topic; return what ends the subscription."""
        self._callbacks.setdefault(topic, []).append(callback)

        def unsubscribe() -> None:
            # A new list: a delivery may be walking over the old one.
            self._callbacks[topic] = [other for other in self._callbacks[topic] if other is not callback]

        return unsubscribe

    def tell(self, topic: str, data: Any) -> None:
        """Call everyone; one that fails does not keep it from the others."""
        for callback in self._callbacks.get(topic, ()):
            try:
                callback(data)
            except Exception:
                log.exception("a subscriber of %s failed", topic)


Hint = Callable[[str, str, dict[str, Any]], None]


def wire(
    hints: Hints,
    emit: Callable[[str, Any, list[str], str], int],
    on_commit: Callable[[Callable[[Sequence[LoggedEvent]], None]], object],
    look_at_log: Callable[[], None],
) -> Hint:
    """Carry what is not stored to the sockets of all processes, and wake their readers of the log after commits here.

    Returns what features call: event, room, data.
    """
    own = uuid7().hex

    def show(told: dict[str, Any]) -> None:
        emit(told["event"], told["data"], [told["room"]], NAMESPACES[told["room"].partition(":")[0]])

    def committed(node: str) -> None:
        # The reader of this process was woken by the commit itself.
        if node != own:
            look_at_log()

    def hint(event: str, room: str, data: dict[str, Any]) -> None:
        hints.publish("hint", {"event": event, "room": room, "data": data})

    hints.subscribe("hint", show)
    hints.subscribe("log", committed)
    on_commit(lambda _: hints.publish("log", own))
    return hint
