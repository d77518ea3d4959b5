"""A double of Telegram's Bot API for one bot: long polling, messages, files, and its ways to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456:AAE-xyz_9"


@dataclass
class BotApi:
    """One bot: hands out updates from an offset on, keeps what is sent, and fails when told to."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Any] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def says(self, number, text="سلام", **more: Any):
        chat = {"id": 77, "type": "private"}
        person = {"id": 77, "is_bot": False, "first_name": "Sara", "last_name": "N."}
        message = {"message_id": number, "date": 1_760_000_000, "chat": chat, "from": person, "text": text} | more
        self.updates.append({"update_id": 1000 + number, "message": message})
        self.news.set()

    async def method(self, request):
        if request.match_info["token"] != TOKEN:
            return refuse(401, "Unauthorized")
        name = request.match_info["method"]
        if self.refusals and name != "getMe":
            refusal = self.refusals.pop(0)
            if refusal is None:
                request.transport.abort()
                return web.Response()
            return refuse(*refusal)
        is_json = request.content_type == "application/json"
        asked = await request.json() if is_json else dict(await request.post())
        return web.json_response({"ok": True, "result": await getattr(self, f"on_{name}")(asked)})

    async def on_getMe(self, asked):  # noqa: N802 - the method's own name
        return {"id": 123456, "is_bot": True, "first_name": "Desk"}

    async def on_getUpdates(self, asked):  # noqa: N802 - as above
        self.offsets.append(asked["offset"])
        self.updates = [one for one in self.updates if one["update_id"] >= asked["offset"]]
        if not self.updates:
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), asked["timeout"])
        return self.updates[: asked["limit"]]

    async def on_sendMessage(self, asked):  # noqa: N802 - as above
        self.sent.append(asked)
        return {"message_id": len(self.sent), "chat": {"id": int(asked["chat_id"])}, "text": asked["text"]}

    async def on_sendDocument(self, asked):  # noqa: N802 - as above
        document = asked["document"]
        self.sent.append(asked | {"document": (document.filename, document.content_type, document.file.read())})
        return {"message_id": len(self.sent)}

    async def on_getFile(self, asked):  # noqa: N802 - as above
        return {"file_id": asked["file_id"], "file_path": f"photos/{asked['file_id']}"}

    async def file(self, request):
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def refuse(status, words, retry_after=None):
    said = {"ok": False, "error_code": status, "description": words}
    if retry_after:
        said["parameters"] = {"retry_after": retry_after}
    return web.json_response(said, status=status)


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """Serve one bot on a free port."""
    api = BotApi()
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", api.method)
    application.router.add_get("/file/bot{token}/photos/{name}", api.file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()
