"""The servers of the fanout bench: ours, stock python-socketio, bare aiohttp, and nodes of two kinds behind a bus."""

from __future__ import annotations

import asyncio
import sys
from abc import ABC, abstractmethod
from typing import Any

import socketio
import uvloop
from aiohttp import web

from bench.children import Answer, obey, say
from core.realtime import SocketServer, tune_gc
from storage.bus import Bus

EVENT = "message"
# A chat message as an agent's console gets it; ASCII, so that every encoder makes the same bytes of it.
DATA = {"seq": 123456, "conversation": "0192f0c1-7e5a-7c3e-9d35-0a6f3d1b2c4e", "from": "visitor", "text": "x" * 80}
# The same as a socket.io packet.
TEXT = (
    '2["message",{"seq":123456,"conversation":"0192f0c1-7e5a-7c3e-9d35-0a6f3d1b2c4e","from":"visitor","text":"'
    + "x" * 80
    + '"}]'
)
# No ping may fall into a measurement: clients compare every byte.
_QUIET_SECONDS = 3_600
NODE_CLIENTS = 100


class Kind(ABC):
    """A server under measurement."""

    def __init__(self, *arguments: str) -> None:
        self.app = web.Application()
        self.arguments = arguments

    async def start(self) -> None:  # noqa: B027 - most kinds have nothing to start
        """Do what has to run beside the web server."""

    @abstractmethod
    async def emit(self) -> None:
        """Send the event to everybody."""


class Ours(Kind):
    def __init__(self, *arguments: str) -> None:
        super().__init__(*arguments)
        self.sockets = SocketServer(ping_interval_seconds=_QUIET_SECONDS)
        self.sockets.attach(self.app)

    async def start(self) -> None:
        tune_gc()

    async def emit(self) -> None:
        self.sockets.emit_now(EVENT, DATA, None, "/")
        # The loop writes between two events, as it does when they come from outside.
        await asyncio.sleep(0)


class Stock(Kind):
    def __init__(self, *arguments: str, manager: Any = None) -> None:
        super().__init__(*arguments)
        self.sio = socketio.AsyncServer(
            async_mode="aiohttp", transports=["websocket"], ping_interval=_QUIET_SECONDS, client_manager=manager
        )
        self.sio.attach(self.app)

    async def emit(self) -> None:
        await self.sio.emit(EVENT, DATA)


class Bare(Kind):
    """What aiohttp alone can do: one send after the other."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(*arguments)
        self.sockets: set[web.WebSocketResponse] = set()
        self.app.router.add_get("/socket.io/", self._accept)

    async def start(self) -> None:
        tune_gc()

    async def _accept(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self.sockets.add(socket)
        async for _ in socket:
            pass
        self.sockets.discard(socket)
        return socket

    async def emit(self) -> None:
        text = "4" + TEXT
        for socket in self.sockets:
            await socket.send_str(text)
        await asyncio.sleep(0)


class BusNode(Ours):
    """One of several processes that hear of an event by our bus and send it to the room's clients."""

    async def start(self) -> None:
        await super().start()
        self.sockets.sio.on("connect", self._enter)
        self._joined = 0
        self._bus = Bus(self.arguments[0])
        self._bus.subscribe("emit", self._hear)
        await self._bus.start()

    def _enter(self, sid: str, _environ: Any, _auth: Any) -> None:
        self.sockets.enter(sid, f"room:{self._joined}", "/")
        self._joined += 1

    def _hear(self, hint: list[Any]) -> None:
        self.sockets.emit_now(EVENT, hint[1], hint[0], "/")


class RedisNode(Stock):
    """The same by python-socketio's own way."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(*arguments, manager=socketio.AsyncRedisManager(arguments[0]))
        self.sio.on("connect", self._enter)
        self._joined = 0

    async def _enter(self, sid: str, _environ: Any, _auth: Any) -> None:
        await self.sio.enter_room(sid, f"room:{self._joined}")
        self._joined += 1


class BusPublisher(Kind):
    """Publishes from outside the nodes."""

    async def start(self) -> None:
        tune_gc()
        self._next = 0
        self._bus = Bus(self.arguments[0])
        await self._bus.start()

    async def emit(self) -> None:
        self._bus.publish("emit", [f"room:{self._next % NODE_CLIENTS}", DATA])
        self._next += 1
        await asyncio.sleep(0)


class RedisPublisher(Kind):
    async def start(self) -> None:
        self._next = 0
        self._manager = socketio.AsyncRedisManager(self.arguments[0], write_only=True)

    async def emit(self) -> None:
        await self._manager.emit(EVENT, DATA, room=f"room:{self._next % NODE_CLIENTS}", namespace="/")
        self._next += 1


KINDS: dict[str, type[Kind]] = {
    "ours": Ours,
    "stock": Stock,
    "bare": Bare,
    "bus_node": BusNode,
    "redis_node": RedisNode,
    "bus_publisher": BusPublisher,
    "redis_publisher": RedisPublisher,
}


async def serve(kind: Kind) -> None:
    runner = web.AppRunner(kind.app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    await kind.start()
    say(port=runner.addresses[0][1])

    async def emit(command: Answer) -> Answer:
        for _ in range(command["times"]):
            await kind.emit()
        return {"emitted": command["times"]}

    await obey({"emit": emit})


if __name__ == "__main__":
    uvloop.run(serve(KINDS[sys.argv[1]](*sys.argv[2:])))
