"""A message centre that somebody else wrote: npm's `smpp`, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, desk

from channels.smpp import CHANNEL as SMPP

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "frontend" / "node_modules"
NODE = shutil.which("node", path=f"{os.environ.get('PATH', '')}:{ROOT / '.venv' / 'bin'}")
PERSON = "+989121234567"
LONG = "سلام 😀 " * 60

needs_node = pytest.mark.skipif(
    NODE is None or not (MODULES / "smpp").is_dir(), reason="node or its module smpp is not installed"
)


class Centre:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told: list[dict[str, Any]] = []

    async def order(self, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def until(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait for the next word of this kind."""
        assert self.process.stdout is not None
        async with asyncio.timeout(10):
            while len(found := [each for each in self.told if each["event"] == event]) < count:
                self.told.append(json.loads(await self.process.stdout.readline()))
        return found[count - 1]


@asynccontextmanager
async def message_centre() -> AsyncIterator[tuple[dict[str, Any], Centre]]:
    """Run it; yields what an administrator fills in for it too."""
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(Path(__file__).with_name("smsc") / "centre.cjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    there = Centre(process)
    try:
        port = (await there.until("listening"))["port"]
        yield {"host": "127.0.0.1", "port": port, "system_id": "markaz", "password": "secret", "number": "10001"}, there
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def centre(**settings: Any) -> AsyncIterator[tuple[Desk, Centre]]:
    async with message_centre() as (right, there), desk(SMPP) as at:
        at.take_over(SMPP, **(right | settings))
        yield at, there
