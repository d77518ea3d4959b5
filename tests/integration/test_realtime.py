from __future__ import annotations

import asyncio
import itertools
import json
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
import pytest
import socketio
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from raw_socket import RawSocket

from core.realtime import Limits, SocketServer


class Stage:
    """A server on loopback and the raw clients on it, all of which end with the test."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._clients: list[RawSocket] = []

    async def open(self, headers: str = "") -> RawSocket:
        self._clients.append(await RawSocket.open(self.port, headers))
        return self._clients[-1]

    async def join(self, namespace: str = "/", receive_buffer: int = 0) -> RawSocket:
        self._clients.append(await RawSocket.join(self.port, namespace, receive_buffer))
        return self._clients[-1]

    async def close(self) -> None:
        for client in self._clients:
            await client.close()


@asynccontextmanager
async def serving(server: SocketServer, send_buffer: int = 0) -> AsyncIterator[Stage]:
    """Serve on loopback; with a small send buffer the kernel takes little, and buffers of ours fill and empty often."""
    listener = socket.create_server(("127.0.0.1", 0))
    if send_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=3)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    stage = Stage(runner.addresses[0][1])
    try:
        yield stage
    finally:
        await stage.close()
        await runner.cleanup()


async def until(is_so: Callable[[], bool], wait_seconds: float = 5.0) -> None:
    async with asyncio.timeout(wait_seconds):
        while not is_so():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def test_a_room_gets_an_event_and_others_do_not() -> None:
    server = SocketServer()
    async with serving(server) as stage:
        inside, outside = await stage.join(), await stage.join()
        server.enter(inside.sid, "branch:1", "/")
        assert server.emit_now("news", {"text": "سلام"}, "branch:1", "/") == 1
        assert server.emit_now("all", None, None, "/") == 2
        assert await inside.event() == ["news", {"text": "سلام"}]
        assert await inside.event() == ["all"]
        assert await outside.event() == ["all"]


async def test_a_client_in_two_rooms_gets_an_event_to_both_once() -> None:
    server = SocketServer()
    async with serving(server) as stage:
        client = await stage.join()
        server.enter(client.sid, "a", "/")
        server.enter(client.sid, "b", "/")
        assert server.emit_now("one", 1, ["a", "b", "nobody"], "/") == 1
        server.leave(client.sid, "a", "/")
        assert server.emit_now("two", 2, ["a"], "/") == 0
        assert server.emit_now("three", (3, "x"), ["b"], "/") == 1
        assert await client.event() == ["one", 1]
        assert await client.event() == ["three", 3, "x"]


async def test_namespaces_do_not_hear_each_other() -> None:
    server = SocketServer()
    server.sio.on("connect", lambda *_: None, namespace="/agent")
    async with serving(server) as stage:
        agent, other = await stage.join("/agent"), await stage.join()
        assert server.emit_now("offer", {"n": 1}, None, "/agent") == 1
        server.emit_now("end", None, None, "/")
        assert await agent.text() == '42/agent,["offer",{"n":1}]'
        assert await other.event() == ["end"]


async def test_what_is_sent_to_a_client_that_keeps_up_goes_the_direct_way() -> None:
    server = SocketServer()
    async with serving(server) as stage:
        clients = [await stage.join() for _ in range(5)]
        before = server.counts.direct
        for n in range(10):
            server.emit_now("n", n, None, "/")
        assert server.counts.direct - before == 50
        for client in clients:
            assert [await client.event() for _ in range(10)] == [["n", n] for n in range(10)]


class Interleaving:
    """Emits to rooms, emits to one, acks to the clients' own calls and slow reading, mixed by chance.

    Every packet carries a number; `sent` has the numbers of each client in the order in which they were sent.
    """

    calls_each = 30

    def __init__(self, server: SocketServer, seed: int) -> None:
        self.server = server
        self.seed = seed
        self.chance = random.Random(seed)
        self.sent: dict[str, list[int]] = {}
        self.rooms: dict[str, list[str]] = {}
        self.answered = 0
        self._numbers = itertools.count()
        # The answer is numbered when the handler returns, and nothing runs between that and its sending.
        server.sio.on("ask", self._answer)

    async def run(self, clients: list[RawSocket]) -> list[list[int]]:
        """Return what each client saw."""
        self._enter_rooms([client.sid for client in clients])
        async with asyncio.TaskGroup() as group:
            for n, client in enumerate(clients[:4]):
                group.create_task(self._ask(client, random.Random(n * 7 + self.seed)))
            reading = [
                group.create_task(self._read(client, random.Random(n + self.seed))) for n, client in enumerate(clients)
            ]
            for _ in range(250):
                self._emit()
                if self.chance.random() < 0.5:
                    await asyncio.sleep(self.chance.choice([0, 0, 0.001]))
            await until(lambda: self.answered == 4 * self.calls_each, 20)
            self.server.emit_now("end", None, None, "/")
        return [task.result() for task in reading]

    def _enter_rooms(self, sids: list[str]) -> None:
        self.sent = {sid: [] for sid in sids}
        self.rooms = {room: [sid for sid in sids if self.chance.random() < 0.6] for room in ("a", "b", "c")}
        for room, members in self.rooms.items():
            for sid in members:
                self.server.enter(sid, room, "/")

    def _answer(self, sid: str, size: int) -> tuple[int, str]:
        self.answered += 1
        return self._number([sid]), "x" * size

    def _number(self, sids: Iterable[str]) -> int:
        number = next(self._numbers)
        for sid in sids:
            self.sent[sid].append(number)
        return number

    def _emit(self) -> None:
        text = "y" * self.chance.choice([1, 100, 3_000, 30_000])
        if self.chance.random() < 0.2:
            one = self.chance.choice(sorted(self.sent))
            self.server.emit_now("event", (self._number([one]), text), one, "/")
            return
        chosen = self.chance.sample(sorted(self.rooms), self.chance.randint(1, 3))
        members = {sid for room in chosen for sid in self.rooms[room]}
        self.server.emit_now("event", (self._number(members), text), chosen, "/")

    async def _ask(self, client: RawSocket, chance: random.Random) -> None:
        for n in range(self.calls_each):
            await client.send(f'42{n}["ask",{chance.choice([1, 2_000, 30_000])}]')
            await asyncio.sleep(chance.choice([0, 0.001, 0.005]))

    async def _read(self, client: RawSocket, chance: random.Random) -> list[int]:
        got: list[int] = []
        while (packet := await client.event()) != ["end"]:
            got.append(packet[0] if isinstance(packet[0], int) else packet[1])
            if chance.random() < 0.1:
                await asyncio.sleep(chance.choice([0, 0.001, 0.02]))
        return got


@pytest.mark.parametrize("direct_bytes", [2_000, Limits().direct_bytes])
@pytest.mark.parametrize("seed", range(3))
async def test_each_client_sees_everything_in_the_order_of_sending(seed: int, direct_bytes: int) -> None:
    limits = Limits(backlog_packets=100_000, backlog_bytes=500_000_000, direct_bytes=direct_bytes)
    server = SocketServer(limits=limits)
    mix = Interleaving(server, seed)
    async with serving(server, send_buffer=8192) as stage:
        # Half of them with a window so small that the server soon finds their buffers full.
        clients = [await stage.join(receive_buffer=4096 if n % 2 else 0) for n in range(6)]
        seen = await mix.run(clients)
        assert seen == [mix.sent[client.sid] for client in clients]
        # Both ways were taken, or the order would prove nothing.
        assert server.counts.direct > 20
        assert server.counts.queued > 20


async def test_a_client_that_does_not_read_is_sent_away_and_slows_nobody() -> None:
    overflowed: list[str] = []
    disconnected: list[str] = []
    server = SocketServer(on_overflow=overflowed.append)
    server.sio.on("disconnect", lambda sid, _: disconnected.append(sid))
    async with serving(server) as stage:
        slow, fast = await stage.join(receive_buffer=4096), await stage.join()
        outbox = next(s.queue for s in server.sio.eio.sockets.values() if _sid(server, s.sid) == slow.sid)
        emitted, most_bytes = 0, 0
        while not overflowed and emitted < 5_000:
            server.emit_now("event", (emitted, "z" * 4_000), None, "/")
            emitted += 1
            most_bytes = max(most_bytes, outbox.waiting_bytes)
            assert (await fast.event())[1] == emitted - 1
        assert overflowed == [slow.sid]
        assert most_bytes < 1_010_000
        await until(lambda: disconnected == [slow.sid])
        # Nothing is kept for it but the sign to its writer task to end.
        assert outbox.qsize() <= 1
        assert server.emit_now("still", 1, None, "/") == 1
        assert await fast.event() == ["still", 1]
        assert server.counts.overflowed == 1
        assert await slow.is_ended()
        await until(lambda: len(server.sio.eio.sockets) == 1)


async def test_a_thousand_waiting_packets_are_the_bound_for_small_ones() -> None:
    overflowed: list[str] = []
    server = SocketServer(on_overflow=overflowed.append, limits=Limits(direct_bytes=0))
    async with serving(server) as stage:
        client = await stage.join(receive_buffer=4096)
        # Fills the connection first, so that the small ones that follow have to wait.
        for _ in range(400):
            server.emit_now("big", "z" * 60_000, None, "/")
            await asyncio.sleep(0)
            if server.sio.eio.sockets and next(iter(server.sio.eio.sockets.values())).queue.waiting:
                break
        for n in range(999):
            server.emit_now("small", n, None, "/")
        assert not overflowed
        for n in range(3):
            server.emit_now("small", n, None, "/")
        await until(lambda: overflowed == [client.sid])


async def test_a_polling_client_that_never_polls_is_sent_away_too() -> None:
    overflowed: list[str] = []
    server = SocketServer(polling=True, on_overflow=overflowed.append)
    async with serving(server) as stage, aiohttp.ClientSession(stage.url) as http:
        url = "/socket.io/?EIO=4&transport=polling"
        opened = await (await http.get(url)).text()
        url += f"&sid={json.loads(opened[1:])['sid']}"
        assert (await http.post(url, data="40")).status == 200
        assert (await (await http.get(url)).text()).startswith("40")
        for n in range(1_001):
            server.emit_now("event", n, None, "/")
        await until(lambda: len(overflowed) == 1)
        await until(lambda: server.emit_now("event", 1, None, "/") == 0)


async def test_a_client_that_moves_from_polling_to_a_websocket_keeps_the_order() -> None:
    server = SocketServer(polling=True)
    client = socketio.AsyncSimpleClient()
    async with serving(server) as stage:
        await client.connect(stage.url, transports=["polling", "websocket"])
        for n in range(30):
            server.emit_now("event", n, None, "/")
            await asyncio.sleep(0)
        assert [await client.receive(timeout=5) for _ in range(30)] == [["event", n] for n in range(30)]
        await until(lambda: client.client.eio.current_transport == "websocket")
        server.emit_now("event", 30, None, "/")
        assert await client.receive(timeout=5) == ["event", 30]
        before = server.counts.direct
        server.emit_now("event", 31, None, "/")
        assert server.counts.direct == before + 1
        assert await client.receive(timeout=5) == ["event", 31]
        await client.disconnect()


async def test_polling_is_refused_unless_asked_for() -> None:
    async with serving(SocketServer()) as stage, aiohttp.ClientSession() as http:
        answer = await http.get(f"{stage.url}/socket.io/?EIO=4&transport=polling")
        assert answer.status == 400


async def test_frames_are_not_compressed_even_when_the_client_offers_it() -> None:
    async with serving(SocketServer()) as stage:
        client = await stage.open()
        assert "permessage-deflate" not in client.headers


@pytest.mark.parametrize(
    ("allowed", "origin", "is_let_in"),
    [
        (None, "http://evil.example", False),
        ([], "http://evil.example", False),
        (["https://shop.example"], "https://shop.example", True),
        (["https://shop.example"], "https://shop.example.evil.example", False),
    ],
)
async def test_only_allowed_origins_are_let_in(allowed: list[str] | None, origin: str, *, is_let_in: bool) -> None:
    async with serving(SocketServer(allowed_origins=allowed)) as stage:
        client = await stage.open(headers=f"Origin: {origin}\r\n")
        assert (" 101 " in client.headers.splitlines()[0]) is is_let_in


@pytest.mark.parametrize(
    "packet",
    [
        "4",
        "42",
        "42{}",
        "42[]",
        "42[1]",
        "42[",
        '42["connect",{}]',
        '42["disconnect"]',
        '451-["x",{}]',
        "49",
        '43["x"]',
    ],
)
async def test_a_client_that_does_not_speak_the_protocol_is_sent_away(packet: str) -> None:
    disconnected: list[str] = []
    server = SocketServer()
    server.sio.on("disconnect", lambda sid, _: disconnected.append(sid))
    async with serving(server) as stage:
        client = await stage.join()
        await client.send(packet)
        assert await client.is_ended()
        assert disconnected == [client.sid]


async def test_a_message_over_the_bound_ends_the_connection() -> None:
    async with serving(SocketServer()) as stage:
        client = await stage.join()
        await client.send("4" + "x" * 300_000)
        assert await client.is_ended()


async def test_a_client_that_is_sent_away_cannot_stay() -> None:
    disconnected: list[str] = []
    server = SocketServer(limits=Limits(goodbye_seconds=0.2))
    server.sio.on("disconnect", lambda sid, _: disconnected.append(sid))
    async with serving(server) as stage:
        client = await stage.join()
        await server.disconnect(client.sid, "/")
        assert disconnected == [client.sid]
        assert server.emit_now("secret", 1, None, "/") == 0
        # It never answers the closing handshake.
        assert await client.is_ended(2)


async def test_handlers_of_one_client_run_in_the_order_of_its_packets() -> None:
    server = SocketServer()
    seen: list[int] = []

    async def take(_: str, number: int) -> int:
        await asyncio.sleep(random.Random(number).random() / 100)
        seen.append(number)
        return number

    server.sio.on("take", take)
    async with serving(server) as stage:
        client = await stage.join()
        for n in range(20):
            await client.send(f'42{n}["take",{n}]')
        assert [await client.event() for _ in range(20)] == [[n] for n in range(20)]
        assert seen == list(range(20))


async def test_a_callback_gets_the_answer_of_each_client() -> None:
    server = SocketServer()
    answers: list[str] = []
    async with serving(server) as stage:
        client = await stage.join()
        await server.sio.emit("question", "?", to=client.sid, callback=answers.append)
        assert await client.text() == '421["question","?"]'
        await client.send('431["yes"]')
        await until(lambda: answers == ["yes"])


async def test_not_a_number_reaches_a_browser_as_null() -> None:
    server = SocketServer()
    async with serving(server) as stage:
        client = await stage.join()
        server.emit_now("rate", float("nan"), None, "/")
        assert await client.event() == ["rate", None]


async def test_metrics_tell_what_went_where() -> None:
    server = SocketServer()
    registry = CollectorRegistry()
    registry.register(server)
    async with serving(server) as stage:
        await stage.join()
        server.emit_now("event", 1, None, "/")
        text = generate_latest(registry).decode()
        assert 'markaz_socket_deliveries_total{way="direct"}' in text
        assert "markaz_sockets 1.0" in text


def _sid(server: SocketServer, eio_sid: str) -> str:
    return str(server.sio.manager.sid_from_eio_sid(eio_sid, "/"))
