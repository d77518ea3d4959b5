"""Telephony, put together, and how it comes to jobs, loops and the API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from access.people import People
from channels.base import Channel
from core.clock import Clock
from core.secrets import Keyring
from core.tasks import Tasks
from interactions.accounts import ChannelAccounts
from interactions.receive import Receiver
from interactions.service import Interactions
from storage import jobs
from storage.database import Database
from storage.files import Files
from telephony.batches import Batches, TextLaw
from telephony.costs import Costs
from telephony.http import RecordingRoutes
from telephony.media import TextMedia
from telephony.recordings import Recordings
from telephony.texthttp import TextRoutes
from telephony.texts import Texts

_EXPIRY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class TelephonyHouse:
    recordings: Recordings
    costs: Costs
    texts: Texts
    batches: Batches
    media: TextMedia

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        ground: tuple[Files, Keyring, str],
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
        talk: tuple[Receiver, Interactions],
        people: People,
        law: TextLaw,
    ) -> Self:
        """Let the receiver tell what was recorded."""
        files, keys, region = ground
        receiver, interactions = talk
        receiver.recordings = recordings = Recordings(db, clock, files, carriers, receiver)
        return cls(
            recordings,
            Costs(db, clock, *carriers),
            Texts(db, clock, region),
            Batches(db, clock, people, interactions, region, law),
            TextMedia(db, clock, keys, files),
        )

    def handle(self, worker: jobs.Worker) -> None:
        self.recordings.handle(worker)
        self.batches.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        tasks.loop("recordings", self._expire)
        tasks.loop("costs", self.costs.turn)

    async def _expire(self) -> None:
        while await self.recordings.expire():
            pass
        await asyncio.sleep(_EXPIRY_SECONDS)

    def routes(self) -> Iterator[object]:
        yield RecordingRoutes(self.recordings, self.costs)
        yield TextRoutes(self.texts, self.batches, self.media)
