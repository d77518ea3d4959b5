"""Telephony, put together, and how it comes to jobs, loops and the API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from channels.base import Channel
from core.clock import Clock
from core.tasks import Tasks
from interactions.accounts import ChannelAccounts
from interactions.receive import Receiver
from storage import jobs
from storage.database import Database
from storage.files import Files
from telephony.costs import Costs
from telephony.http import RecordingRoutes
from telephony.recordings import Recordings

_EXPIRY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class TelephonyHouse:
    recordings: Recordings
    costs: Costs

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        files: Files,
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
        receiver: Receiver,
    ) -> Self:
        """Let the receiver tell what was recorded."""
        recordings = Recordings(db, clock, files, carriers, receiver)
        receiver.recordings = recordings
        return cls(recordings, Costs(db, clock, *carriers))

    def handle(self, worker: jobs.Worker) -> None:
        self.recordings.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        tasks.loop("recordings", self._expire)
        tasks.loop("costs", self.costs.turn)

    async def _expire(self) -> None:
        while await self.recordings.expire():
            pass
        await asyncio.sleep(_EXPIRY_SECONDS)

    def routes(self) -> Iterator[object]:
        yield RecordingRoutes(self.recordings, self.costs)
