"""The parts of tests of the widget: a site of its own, who enters it, who answers there, what the post office got."""

from __future__ import annotations

import time
import uuid
from typing import Any

import aiohttp
import jwt

from access.model import AGENT_PERMISSIONS, Permission
from tests.integration.house import hire, made
from tests.live import AgentSocket, Live, Person, VisitorSocket


async def site(admin: Person, **settings: Any) -> dict[str, Any]:
    """Add a widget with a queue of its own, and a skill that it asks for."""
    name = f"s{uuid.uuid4().hex[:10]}"
    skill = await made(admin, "/api/skills", {"name": name})
    wrap_up = settings.pop("wrap_up_seconds", 0)
    queue = await made(admin, "/api/queues", {"name": name, "wrap_up_seconds": wrap_up, "skills": {skill["id"]: 1}})
    account = await made(
        admin, "/api/accounts", {"kind": "webchat", "name": name, "queue_id": queue["id"], "settings": {}}
    )
    origins = settings.pop("origins", [])
    widget = await made(
        admin, "/api/widgets", {"site": name, "account_id": account["id"], "settings": settings, "origins": origins}
    )
    return {**widget, "queue_id": queue["id"], "skill_id": skill["id"]}


async def enter(it: Live, name: str, token: str | None = None, identity: str | None = None) -> VisitorSocket:
    auth = {"visitor_token": token, "site": name, "page": "http://shop.example/", "locale": "en", "identity": identity}
    socket = await VisitorSocket().connect(it.base_url, auth=auth)
    it._sockets.append(socket)
    await socket.hello()
    return socket


async def agent_of(it: Live, admin: Person, at: dict[str, Any]) -> tuple[AgentSocket, Person]:
    person = await hire(it, [*AGENT_PERMISSIONS, Permission.WORK_EXPLAIN], admin=admin)
    profile = {"version": 0, "skills": {at["skill_id"]: 5}}
    assert (await admin.json("PUT", f"/api/agents/{person.me['id']}", profile))[0] == 200
    socket = await person.console()
    it._sockets.append(socket)
    return socket, person


def signed(secret: str, audience: str, **claims: Any) -> str:
    return jwt.encode({"sub": "u1", "aud": audience, "exp": int(time.time()) + 600, **claims}, secret, "HS256")


async def mails(it: Live, to: str) -> list[dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{it.settings.simulator_port}/simulator/state") as answer,
    ):
        found = (await answer.json())["mails"]
    return [mail for mail in found if mail["direction"] == "out" and to in mail["recipients"]]
