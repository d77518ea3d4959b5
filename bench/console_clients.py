"""Screens and visitors of the console bench: a crowd that speaks at a pace, and agents who only look."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time

import uvloop

from bench.children import Answer, obey, say
from bench.ingest_clients import Crowd
from bench.raw_websocket import RawWebsocket

_PUT, _CLIENT_ID = b'"type":"message.put"', b'"client_id":"'
_TEXT = "The refrigerator that I ordered last week is warm again; what should I do now?"
_LATE_SECONDS = 20.0
_TOGETHER = 20


class Screens(Crowd):
    """Visitors who speak in turn at so many messages a second, and how long each takes to the agent's socket."""

    def __init__(self) -> None:
        super().__init__()
        self._sent_at: dict[bytes, float] = {}
        self._took: list[float] = []

    async def pace(self, command: Answer) -> Answer:
        """Send `count` messages at `per_second`, on time whatever comes back, and wait for the last one."""
        self._round, self._most = command["round"], 0
        self._acked, self._doubled, self._refused, self._took = 0, 0, [], []
        self._arrived, self._sent_at, self._wanted = set(), {}, command["count"]
        self._done.clear()
        start = time.perf_counter()
        speakers = itertools.cycle(random.Random(self._round).sample(self.visitors, len(self.visitors)))
        for number, visitor in zip(range(command["count"]), speakers, strict=False):
            await asyncio.sleep(max(0.0, start + number / command["per_second"] - time.perf_counter()))
            client_id = f"p{self._round}-{number}"
            self._sent_at[client_id.encode()] = time.perf_counter()
            visitor.say(10 + number, "chat.send", json.dumps({"client_id": client_id, "text": _TEXT}))
        sending_seconds = time.perf_counter() - start
        try:
            async with asyncio.timeout(_LATE_SECONDS):
                await self._done.wait()
        except TimeoutError:
            self._refused.append("not everything came in time")
        return {
            "sent": len(self._sent_at),
            "acked": self._acked,
            "arrived": len(self._took),
            "refused": self._refused[:3],
            "seconds": sending_seconds,
            "milliseconds": sorted(1000 * took for took in self._took),
        }

    def _visitor(self, visitor: RawWebsocket, kind: bytes, packet: bytes) -> None:
        self._sent_by.setdefault(visitor, 0)
        super()._visitor(visitor, kind, packet)

    def _agent(self, agent: RawWebsocket, kind: bytes, packet: bytes) -> None:
        if self._round and _PUT in packet[:80]:
            now = time.perf_counter()
            start = packet.index(_CLIENT_ID) + len(_CLIENT_ID)
            client_id = packet[start : packet.index(b'"', start)]
            if client_id not in self._arrived:
                self._took.append(now - self._sent_at[client_id])
        super()._agent(agent, kind, packet)


class Onlookers:
    """Agents with an open console and no work."""

    def __init__(self) -> None:
        self._sockets: list[RawWebsocket] = []
        self._greeted = 0

    async def idle(self, command: Answer) -> Answer:
        """Open `count` consoles in turn for the tokens; on our server each loads its snapshot."""
        auths = itertools.cycle(json.dumps({"token": token, "agent": n}) for n, token in enumerate(command["tokens"]))
        for start in range(0, command["count"], _TOGETHER):
            size = min(_TOGETHER, command["count"] - start)
            opening = (RawWebsocket.connect(command["port"], "/agent", next(auths), self._hear) for _ in range(size))
            group = await asyncio.gather(*opening)
            self._sockets += group
            if command["syncs"]:
                await self._sync(group)
        return {"connected": len(self._sockets), "greeted": self._greeted}

    async def _sync(self, group: list[RawWebsocket]) -> None:
        wanted = self._greeted + len(group)
        for socket in group:
            socket.say(1, "sync", '{"seq":null}')
        async with asyncio.timeout(_LATE_SECONDS):
            while self._greeted < wanted:  # noqa: ASYNC110 - sockets only count, to stay light
                await asyncio.sleep(0.001)

    def _hear(self, _: RawWebsocket, kind: bytes, packet: bytes) -> None:
        self._greeted += kind == b"3" and b'"ok":true' in packet[:24]


async def main() -> None:
    screens, onlookers = Screens(), Onlookers()
    say(ready=True)
    await obey({"join": screens.join, "open": screens.open_chats, "pace": screens.pace, "idle": onlookers.idle})


if __name__ == "__main__":
    uvloop.run(main())
