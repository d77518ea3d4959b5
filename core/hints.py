"""Hints between server processes: what is lost when it is lost, such as typing, and "look at the log now"."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

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
