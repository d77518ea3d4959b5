"""The peer of the positions bench: aiohttp alone, with one batched insert of all that came within a moment."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import uvloop
from aiohttp import web

from bench.children import Answer, obey, say

_FLUSH_SECONDS = 0.01
TABLE = """
create table if not exists bench_position (
    technician_id uuid not null, at timestamptz not null, lat float8 not null, lon float8 not null,
    accuracy real, speed real,
    primary key (technician_id, at))
"""
_INSERT = (
    "insert into bench_position select * from unnest($1::uuid[], $2::timestamptz[], $3::float8[], $4::float8[],"
    " $5::real[], $6::real[]) on conflict do nothing"
)
Row = tuple[UUID, datetime, float, float, float, float]


class Bare:
    """Reads what a phone sends, and answers once it is committed; asks nobody who it was."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiting: list[tuple[list[Row], asyncio.Future[None]]] = []

    async def start(self, stack: AsyncExitStack) -> int:
        self._pool = await stack.enter_async_context(asyncpg.create_pool(self._dsn, min_size=2, max_size=2))
        await self._pool.execute(TABLE)
        app = web.Application(client_max_size=4 << 20)
        app.router.add_post("/{who}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
        self._task = asyncio.create_task(self._flush())
        stack.callback(self._task.cancel)
        return int(runner.addresses[0][1])

    async def _take(self, request: web.Request) -> web.Response:
        who, body = UUID(request.match_info["who"]), await request.read()
        if request.content_type == "application/json":
            rows = [_row(who, each) for each in json.loads(body)["points"]]
        else:
            rows = [_row(who, dict(parse_qsl(body.decode())))]
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, done))
        await done
        return web.Response(body=b"{}", content_type="application/json")

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            batch, self._waiting = self._waiting, []
            if batch:
                columns = list(zip(*[row for rows, _ in batch for row in rows], strict=True))
                await self._pool.execute(_INSERT, *columns)
                for _, done in batch:
                    done.set_result(None)


def _row(who: UUID, point: dict[str, Any]) -> Row:
    at = point["at"] if "at" in point else point["timestamp"]
    moment = datetime.fromisoformat(at) if "T" in at else datetime.fromtimestamp(float(at), UTC)
    values = (float(point[name]) for name in ("lat", "lon", "accuracy", "speed"))
    return (who, moment, *values)  # type: ignore[return-value]  # four of them


async def _nothing(_: Answer) -> Answer:
    return {}


async def serve(dsn: str) -> None:
    async with AsyncExitStack() as stack:
        say(port=await Bare(dsn).start(stack))
        await obey({"nothing": _nothing})
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
