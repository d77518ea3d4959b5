"""What is kept for a second: read once, and never kept over a change that this process committed."""

from __future__ import annotations

import asyncio

from core.events import Event
from storage.database import Database, Tx
from storage.lately import Lately


class Changed(Event, kind="test.lately_changed"):
    value: int


class Source:
    """What is read, how often, and a gate that holds a reading back."""

    def __init__(self) -> None:
        self.value, self.reads, self.gate = 0, 0, asyncio.Event()
        self.gate.set()

    async def read(self, _: Tx) -> int:
        self.reads += 1
        value = self.value
        await self.gate.wait()
        return value


async def change(db: Database, source: Source, value: int) -> None:
    async with db.transaction() as tx:
        source.value = value
        tx.emit(Changed(value=value))


async def get(db: Database, lately: Lately[int]) -> int:
    async with db.transaction() as tx:
        return await lately.get(tx)


async def test_it_is_read_once_a_second_and_after_each_change(db: Database) -> None:
    source, now = Source(), [0.0]
    lately = Lately(db, frozenset({Changed.kind}), source.read, now=lambda: now[0])
    assert [await get(db, lately) for _ in range(3)] == [0, 0, 0]
    assert source.reads == 1
    await change(db, source, 1)
    assert [await get(db, lately) for _ in range(3)] == [1, 1, 1]
    assert source.reads == 2
    # Another process changes it and tells nobody here.
    source.value = 2
    assert await get(db, lately) == 1
    now[0] = 1.1
    assert await get(db, lately) == 2


async def test_what_was_read_before_a_change_is_not_kept_after_it(db: Database) -> None:
    source = Source()
    lately = Lately(db, frozenset({Changed.kind}), source.read)
    source.gate.clear()
    early = asyncio.create_task(get(db, lately))
    while not source.reads:
        await asyncio.sleep(0)
    await change(db, source, 1)
    source.gate.set()
    assert await early == 0
    assert await get(db, lately) == 1
