"""The servers of the ingest bench: Markaz as `server.py` runs it, and its peers."""

from __future__ import annotations

import gc
import logging
import os
import sys
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import socketio
import uvloop
from aiohttp import web

import server
from bench.children import Answer, obey, say
from core.realtime import tune_gc
from core.settings import Settings

_AT = "2026-01-01T00:00:00.000000Z"
_INSERT = "insert into bench_raw (external_id, kind, headers, body) values ($1, $2, $3, $4)"
TABLE = """
create table if not exists bench_raw (
    id bigint generated always as identity primary key,
    external_id text not null unique,
    kind text not null,
    headers jsonb not null,
    body bytea not null,
    received_at timestamptz not null default clock_timestamp()
)
"""


class Kind(ABC):
    """A server under measurement; it ends when its stack is left."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments

    @abstractmethod
    async def start(self, stack: AsyncExitStack) -> Answer:
        """Serve, and tell where."""


class Markaz(Kind):
    """Ours with its default settings, but for ports and folder. Arguments: DSN, folder, roles (empty: all of them)."""

    async def start(self, stack: AsyncExitStack) -> Answer:
        dsn, folder, roles = self.arguments
        chosen = {"roles": roles} if roles else {}
        settings = Settings.model_validate(
            {
                "database_url": dsn, "data_dir": Path(folder), "port": 0, "internal_port": 0, "smtp_port": 0,
                "simulator": False, "demo": True, "log_level": "WARNING", "visitor_burst": 100_000, **chosen,
            }
        ).with_free_ports()  # fmt: skip
        await stack.enter_async_context(server.server(settings))
        tune_gc()
        return {"port": settings.port, "base_url": settings.base_url, "smtp_port": settings.smtp_port}


class Stock(Kind):
    """python-socketio as it comes: no database; a message is echoed to its agent's socket and acknowledged."""

    async def start(self, stack: AsyncExitStack) -> Answer:
        self.sio = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])
        self._agent_of: dict[str, str] = {}
        self._seq = 0
        self.sio.on("connect", self._enter, namespace="/agent")
        self.sio.on("connect", self._arrive, namespace="/chat")
        self.sio.on("hello", self._hello, namespace="/chat")
        self.sio.on("chat.send", self._send, namespace="/chat")
        app = web.Application()
        self.sio.attach(app)
        return {"port": await _listen(app, stack)}

    async def _enter(self, sid: str, _environ: Any, auth: dict[str, Any]) -> None:
        await self.sio.enter_room(sid, f"agent:{auth['agent']}", namespace="/agent")

    async def _arrive(self, sid: str, _environ: Any, auth: dict[str, Any]) -> None:
        self._agent_of[sid] = f"agent:{auth.get('agent')}"

    async def _hello(self, _sid: str, _payload: dict[str, Any]) -> Answer:
        return {"ok": True, "result": {"kind": "snapshot", "state": {"chat": None, "messages": []}}}

    async def _send(self, sid: str, payload: dict[str, Any]) -> Answer:
        self._seq += 1
        message = {
            "id": payload["client_id"],
            "seq": self._seq,
            "from": "visitor",
            "author_name": None,
            "text": payload["text"],
            "attachments": [],
            "client_id": payload["client_id"],
            "at": _AT,
        }
        told = {"seq": self._seq, "type": "message.put", "at": _AT, "data": {"message": message}}
        await self.sio.emit("event", told, room=self._agent_of[sid], namespace="/agent")
        return {"ok": True, "result": {"message": message}}


class Bare(Kind):
    """aiohttp alone with one insert for each request. Argument: the DSN."""

    async def start(self, stack: AsyncExitStack) -> Answer:
        self._pool = await stack.enter_async_context(asyncpg.create_pool(self.arguments[0], min_size=10, max_size=10))
        await self._pool.execute(TABLE)
        app = web.Application()
        app.router.add_post("/hooks/{account}/sms", self._take)
        return {"port": await _listen(app, stack)}

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        await self._pool.execute(_INSERT, request.headers["X-Twilio-Signature"], "sms", "{}", body)
        return web.Response(text="<Response/>", content_type="text/xml")


async def _listen(app: web.Application, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    port: int = runner.addresses[0][1]
    return port


async def _resident(_: Answer) -> Answer:
    """Tell the resident memory in bytes, garbage collected."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"bytes": pages * os.sysconf("SC_PAGE_SIZE")}


KINDS: dict[str, type[Kind]] = {"markaz": Markaz, "stock": Stock, "bare": Bare}


async def serve(kind: Kind) -> None:
    async with AsyncExitStack() as stack:
        say(**await kind.start(stack))
        await obey({"resident": _resident})
        # Clients leave at the same moment, over which aiohttp may stumble.
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


if __name__ == "__main__":
    uvloop.run(serve(KINDS[sys.argv[1]](*sys.argv[2:])))
