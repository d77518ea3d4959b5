from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, Unavailable
from storage.bus import PAYLOAD_BYTES, Bus, pack


@asynccontextmanager
async def running(*buses: Bus) -> AsyncIterator[None]:
    for bus in buses:
        await bus.start()
    try:
        yield
    finally:
        for bus in buses:
            await bus.stop()


async def until(is_so: Callable[[], bool], wait_seconds: float = 5.0) -> None:
    async with asyncio.timeout(wait_seconds):
        while not is_so():
            await asyncio.sleep(0.005)


async def cut(dsn: str) -> None:
    """End every connection of a bus, as a restart of the database does."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'markaz bus' and datname = current_database()"
    )
    await connection.close()


async def test_every_process_hears_everything_once_and_in_one_order(dsn: str) -> None:
    buses = [Bus(dsn) for _ in range(3)]
    heard: list[list[Any]] = [[] for _ in buses]
    for bus, mine in zip(buses, heard, strict=True):
        bus.subscribe("count", mine.append)
    async with running(*buses):
        for n in range(1_000):
            buses[n % 3].publish("count", {"from": n % 3, "n": n})
            if n % 50 == 0:
                await asyncio.sleep(0.001)
        await until(lambda: all(len(mine) >= 1_000 for mine in heard))
    assert heard[0] == heard[1] == heard[2]
    for source in range(3):
        assert [hint["n"] for hint in heard[0] if hint["from"] == source] == list(range(source, 1_000, 3))


async def test_the_same_hint_twice_is_heard_twice(dsn: str) -> None:
    """PostgreSQL folds equal payloads of one transaction into one."""
    bus, heard = Bus(dsn), list[Any]()
    bus.subscribe("typing", heard.append)
    async with running(bus):
        for _ in range(20):
            bus.publish("typing", "x" * 7_000)
        await until(lambda: len(heard) == 20)


async def test_only_subscribed_topics_are_heard_and_only_until_unsubscribed(dsn: str) -> None:
    bus, heard = Bus(dsn), list[Any]()
    unsubscribe = bus.subscribe("a", heard.append)
    async with running(bus):
        bus.publish("b", 1)
        bus.publish("a", "مرکز")
        await until(lambda: heard == ["مرکز"])
        unsubscribe()
        ended = asyncio.Event()
        bus.subscribe("end", lambda _: ended.set())
        bus.publish("a", 2)
        bus.publish("end", None)
        await asyncio.wait_for(ended.wait(), 5)
        assert heard == ["مرکز"]


async def test_a_subscriber_that_fails_does_not_silence_the_others(dsn: str) -> None:
    bus, heard = Bus(dsn), list[Any]()
    bus.subscribe("a", lambda hint: hint["missing"])
    bus.subscribe("a", heard.append)
    async with running(bus):
        bus.publish("a", {})
        bus.publish("a", {"missing": 1})
        await until(lambda: heard == [{}, {"missing": 1}])


async def test_the_largest_hint_passes_and_a_larger_one_is_refused(dsn: str) -> None:
    bus, heard = Bus(dsn), list[Any]()
    bus.subscribe("a", heard.append)
    room = PAYLOAD_BYTES - 40 - len('["a",""]')
    async with running(bus):
        bus.publish("a", "x" * room)
        with pytest.raises(Invalid):
            bus.publish("a", "x" * (room + 1))
        with pytest.raises(Invalid):
            bus.publish("a", object())
        await until(lambda: [len(hint) for hint in heard] == [room])


async def test_a_bus_that_was_cut_off_comes_back_and_says_so(dsn: str) -> None:
    returns: list[int] = []
    bus, heard = Bus(dsn, on_reconnect=lambda: returns.append(1)), list[Any]()
    bus.subscribe("a", heard.append)
    async with running(bus):
        bus.publish("a", 1)
        await until(lambda: heard == [1])
        await cut(dsn)
        await until(lambda: returns == [1])
        # Published after the cut: the publisher finds its connection gone and takes another.
        bus.publish("a", 2)
        await until(lambda: heard == [1, 2])


async def test_a_batch_whose_answer_was_lost_is_not_heard_twice(dsn: str) -> None:
    bus, heard = Bus(dsn), list[Any]()
    bus.subscribe("a", heard.append)
    async with running(bus):
        bus.publish("a", 1)
        await until(lambda: heard == [1])
        connection = await asyncpg.connect(dsn)
        # What a publisher does that does not know whether its commit arrived.
        await connection.execute("select pg_notify('markaz_bus', $1)", f'{bus._node}:{bus._number}\n[["a",1]]')
        await connection.close()
        bus.publish("a", 2)
        await until(lambda: heard == [1, 2])


async def test_what_waits_for_a_database_that_is_away_is_bounded_and_the_newest_stay(dsn: str) -> None:
    bus, heard = Bus(dsn, pending_bytes=1_000), list[Any]()
    bus.subscribe("a", heard.append)
    for n in range(500):
        bus.publish("a", n)
    assert bus.dropped > 300
    async with running(bus):
        await until(lambda: bool(heard) and heard[-1] == 499)
    assert heard == list(range(500 - len(heard), 500))
    assert len(heard) + bus.dropped == 500


async def test_a_bus_without_a_database_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Bus("postgresql://markaz@127.0.0.1:1/markaz").start()


async def test_what_was_published_before_the_stop_is_sent(dsn: str) -> None:
    one, two, heard = Bus(dsn, window_seconds=60), Bus(dsn), list[Any]()
    two.subscribe("a", heard.append)
    async with running(two):
        await one.start()
        one.publish("a", "last words")
        await one.stop()
        await until(lambda: heard == ["last words"])


@given(st.lists(st.text(max_size=60), max_size=60), st.integers(200, 500))
def test_packing_loses_nothing_and_keeps_order_and_bounds(texts: list[str], limit: int) -> None:
    messages = [json.dumps(text)[:200].encode() for text in texts]
    packed = list(pack(deque(messages), limit))
    assert [message for batch in packed for message in batch] == messages
    assert all(len(b",".join(batch)) <= limit for batch in packed)
