"""Worker processes: a bomb costs itself, and nobody else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.chunks import Chunks
from core.workers import NoWorker, TooCostly, Workers


def spin(seconds: float) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return "done"


def swallow(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def die() -> None:
    os._exit(3)


def refuse() -> None:
    raise KeyError("a reader's own error")


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[Workers]:
    two = Workers(2)
    yield two
    await two.close()


async def test_a_bomb_costs_only_itself(workers: Workers) -> None:
    await asyncio.gather(workers.run(os.getpid), workers.run(os.getpid))
    neighbour = asyncio.create_task(workers.run(spin, 1.5, seconds=10))
    with pytest.raises(TooCostly):
        await workers.run(spin, 30.0, seconds=0.5)
    assert await neighbour == "done"
    assert await workers.run(spin, 0.0) == "done"


async def test_a_memory_bomb_costs_only_itself(workers: Workers) -> None:
    with pytest.raises(TooCostly):
        await workers.run(swallow, 4_096)
    assert await workers.run(swallow, 1) == 1 << 20


async def test_a_process_that_dies_is_replaced(workers: Workers) -> None:
    with pytest.raises(TooCostly):
        await workers.run(die)
    assert await workers.run(swallow, 1) == 1 << 20


async def test_the_loop_goes_on_while_a_bomb_burns(workers: Workers) -> None:
    await workers.run(spin, 0.0)
    bomb = asyncio.create_task(workers.run(spin, 30.0, seconds=1.0))
    worst = 0.0
    while not bomb.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        worst = max(worst, time.monotonic() - before)
    with pytest.raises(TooCostly):
        await bomb
    assert worst < 0.5


async def test_an_error_of_the_function_comes_back_as_it_is(workers: Workers) -> None:
    with pytest.raises(KeyError, match="own error"):
        await workers.run(refuse)


async def test_a_cancelled_call_leaves_no_process_busy() -> None:
    workers = Workers(1)
    await workers.run(spin, 0.0)
    abandoned = asyncio.create_task(workers.run(spin, 30.0, seconds=40))
    await asyncio.sleep(0.2)
    abandoned.cancel()
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    assert await workers.run(spin, 0.0, seconds=5) == "done"
    await workers.close()


async def test_stopping_is_no_fault_of_the_input() -> None:
    workers = Workers(1)
    await workers.run(spin, 0.0)
    running = asyncio.create_task(workers.run(spin, 30.0, seconds=40))
    await asyncio.sleep(0.2)
    await workers.close()
    with pytest.raises(NoWorker):
        await running
    with pytest.raises(NoWorker):
        await workers.run(spin, 0.0)


def spell(word: str) -> tuple[str, int]:
    """Say a word and which process said it; some words are bombs."""
    if word == "hang":
        spin(30.0)
    if word == "die":
        die()
    if word == "refuse":
        refuse()
    return word, os.getpid()


async def test_calls_that_come_together_go_together_and_a_bomb_among_them_costs_only_itself() -> None:
    workers = Workers(1)
    await workers.run(spin, 0.0)
    chunks = Chunks(workers, spell, seconds=1.0, most=8)
    words = ["a", "b", "die", "c", "refuse", "d", "hang", "e", "f", "g"]
    answers = await asyncio.gather(*(chunks.run(word, size=10) for word in words), return_exceptions=True)
    told = [answer[0] if isinstance(answer, tuple) else type(answer) for answer in answers]
    assert told == ["a", "b", TooCostly, "c", KeyError, "d", TooCostly, "e", "f", "g"]
    assert await chunks.run("h", size=10)
    together = await asyncio.gather(*(chunks.run(word, size=10) for word in "ijklm"))
    assert len({process for _, process in together}) == 1
    await chunks.close()
    await workers.close()


async def test_whoever_waits_when_the_server_stops_is_told_so() -> None:
    workers = Workers(1)
    await workers.run(spin, 0.0)
    chunks = Chunks(workers, spell, seconds=30.0, most=2)
    waiting = [asyncio.create_task(chunks.run(word, size=10)) for word in ("hang", "a", "b")]
    await asyncio.sleep(0.1)
    await chunks.close()
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [NoWorker] * 3
    await workers.close()
