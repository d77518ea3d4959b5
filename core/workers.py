"""Worker processes for what may burn a processor: bounded in time, memory and number."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from core.errors import Invalid

Answer = TypeVar("Answer")

_MEMORY_BYTES = 1 << 30
_TASKS_PER_CHILD = 500


class TooCostly(Invalid):
    """Reading this took more time or memory than one input may take."""


class Workers:
    """A small pool of processes. An input that takes too long costs its process, and nothing else."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._room = asyncio.Semaphore(count)
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[..., Answer], *arguments: object, seconds: float = 5.0) -> Answer:
        """Run a module-level function elsewhere; TooCostly when it does not end in time or dies."""
        async with self._room:
            pool = self._start()
            future = asyncio.get_running_loop().run_in_executor(pool, function, *arguments)
            try:
                async with asyncio.timeout(seconds):
                    return await future
            except (TimeoutError, BrokenProcessPool, MemoryError) as error:
                self._kill(pool)
                raise TooCostly from error

    async def close(self) -> None:
        if self._pool is not None:
            self._kill(self._pool)

    def _start(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: a fork would take the server's sockets and locks along.
            self._pool = ProcessPoolExecutor(
                self._count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_limit,
                max_tasks_per_child=_TASKS_PER_CHILD,
            )
        return self._pool

    def _kill(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the pool has no way to end one input
            with contextlib.suppress(ProcessLookupError, AttributeError):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Ctrl-C in a terminal reaches the whole group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
