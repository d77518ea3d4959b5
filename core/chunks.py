"""Many small calls of one function in worker processes: those that come at a time go there together.

The way to another process costs as much as reading a small mail. A call that burns its process harms itself only: when
a chunk does not end in time, each of its calls is made by itself, after the others that wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.tasks import Tasks
from core.workers import NoWorker, TooCostly, Workers

Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Call(Generic[Answer]):
    arguments: tuple[object, ...]
    size: int
    future: asyncio.Future[Answer]
    is_alone: bool = False


class Chunks(Generic[Answer]):
    """Runs a module-level function for whoever asks; as many chunks at a time as there are processes."""

    def __init__(
        self,
        workers: Workers,
        function: Callable[..., Answer],
        *,
        seconds: float,
        most: int = 16,
        most_bytes: int = 1 << 20,
    ) -> None:
        self._workers, self._function, self._seconds = workers, function, seconds
        self._most, self._most_bytes = most, most_bytes
        self._waiting: deque[_Call[Answer]] = deque()
        self._tasks = Tasks(function.__name__)
        self._lanes = 0

    async def run(self, *arguments: object, size: int) -> Answer:
        """Return the answer for these arguments, which have about this many bytes; errors as `Workers.run` has them."""
        call = _Call[Answer](arguments, size, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._lanes < self._workers.count:
            self._lanes += 1
            self._tasks.start("lane", self._lane())
        return await call.future

    async def close(self) -> None:
        """End what runs; whoever waits gets NoWorker."""
        await self._tasks.stop()
        _fail(self._waiting, NoWorker())
        self._waiting.clear()

    async def _lane(self) -> None:
        try:
            # Who calls together has called by then.
            await asyncio.sleep(0)
            while chunk := self._next():
                await self._go(chunk)
        finally:
            self._lanes -= 1

    def _next(self) -> list[_Call[Answer]]:
        """Take what goes next: one that has to be alone, or as many as fit; nobody waits for a call given up."""
        chunk: list[_Call[Answer]] = []
        room = self._most_bytes
        while self._waiting and len(chunk) < self._most:
            call = self._waiting[0]
            if call.future.done():
                self._waiting.popleft()
                continue
            if chunk and (call.is_alone or chunk[0].is_alone or call.size > room):
                break
            room -= call.size
            chunk.append(self._waiting.popleft())
        return chunk

    async def _go(self, chunk: Sequence[_Call[Answer]]) -> None:
        calls = [call.arguments for call in chunk]
        module = self._function.__module__
        try:
            answers = await self._workers.run(_each, self._function, calls, seconds=self._seconds, module=module)
        except TooCostly as error:
            self._part(chunk, error)
        except asyncio.CancelledError:
            _fail(chunk, NoWorker())
            raise
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            _fail(chunk, error)
        else:
            for call, (answer, refusal) in zip(chunk, answers, strict=True):
                if refusal is not None:
                    _fail([call], refusal)
                elif not call.future.done():
                    call.future.set_result(answer)

    def _part(self, chunk: Sequence[_Call[Answer]], error: TooCostly) -> None:
        if len(chunk) == 1:
            _fail(chunk, error)
            return
        for call in chunk:
            call.is_alone = True
            self._waiting.append(call)


def _fail(calls: Iterable[_Call[Answer]], error: Exception) -> None:
    for call in calls:
        if not call.future.done():
            call.future.set_exception(error)


def _each(
    function: Callable[..., Answer], calls: Sequence[tuple[object, ...]]
) -> list[tuple[Answer, Exception | None]]:
    """Answer each call, in the process; memory that runs out is the end of it, as it is for one call."""
    answers: list[tuple[Answer, Exception | None]] = []
    for arguments in calls:
        try:
            answers.append((function(*arguments), None))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - it is the answer to this call
            answers.append((None, error))  # type: ignore[arg-type]  # nobody looks at it
    return answers
