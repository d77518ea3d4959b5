"""Processes of a bench: servers and clients run apart, so that one does not pay for the other."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

_START_SECONDS = 60.0
_ANSWER_SECONDS = 120.0

Answer = dict[str, Any]


class Child:
    """A Python process that answers one line of JSON with one line of JSON."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: asyncio.subprocess.Process | None = None
        self.hello: Answer = {}

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe)
        self.hello = await self._read(_START_SECONDS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None or self._process.stdin is None:
            return
        # The end of its input is the sign to stop.
        self._process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def tell(self, **command: Any) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def answer(self) -> Answer:
        return await self._read(_ANSWER_SECONDS)

    async def ask(self, **command: Any) -> Answer:
        await self.tell(**command)
        return await self.answer()

    async def cpu_seconds(self) -> float:
        return float((await self.ask(do="cpu"))["cpu"])

    async def _read(self, wait_seconds: float) -> Answer:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(wait_seconds):
            text = await self._process.stdout.readline()
        if not text:
            message = f"{' '.join(self._command)} ended"
            raise RuntimeError(message)
        answer: Answer = json.loads(text)
        return answer


def say(**answer: Any) -> None:
    print(json.dumps(answer), flush=True)


async def obey(handlers: dict[str, Callable[[Answer], Awaitable[Answer]]]) -> None:
    """Answer commands on standard input until it ends; every child tells its CPU time."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while text := await reader.readline():
        command = json.loads(text)
        if command["do"] == "cpu":
            say(cpu=time.process_time())
        else:
            say(**await handlers[command["do"]](command))
