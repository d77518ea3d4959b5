"""Group commit: what many senders hand in within moments goes down in one statement, and each waits for that commit.

Measured: one connection commits 3,100 single rows a second, but 76,000 in batches of 500.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from core.errors import MarkazError, Unavailable
from core.tasks import Tasks

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class GroupCommit(Generic[Item, Answer]):
    """Collects items while a batch is on its way; the next batch takes all that came meanwhile.

    Who comes alone is written at once. When several come at a time, the next batch is given a moment to gather: a
    transaction costs as much as dozens of rows in it.

    `write` stores one batch in one transaction and returns an answer or an error for each item, in order. When it
    raises, the items of the batch are tried alone, so that one bad item does not fail its neighbours.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | MarkazError]]],
        tasks: Tasks,
        *,
        most: int = 500,
        waiting: int = 20_000,
        gather_seconds: float = 0.002,
    ) -> None:
        self._name = name
        self._write = write
        self._tasks = tasks
        self._most = most
        self._bound = waiting
        self._gather_seconds = gather_seconds
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._running = False

    async def submit(self, item: Item) -> Answer:
        """Hand one item in; returns its answer after the commit. Raises Unavailable when too many wait already."""
        if len(self._waiting) >= self._bound:
            raise Unavailable("The server is busy; try again in a moment.")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._running:
            self._running = True
            self._tasks.start(self._name, self._drain())
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._commit(batch)
                if len(batch) > 1 and len(self._waiting) < self._most:
                    await asyncio.sleep(self._gather_seconds)
        finally:
            self._running = False
            for _, future in self._waiting:
                if not future.done():
                    future.set_exception(Unavailable())
            self._waiting = []

    async def _commit(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._write([item for item, _ in batch])
        except asyncio.CancelledError:
            _fail(batch, Unavailable())
            raise
        except Exception as error:  # noqa: BLE001 - every kind of failure is answered to who waits for it
            if isinstance(error, Unavailable) or len(batch) == 1:
                _fail(batch, error)
                return
            for single in batch:
                await self._commit([single])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, MarkazError):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def _fail(batch: list[tuple[Item, asyncio.Future[Answer]]], error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
