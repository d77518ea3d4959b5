from __future__ import annotations

import asyncio
import json
import random

import aiohttp
import pytest
import socketio
from prometheus_client import CollectorRegistry, generate_latest
from raw_socket import serving, until

from core.realtime import Limits, SocketServer


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


async def test_a_client_whose_connection_takes_nothing_for_long_is_cut_off() -> None:
    """Its machine may keep the connection open for ever: a window of zero is no error to TCP."""
    disconnected: list[str] = []
    server = SocketServer(limits=Limits(stall_seconds=0.3, goodbye_seconds=0.3, backlog_bytes=100_000_000))
    server.sio.on("disconnect", lambda sid, _: disconnected.append(sid))
    async with serving(server, send_buffer=8192) as stage:
        client = await stage.join(receive_buffer=4096)
        for _ in range(20):
            server.emit_now("big", "z" * 60_000, None, "/")
        await until(lambda: disconnected == [client.sid])
        await until(lambda: not server.sio.eio.sockets)


async def test_the_stop_does_not_wait_for_a_client_that_does_not_read() -> None:
    server = SocketServer(limits=Limits(goodbye_seconds=0.3, backlog_bytes=100_000_000))
    async with serving(server, send_buffer=8192) as stage:
        await stage.join(receive_buffer=4096)
        for _ in range(20):
            server.emit_now("big", "z" * 60_000, None, "/")
        async with asyncio.timeout(2):
            await server.stop()
        await until(lambda: not server.sio.eio.sockets)


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
