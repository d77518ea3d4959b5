"""Clients on bad lines: they come back with their seq, hear events twice, and repeat what got no answer."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from typing import Any

import aiohttp
import socketio
from line import Line

from tests.live import AgentSocket, CommandFailed, Socket, VisitorSocket

LOST = (ConnectionError, TimeoutError, aiohttp.ClientError, socketio.exceptions.SocketIOError)
_ANSWER_SECONDS = 4.0


class Twice(Socket):
    """A client whose reducer gets each event again now and then, with those before it, as a late snapshot does."""

    chance: random.Random

    def __init__(self) -> None:
        super().__init__()
        self._latest: list[dict[str, Any]] = []

    async def _load(self, name: str, seq: int | None) -> dict[str, Any]:
        self._latest = []
        return await super()._load(name, seq)

    def take(self, event: dict[str, Any]) -> None:
        assert self.seq is None or event["seq"] >= self.seq, "a feed does not go back"
        super().take(event)
        self._latest = [*self._latest[-3:], event]
        if self.chance.random() < 0.2:
            for known in self._latest[-self.chance.randint(1, 4) :]:
                super().take(known)


class Agent(Twice, AgentSocket):
    async def begin(self, seq: int | None) -> str:
        return await self.sync(seq)


class Visitor(Twice, VisitorSocket):
    async def begin(self, seq: int | None) -> str:
        return str((await self.hello(seq))["kind"])


class Survivor:
    """One client, its line, and what it said with an answer."""

    def __init__(self, client: Agent | Visitor, line: Line, auth: dict[str, Any]) -> None:
        self.client, self.line, self._auth = client, line, auth
        self.kinds: Counter[str] = Counter()
        self.said: dict[str, Any] = {}
        self.refused: dict[str, int] = {}
        self.repeated = 0
        self.away_seconds = 0.0
        self.is_leaving = False
        self.is_here = False

    async def stay(self) -> None:
        """Come back as often as the connection ends.

        Ends by the flag too: python-socketio takes a cancellation for itself when it comes while a connection opens.
        """
        while not self.is_leaving:
            if not (self.is_here and self.client.client.connected):
                await asyncio.sleep(self.away_seconds)
                self.away_seconds = 0.0
                with suppress(*LOST):
                    await self._come()
            await asyncio.sleep(0.01)

    async def _come(self) -> None:
        """Connect and say where one was; who got no answer to that is not here, whatever the connection says."""
        self.is_here = False
        if self.client.client.eio.state != "disconnected":
            # A connection that was cut while it opened leaves its lower half behind; it may hang on to it for ever.
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self.client.client.eio.disconnect(abort=True)
        if isinstance(self.client, Visitor) and self.client.token:
            self._auth["visitor_token"] = self.client.token
        async with asyncio.timeout(_ANSWER_SECONDS):
            await self.client.connect(self.line.base_url, auth=self._auth)
            kind = await self.client.begin(self.client.seq)
            if kind == "resync":
                self.kinds[kind] += 1
                kind = await self.client.begin(None)
        self.kinds[kind] += 1
        self.is_here = True

    async def surely(self, name: str, **payload: Any) -> Any:
        """Say it until there is an answer; None when the answer is that it is too late."""
        while True:
            was_up = self.client.client.connected
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    return await self.client.command(name, **payload)
            except CommandFailed as refused:
                if refused.status not in (404, 409):
                    raise
                self.refused[str(payload.get("client_id"))] = refused.status
                return None
            except LOST:
                self.repeated += was_up
                await asyncio.sleep(0.03)

    async def say(self, name: str, client_id: str, **payload: Any) -> None:
        answer = await self.surely(name, client_id=client_id, **payload)
        if answer is not None:
            self.said[client_id] = answer["message"]
