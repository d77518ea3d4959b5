"""Worker processes for what may burn a processor: bounded in time, memory and number."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import TypeVar

from core.errors import Invalid, Unavailable

Answer = TypeVar("Answer")

_PR_SET_PDEATHSIG = 1
_MEMORY_BYTES = 1 << 30
_INPUTS_PER_PROCESS = 500
_START_SECONDS = 60.0


class TooCostly(Invalid):
    """Reading this took more time or memory than one input may take."""


class NoWorker(Unavailable):
    """No process could be started for this, or the server is stopping."""


class Workers:
    """A few processes. An input that takes too long costs its process, and nothing else: each has its own."""

    def __init__(self, count: int) -> None:
        self._all = [_Worker() for _ in range(count)]
        # The last one used comes first, so that a quiet server keeps one warm process and starts no others.
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in self._all:
            self._free.put_nowait(worker)

    @property
    def count(self) -> int:
        return len(self._all)

    async def run(
        self, function: Callable[..., Answer], *arguments: object, seconds: float = 5.0, module: str | None = None
    ) -> Answer:
        """Run a module-level function elsewhere; TooCostly when it does not end in time or dies.

        `seconds` count from when the process is up and has imported the function's module (or the named one), not from
        the call.
        """
        worker = await self._free.get()
        try:
            return await worker.run(function, arguments, seconds, module or function.__module__)
        finally:
            self._free.put_nowait(worker)

    async def close(self) -> None:
        """End every process; what was under way ends with NoWorker, for it is nobody's fault."""
        for worker in self._all:
            worker.close()


class _Worker:
    """One process at a time, started when needed, replaced when it was killed or has read its share."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._modules: set[str] = set()
        self._inputs = 0
        self._is_closed = False

    async def run(
        self, function: Callable[..., Answer], arguments: tuple[object, ...], seconds: float, module: str
    ) -> Answer:
        pool = await self._ready(module)
        self._inputs += 1
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)
        except (TimeoutError, BrokenProcessPool, MemoryError) as error:
            self._kill()
            if self._is_closed:
                raise NoWorker from error
            raise TooCostly from error
        except asyncio.CancelledError:
            # Nobody waits any longer, but the process would go on and the next input would pay for it.
            self._kill()
            raise

    def close(self) -> None:
        self._is_closed = True
        self._kill()

    async def _ready(self, module: str) -> ProcessPoolExecutor:
        """Return the process, with the module imported: starting up must not be charged to an input."""
        if self._is_closed:
            raise NoWorker
        if self._pool is None or self._inputs >= _INPUTS_PER_PROCESS:
            self._kill()
            # Spawned, not forked: a fork would take the server's sockets and locks along.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_limit)
        pool = self._pool
        if module not in self._modules:
            try:
                async with asyncio.timeout(_START_SECONDS):
                    await asyncio.get_running_loop().run_in_executor(pool, _prepare, module)
            except (TimeoutError, BrokenProcessPool) as error:
                self._kill()
                raise NoWorker from error
            except asyncio.CancelledError:
                self._kill()
                raise
            self._modules.add(module)
        return pool

    def _kill(self) -> None:
        pool, self._pool = self._pool, None
        self._modules.clear()
        self._inputs = 0
        if pool is None:
            return
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the pool has no way to end one input
            with contextlib.suppress(ProcessLookupError, AttributeError):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _prepare(module: str) -> None:
    import_module(module)


def _limit() -> None:
    """Prepare a fresh process: bounded memory, and gone when the server is, even when that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = multiprocessing.parent_process()
        if parent is not None and os.getppid() != parent.pid:
            os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Ctrl-C in a terminal reaches the whole group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
