"""Every background task of the carrier: named, owned, and gone after stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger("markaz.simulator")


class Tasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=f"simulator: {name}")
        self._running.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)

    async def close(self) -> None:
        """Cancel until nothing is left: a cancelled script may still send its last webhook."""
        while self._running:
            for task in tuple(self._running):
                task.cancel()
            await asyncio.wait(tuple(self._running), timeout=1)


async def first_of(work: Coroutine[Any, Any, T], stop: Coroutine[Any, Any, Any]) -> T | None:
    """Run `work` until it or `stop` is done; None when `stop` was first. Leaves no task behind."""
    working = asyncio.create_task(work, name="simulator: work")
    stopping = asyncio.create_task(stop, name="simulator: stop")
    both: set[asyncio.Task[Any]] = {working, stopping}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            if not task.done():
                task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    return None if working.cancelled() else working.result()
