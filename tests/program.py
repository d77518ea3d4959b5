"""The whole program as a process: started with free ports and a folder of its own, stopped, or killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Self

from core.settings import Settings

ROOT = Path(__file__).parents[1]
_READY_SECONDS = 60.0


class Program:
    """`python server.py` with settings from the environment; `start` returns once it printed `ready`."""

    def __init__(self, settings: Settings, *, secret: str = "smoke", environment: dict[str, str] | None = None) -> None:
        self.settings, self._secret, self._more = settings, secret, environment or {}
        self.process: asyncio.subprocess.Process | None = None
        self.output: list[str] = []
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.stop()

    async def start(self) -> None:
        """Start, or start again on the same data."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "server.py",
            cwd=ROOT,
            env={**os.environ, **self._environment()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read(ready), name="program:output")
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await ready.wait()
        except TimeoutError:
            await self.kill()
            raise AssertionError("\n".join(["the server was not ready in time", *self.output[-30:]])) from None
        assert self.process.returncode is None, "\n".join(["the server ended", *self.output[-30:]])

    async def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, and return the exit status."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        async with asyncio.timeout(30):
            status = await self.process.wait()
        if self._reading is not None:
            await self._reading
        return status

    async def _read(self, ready: asyncio.Event) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.output.append(line.decode(errors="replace").rstrip())
            if line.startswith(b"ready "):
                ready.set()
        ready.set()

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        values = {
            "DEMO": "true",
            "DATA_DIR": str(settings.data_dir),
            "PORT": str(settings.port),
            "INTERNAL_PORT": str(settings.internal_port),
            "SMTP_PORT": str(settings.smtp_port),
            "SIMULATOR": str(settings.simulator).lower(),
            "SIMULATOR_PORT": str(settings.simulator_port),
            "SIMULATOR_MAIL_PORT": str(settings.simulator_mail_port),
            "SECRET_KEY": self._secret,
            "LOG_LEVEL": settings.log_level,
            "WEBHOOKS_MAY_REACH_PRIVATE": "true",
        }
        return {**{f"MARKAZ_{name}": value for name, value in values.items()}, **self._more}
