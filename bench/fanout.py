"""Deliveries to the sockets of one room, and events to the sockets of two processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from bench.children import Child
from bench.fanout_server import NODE_CLIENTS, TEXT
from bench.harness import Bench, expect_equal, interleaved
from core.realtime.outbox import text_frame
from storage.embedded import Embedded

FRAME = text_frame(b"4" + TEXT.encode())
_DELIVERIES = 40_000
_NODE_EVENTS = 10_000
_NODES = 2
_CPU = "deliveries/s of the server's CPU time"
_WALL = "deliveries/s of wall time"


async def run(bench: Bench) -> None:
    await _room(bench, 1_000, ("ours", "stock", "bare"))
    await _room(bench, 5_000, ("ours", "stock"))
    await _nodes(bench)


async def _room(bench: Bench, size: int, kinds: tuple[str, ...]) -> None:
    """Judge by the server's CPU time: on a shared machine the wall also has the clients' reading in it."""
    async with AsyncExitStack() as stack:
        ways: dict[str, Callable[[], Awaitable[float]]] = {}
        walls: dict[str, list[float]] = {kind: [] for kind in kinds}
        for kind in kinds:
            server = await stack.enter_async_context(Child("bench.fanout_server", kind))
            ways[kind] = await _emitting(stack, server, kind, size, walls[kind])
        for warm_up in ways.values():
            await warm_up()
        pace = await interleaved(ways)
    stock = "stock python-socketio emit"
    bench.compare(f"room_{size}", _CPU, pace["ours"], peer=stock, theirs=pace["stock"], goal=">= 5")
    wall = {kind: statistics.median(paces[1:]) for kind, paces in walls.items()}
    bench.compare(f"room_{size}_wall", _WALL, wall["ours"], peer=stock, theirs=wall["stock"])
    if "bare" in pace:
        bare = "bare aiohttp websocket send loop"
        bench.compare(f"room_{size}_vs_bare", _CPU, pace["ours"], peer=bare, theirs=pace["bare"], goal=">= 0.9")


async def _emitting(
    stack: AsyncExitStack, server: Child, kind: str, size: int, walls: list[float]
) -> Callable[[], Awaitable[float]]:
    speech = "bare" if kind == "bare" else "socketio"
    clients = await stack.enter_async_context(
        Child("bench.fanout_clients", str(server.hello["port"]), str(size), speech)
    )

    async def emit() -> float:
        times = _DELIVERIES // size
        cpu = await server.cpu_seconds()
        start = time.perf_counter()
        await clients.tell(frame=FRAME.decode("latin-1"), frames=times * size)
        await server.ask(do="emit", times=times)
        await _all_received(f"{kind} room of {size}", clients, times * size)
        walls.append(times * size / (time.perf_counter() - start))
        return times * size / (await server.cpu_seconds() - cpu)

    return emit


async def _all_received(what: str, clients: Child, frames: int) -> None:
    answer = await clients.answer()
    expect_equal(f"{what} {answer.get('error', '')}", {"sent": frames, "received": answer["received"]})


async def _nodes(bench: Bench) -> None:
    """One process publishes events for rooms of one client; both nodes have that room and send to it."""
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(_postgres())
        ways = {"ours": await _publishing(stack, "bus", dsn)}
        why = _why_no_redis()
        if not why:
            url = await stack.enter_async_context(_redis())
            ways["redis"] = await _publishing(stack, "redis", url)
        for warm_up in ways.values():
            await warm_up()
        pace = await interleaved(ways)
    unit, goal = "events/s (wall) on the sockets of both", ">= 4"
    if why:
        bench.unjudged("nodes_2", unit, pace["ours"], why, goal)
    else:
        peer = "python-socketio's AsyncRedisManager"
        bench.compare("nodes_2", unit, pace["ours"], peer=peer, theirs=pace["redis"], goal=goal)


async def _publishing(stack: AsyncExitStack, kind: str, address: str) -> Callable[[], Awaitable[float]]:
    nodes = [
        await stack.enter_async_context(Child("bench.fanout_server", f"{kind}_node", address)) for _ in range(_NODES)
    ]
    ports = ",".join(str(node.hello["port"]) for node in nodes)
    clients = await stack.enter_async_context(Child("bench.fanout_clients", ports, str(NODE_CLIENTS), "socketio"))
    publisher = await stack.enter_async_context(Child("bench.fanout_server", f"{kind}_publisher", address))

    async def publish() -> float:
        await clients.tell(frame=FRAME.decode("latin-1"), frames=_NODE_EVENTS * _NODES)
        start = time.perf_counter()
        await publisher.ask(do="emit", times=_NODE_EVENTS)
        await _all_received(f"{kind} nodes", clients, _NODE_EVENTS * _NODES)
        return _NODE_EVENTS / (time.perf_counter() - start)

    return publish


@asynccontextmanager
async def _postgres() -> AsyncIterator[str]:
    """The database of DATABASE_URL, else an embedded one for the time of the bench."""
    if dsn := os.environ.get("DATABASE_URL"):
        yield dsn
        return
    with tempfile.TemporaryDirectory(prefix="markaz-bench-") as folder:
        # PostgreSQL refuses to run as root; the account that it gets then must be able to walk in.
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - an empty folder for the time of the bench
        server = Embedded(Path(folder))
        try:
            yield await server.start()
        finally:
            await server.stop()


def _why_no_redis() -> str:
    if shutil.which("redis-server") is None:
        return "no redis-server"
    return "" if find_spec("redis") else "no redis package for Python"


@asynccontextmanager
async def _redis() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="markaz-bench-") as folder:
        path = f"{folder}/redis.sock"
        arguments = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder]
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec("redis-server", *arguments, stdout=quiet)
        try:
            async with asyncio.timeout(10):
                while not os.path.exists(path):  # noqa: ASYNC110, PTH110 - redis makes it
                    await asyncio.sleep(0.05)
            yield f"unix://{path}"
        finally:
            process.terminate()
            await process.wait()
