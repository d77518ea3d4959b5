"""One live call: what is true of it now, and the events that its script waits for."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.model import Callback, CallProgress, Sid
from simulator.verbs import RecordingOrder, Verb

_HEARD = 30


@dataclass(frozen=True, slots=True)
class Fetch:
    """TwiML to be asked for; `params` are added to the standard ones of a call."""

    url: str
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inline:
    """TwiML that was handed in."""

    twiml: str


@dataclass(frozen=True, slots=True)
class Ready:
    """TwiML that is read already."""

    verbs: tuple[Verb, ...]


Source = Fetch | Inline | Ready


@dataclass(frozen=True, slots=True)
class Heard:
    at: datetime
    words: str


@dataclass(eq=False, slots=True)
class Bridge:
    """Two legs that hear each other until one of them is gone."""

    first: Leg
    second: Leg
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self) -> None:
        self.over.set()
        self.first.bridge = self.second.bridge = None


@dataclass(eq=False, slots=True)
class Leg:
    sid: Sid
    direction: str
    caller: str
    to: str
    progress: CallProgress
    callback: Callback = field(default_factory=Callback)
    parent: Sid | None = None
    queue_seconds: float = 0
    answered_by: str | None = None
    records: RecordingOrder | None = None
    source: Source | None = None
    """What is played once the call is answered; a dialled leg has none and is joined with its parent."""
    task: asyncio.Task[Any] | None = None
    is_redirected: bool = False
    bridge: Bridge | None = None
    digits: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Answered or over."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    where: str = ""
    """What people see: `queue support`, `conference 7`, `talking to CA...`."""
    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=_HEARD))

    @property
    def person(self) -> str:
        """Who is at the far end: the caller of an inbound call, the callee of any other."""
        return self.caller if self.direction == "inbound" else self.to

    @property
    def is_over(self) -> bool:
        return self.progress.is_over
