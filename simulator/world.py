"""All that the carrier remembers: bounded, in memory, gone after a stop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from simulator.model import Callback, MessageStatus, Sid, TwilioError, segments
from simulator.settings import SimulatedNumber

KEPT = 1000
KEPT_MEDIA = 50
"""Media are large (up to 5 MB), so fewer of them stay."""

T = TypeVar("T")


class Shelf(Generic[T]):
    """The last things by id, oldest first; what may not go yet (a live call) stays beyond the limit."""

    def __init__(self, limit: int = KEPT, may_go: Callable[[T], bool] = lambda _: True) -> None:
        self._limit = limit
        self._may_go = may_go
        self._things: dict[str, T] = {}

    def put(self, key: str, thing: T) -> None:
        """Add, or replace in place."""
        self._things[key] = thing
        if len(self._things) > self._limit:
            gone = next((old for old, kept in self._things.items() if old != key and self._may_go(kept)), None)
            if gone is not None:
                del self._things[gone]

    def get(self, key: str) -> T | None:
        return self._things.get(key)

    def need(self, key: str) -> T:
        """Get, or refuse with Twilio's 20404."""
        if (thing := self._things.get(key)) is None:
            raise TwilioError(404, 20404, f"The requested resource {key} was not found")
        return thing

    def drop(self, key: str) -> None:
        self._things.pop(key, None)

    def __iter__(self) -> Iterator[T]:
        return iter(tuple(self._things.values()))

    def __len__(self) -> int:
        return len(self._things)

    def newest(self) -> list[T]:
        return list(reversed(self._things.values()))


@dataclass(frozen=True, slots=True)
class Media:
    sid: Sid
    message_sid: Sid
    content_type: str
    content: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS or MMS, in either direction."""

    sid: Sid
    direction: str
    sender: str
    to: str
    body: str
    status: MessageStatus
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    media: tuple[Sid, ...] = ()
    callback: Callback = field(default_factory=Callback)

    @property
    def segments(self) -> int:
        return segments(self.body)


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One webhook as it went: `status` 0 means that no answer came, `faults` what the plan did to it."""

    at: datetime
    kind: str
    method: str
    url: str
    params: dict[str, str]
    attempts: int
    status: int
    latency_ms: int
    error: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that went wrong in what our server answered; `code` is from Twilio's error dictionary."""

    at: datetime
    code: int
    message: str


class World:
    def __init__(self, numbers: tuple[SimulatedNumber, ...]) -> None:
        self.numbers = {number.number: number for number in numbers}
        self.texts: Shelf[Text] = Shelf()
        self.media: Shelf[Media] = Shelf(KEPT_MEDIA)
        self.log: deque[WebhookRow] = deque(maxlen=KEPT)
        self.alerts: deque[Alert] = deque(maxlen=KEPT)
        self.stopped: dict[tuple[str, str], None] = {}
        """(person, our number) pairs that opted out with STOP."""
        self.version = 0
        self._changed = asyncio.Event()

    def touch(self) -> None:
        """Something that people look at has changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def news(self, after: int) -> None:
        """Return as soon as the version is past `after`."""
        while self.version <= after:
            await self._changed.wait()
