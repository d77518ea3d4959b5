"""Calling back, put together: the promises, the calls placed for them, and how they come to jobs and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from callbacks.desk import CallbackDesk
from callbacks.http import CallbackRoutes
from callbacks.line import Line
from callbacks.service import Callbacks
from channels.base import Channel
from core.clock import Clock
from interactions.accounts import ChannelAccounts
from interactions.callhouse import CallHouse
from interactions.callnews import CallNews
from interactions.conversations import Conversations
from interactions.placed import PlacedCalls
from interactions.receive import Receiver
from interactions.service import Interactions
from notices.service import Notices
from routing.service import Routing
from storage import jobs
from storage.database import Database


@dataclass(frozen=True, slots=True)
class CallingBack:
    """The services, and how they are told and asked."""

    callbacks: Callbacks
    desk: CallbackDesk
    line: Line
    calls: CallHouse
    _placed: PlacedCalls

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        region: str,
        neck: tuple[Conversations, Interactions, Receiver],
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
        notices: Notices,
        routings: tuple[Routing, ...],
    ) -> Self:
        """Serve routing and the receiver as well: both tell the promises what happens."""
        conversations, interactions, receiver = neck
        line = Line(db, conversations.routing.waits)
        placed = PlacedCalls(db, clock, *carriers, conversations, CallNews(receiver))
        callbacks = Callbacks(db, clock, conversations, interactions.work, placed, notices, region)
        receiver.owner = callbacks
        for routing in routings:
            routing.serve("callback", callbacks)
            routing.callbacks = callbacks
        calls = CallHouse.build(db, clock, carriers, (conversations, receiver), notices, region)
        return cls(callbacks, CallbackDesk(db, clock, conversations, interactions, callbacks), line, calls, placed)

    def handle(self, worker: jobs.Worker) -> None:
        self.callbacks.handle(worker)
        self._placed.handle(worker)
        self.calls.handle(worker)

    def routes(self) -> Iterator[object]:
        yield CallbackRoutes(self.desk)
        yield from self.calls.routes()
