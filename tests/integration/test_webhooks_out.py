from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.house import house, made, query
from tests.live import Live, Person, eventually


class Subscriber:
    """Another system: keeps what it hears and answers as told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes]] = []
        self.answers: list[web.Response] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append((request.path, request.headers.get("X-Markaz-Signature", ""), await request.read()))
        return self.answers.pop(0) if self.answers else web.Response(status=204)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.heard]


@asynccontextmanager
async def subscribed() -> AsyncIterator[Subscriber]:
    found = Subscriber()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", found.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


async def subscribe(admin: Person, url: str) -> str:
    return str((await made(admin, "/api/webhooks", {"url": url, "kinds": ["message.added"]}))["secret"])


def texts(events: list[dict[str, Any]]) -> list[str]:
    return [e["data"]["message"]["text"] for e in events if e["data"]["message"]["direction"] == "inbound"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


async def test_another_system_hears_signed_in_order_and_again_after_an_error(server_dsn: str, folder: Path) -> None:
    async with subscribed() as hears, house(server_dsn, folder, webhooks_may_reach_private=True) as it:
        secret = await subscribe(await it.person("admin"), hears.url + "/hear")
        hears.answers = [web.Response(status=500), web.Response(status=204), web.HTTPFound("/elsewhere")]
        visitor = await it.visitor()
        said = [f"message {number}" for number in range(5)]
        for text in said:
            await visitor.send(text)

        async def all_heard() -> bool:
            return len(texts(hears.events())) >= len(said) and hears.events()[-1]["data"]["message"]["text"] == said[-1]

        await eventually(all_heard, 20)
        assert {path for path, _, _ in hears.heard} == {"/hear"}, "a redirect is not followed"
        for _, signature, body in hears.heard:
            assert signature == "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        numbers = [event["id"] for event in hears.events()]
        assert numbers == sorted(numbers), "in order"
        assert (numbers[0], numbers[2]) == (numbers[1], numbers[3]), "the first two until they were taken"
        assert len(set(numbers)) == len(numbers) - 2, "the others once"
        event = hears.events()[-1]
        assert set(event) == {"id", "type", "at", "data"}
        assert event["type"] == "message.added"


async def test_a_subscription_that_ended_hears_nothing_more(server_dsn: str, folder: Path) -> None:
    async with subscribed() as hears, house(server_dsn, folder, webhooks_may_reach_private=True) as it:
        admin = await it.person("admin")
        await subscribe(admin, hears.url)
        visitor = await it.visitor()
        await visitor.send("first")

        async def heard() -> bool:
            return "first" in texts(hears.events())

        await eventually(heard)
        _, listed = await admin.json("GET", "/api/webhooks")
        assert "secret" not in listed["items"][0]
        assert (await admin.json("DELETE", f"/api/webhooks/{listed['items'][0]['id']}"))[0] == 204
        await visitor.send("second")
        await asyncio.sleep(0.7)
        assert "second" not in texts(hears.events())


async def test_without_leave_nothing_inside_our_network_is_called(server_dsn: str, folder: Path) -> None:
    async with subscribed() as hears, house(server_dsn, folder) as it:
        admin, port = await it.person("admin"), hears.url.rpartition(":")[2]
        hosts = ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433")
        for host in hosts:
            await subscribe(admin, f"http://{host}:{port}/hear")
        await (await it.visitor()).send("a secret of ours")
        assert await eventually(_refused(it, len(hosts)), 15)
        assert hears.heard == []


def _refused(it: Live, count: int):
    async def all_of_them() -> bool:
        rows = await query(it, "select distinct key from job where kind = 'webhook.send' and last_error is not null")
        return len(rows) == count

    return all_of_them
