"""Tasks with a name and an owner: loops are supervised, so that one that fails does not take its neighbours along."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

log = logging.getLogger(__name__)


class Tasks:
    """Owner of a set of background tasks; leaving it cancels and awaits every one."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run one piece of work to its end; a failure is logged, never lost."""
        task = asyncio.create_task(work, name=f"{self.owner}:{name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def loop(self, name: str, turn: Callable[[], Awaitable[None]], *, pause_seconds: float = 0.0) -> asyncio.Task[Any]:
        """Repeat `turn` for ever; after a failure wait 0.5 s, doubling to 30 s, and go on."""
        return self.start(name, self._supervise(name, turn, pause_seconds))

    async def _supervise(self, name: str, turn: Callable[[], Awaitable[None]], pause_seconds: float) -> None:
        wait_seconds = 0.5
        while True:
            try:
                await turn()
                wait_seconds = 0.5
                # A turn that awaits nothing must still let the others run.
                await asyncio.sleep(pause_seconds)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("%s:%s failed and is tried again in %.1f s: %r", self.owner, name, wait_seconds, error)
                log.debug("trace", exc_info=True)
                await asyncio.sleep(wait_seconds)
                wait_seconds = min(wait_seconds * 2, 30.0)

    async def stop(self, wait_seconds: float = 5.0) -> None:
        """Cancel what runs and wait for it to be gone."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_seconds):
                    await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s ended with %r", task.get_name(), error, exc_info=error)
