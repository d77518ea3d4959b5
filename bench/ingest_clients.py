"""Visitors and agents of the ingest bench on raw websockets, in a process of their own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Iterable, Sequence

import uvloop

from bench.children import Answer, obey, say
from bench.raw_websocket import RawWebsocket

_TOGETHER = 20
_PREPARE_SECONDS = 90.0
_ROUND_SECONDS = 90.0
_PUT, _CLIENT_ID = b'"type":"message.put"', b'"client_id":"'
_ACCEPT = 3
_TEXT = "The refrigerator that I ordered last week is warm again; what should I do now?"
_VISITOR = '{"site":"demo","page":"http://shop.example/","locale":"en","agent":%d}'


class Crowd:
    """Everybody on one server. Agents take what they are offered; visitors then send as fast as they are answered."""

    def __init__(self) -> None:
        self.visitors: list[RawWebsocket] = []
        self._agents: list[RawWebsocket] = []
        self._sent_by: dict[RawWebsocket, int] = {}
        self._answered = 0
        self._accepted = 0
        self._round = 0
        self._most = 0
        self._acked = 0
        self._refused: list[str] = []
        self._arrived: set[bytes] = set()
        self._doubled = 0
        self._wanted = 0
        self._done = asyncio.Event()

    # --- getting ready

    async def join(self, command: Answer) -> Answer:
        """Connect agents (by their tokens; on the stock server by number) and visitors."""
        port, agents, visitors = command["port"], command["agents"], command["visitors"]
        auths = [json.dumps({"token": token, "agent": n}) for n, token in enumerate(agents)]
        self._agents = await _few_at_a_time(RawWebsocket.connect(port, "/agent", auth, self._agent) for auth in auths)
        self.visitors = await _few_at_a_time(
            RawWebsocket.connect(port, "/chat", _VISITOR % (n % len(agents)), self._visitor) for n in range(visitors)
        )
        return {"agents": len(self._agents), "visitors": len(self.visitors)}

    async def open_chats(self, _: Answer) -> Answer:
        """Let every visitor start a chat, and agents accept until every chat has its agent."""
        await self._each(self._agents, "sync", '{"seq":null}')
        await self._each(self._agents, "presence.set", '{"state":"available"}')
        await self._each(self.visitors, "hello", '{"seq":null}')
        await self._each(self.visitors, "chat.send", '{"client_id":"first","text":"Is anybody there?"}')
        deadline = time.monotonic() + _PREPARE_SECONDS
        while self._accepted < len(self.visitors) and time.monotonic() < deadline:  # noqa: ASYNC110 - as in _each
            await asyncio.sleep(0.1)
        return {"accepted": self._accepted, "refused": self._refused[:3]}

    async def _each(self, sockets: Sequence[RawWebsocket], event: str, payload: str) -> None:
        """Say it from a few sockets at a time, as people come, and wait for the answers."""
        for start in range(0, len(sockets), _TOGETHER):
            group = sockets[start : start + _TOGETHER]
            wanted = self._answered + len(group)
            for socket in group:
                socket.say(1, event, payload)
            async with asyncio.timeout(_PREPARE_SECONDS):
                while self._answered < wanted:  # noqa: ASYNC110 - sockets only count, to stay light
                    await asyncio.sleep(0.002)

    # --- the measurement

    async def chat(self, command: Answer) -> Answer:
        """Send `each` messages from every visitor, `window` of them not yet answered."""
        self._round, self._most = command["round"], command["each"]
        self._acked, self._doubled, self._refused = 0, 0, []
        self._arrived = set()
        self._wanted = len(self.visitors) * self._most
        self._sent_by = dict.fromkeys(self.visitors, 0)
        self._done.clear()
        started = time.perf_counter()
        for visitor in self.visitors:
            for _ in range(min(command["window"], self._most)):
                self._next(visitor)
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                await self._done.wait()
        except TimeoutError:
            self._refused.append("not everything came in time")
        seconds = time.perf_counter() - started
        return {
            "seconds": seconds,
            "sent": sum(self._sent_by.values()),
            "acked": self._acked,
            "arrived": len(self._arrived),
            "doubled": self._doubled,
            "refused": self._refused[:3],
        }

    def _next(self, visitor: RawWebsocket) -> None:
        number = self._sent_by[visitor]
        self._sent_by[visitor] = number + 1
        client_id = f"r{self._round}-{id(visitor)}-{number}"
        visitor.say(10 + number, "chat.send", _message(client_id))

    def _visitor(self, visitor: RawWebsocket, kind: bytes, packet: bytes) -> None:
        if kind != b"3":
            return
        self._answered += 1
        if b'"ok":true' not in packet[:24]:
            self._refused.append(packet[:200].decode("utf-8", "replace"))
        elif self._round:
            self._acked += 1
        if self._round and self._sent_by[visitor] < self._most:
            self._next(visitor)
        self._check()

    def _agent(self, agent: RawWebsocket, kind: bytes, packet: bytes) -> None:
        if not self._round:
            self._prepare(agent, kind, packet)
        elif _PUT in packet[:80]:
            start = packet.index(_CLIENT_ID) + len(_CLIENT_ID)
            client_id = packet[start : packet.index(b'"', start)]
            self._doubled += client_id in self._arrived
            self._arrived.add(client_id)
            self._check()

    def _prepare(self, agent: RawWebsocket, kind: bytes, packet: bytes) -> None:
        if kind == b"3":
            if b'"ok":true' not in packet[:24]:
                self._refused.append(packet[:200].decode("utf-8", "replace"))
            if packet.startswith(b"%d[" % _ACCEPT):
                self._accepted += b'"ok":true' in packet[:24]
            else:
                self._answered += 1
            return
        event = json.loads(packet)[1]
        if event["type"] == "offer.made":
            agent.say(_ACCEPT, "offer.accept", json.dumps({"offer_id": event["data"]["offer"]["id"]}))

    def _check(self) -> None:
        if self._acked >= self._wanted <= len(self._arrived):
            self._done.set()


def _message(client_id: str) -> str:
    return f'{{"client_id":"{client_id}","text":"{_TEXT}"}}'


async def _few_at_a_time(opening: Iterable[Awaitable[RawWebsocket]]) -> list[RawWebsocket]:
    """Connect in small groups, as a listener's backlog takes them."""
    waiting, found = list(opening), []
    for start in range(0, len(waiting), _TOGETHER):
        found += await asyncio.gather(*waiting[start : start + _TOGETHER])
    return found


class Idlers:
    """Visitors who only look."""

    def __init__(self) -> None:
        self._sockets: list[RawWebsocket] = []
        self._greeted = 0

    async def idle(self, command: Answer) -> Answer:
        auth = _VISITOR % 0
        sockets = await _few_at_a_time(
            RawWebsocket.connect(command["port"], "/chat", auth, self._hear) for _ in range(command["count"])
        )
        self._sockets += sockets
        for start in range(0, len(sockets), _TOGETHER):
            for socket in sockets[start : start + _TOGETHER]:
                socket.say(1, "hello", '{"seq":null}')
            while self._greeted < len(self._sockets) - len(sockets) + min(start + _TOGETHER, len(sockets)):  # noqa: ASYNC110 - bounded by the child's own answer time
                await asyncio.sleep(0.001)
        return {"connected": len(self._sockets), "greeted": self._greeted}

    def _hear(self, _: RawWebsocket, kind: bytes, packet: bytes) -> None:
        self._greeted += kind == b"3" and b'"ok":true' in packet[:24]


async def main() -> None:
    crowd, idlers = Crowd(), Idlers()
    say(ready=True)
    await obey({"join": crowd.join, "open": crowd.open_chats, "chat": crowd.chat, "idle": idlers.idle})


if __name__ == "__main__":
    uvloop.run(main())
