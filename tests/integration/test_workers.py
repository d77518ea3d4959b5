"""Worker processes: a bomb costs itself, and nobody else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

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
