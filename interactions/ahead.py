"""Reading ahead: while some raws are applied, those behind them are read in the worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from storage.database import Row

Read = TypeVar("Read")
# Whose turn has not come by then is read anew: another process may have it.
_KEPT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class _Kept(Generic[Read]):
    settings: object
    tasks: dict[int, asyncio.Task[Read]]


class Ahead(Generic[Read]):
    """Of each account what is being read before its turn, by the ids of the raws.

    `settings`: of the account, whatever they are; what was begun with others is read anew.
    """

    def __init__(self) -> None:
        self._kept: dict[UUID, _Kept[Read]] = {}

    def begin(
        self, account_id: UUID, settings: object, rows: Sequence[Row], read: Callable[[Row], Awaitable[Read]]
    ) -> list[asyncio.Task[Read]]:
        """Return a task for each row, those that are under way already among them; nothing else is kept."""
        kept = self._kept.pop(account_id, None)
        begun = {} if kept is None else kept.tasks
        if kept is not None and kept.settings != settings:
            _drop(begun)
            begun = {}
        tasks = [begun.pop(row["id"]) if row["id"] in begun else _task(row, read) for row in rows]
        _drop(begun)
        return tasks

    def keep(
        self, account_id: UUID, settings: object, rows: Sequence[Row], tasks: Sequence[asyncio.Task[Read]]
    ) -> None:
        """Keep these until they are asked for, for seconds."""
        if not rows:
            return
        kept = _Kept(settings, {row["id"]: task for row, task in zip(rows, tasks, strict=True)})
        self._kept[account_id] = kept
        asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._forget, account_id, kept)

    def _forget(self, account_id: UUID, kept: _Kept[Read]) -> None:
        if self._kept.get(account_id) is kept:
            _drop(self._kept.pop(account_id).tasks)


def _task(row: Row, read: Callable[[Row], Awaitable[Read]]) -> asyncio.Task[Read]:
    async def go() -> Read:
        return await read(row)

    task = asyncio.create_task(go(), name=f"read:{row['id']}")
    # What goes wrong is told by the job of the raw; until then nobody may ask.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


def _drop(tasks: dict[int, asyncio.Task[Read]]) -> None:
    for task in tasks.values():
        task.cancel()
