"""A customer of the portal for tests: asks for a code, reads it in the simulated post office, and speaks the API."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.integration.house import made
from tests.integration.widget_site import mails
from tests.live import AgentSocket, Live, Person, eventually

_CODE = re.compile(r"\u2066(\d{6})\u2069")
_LINK = re.compile(r"/portal/#/in/([0-9a-f-]{36})/([0-9a-f]{32})")


@dataclass
class PortalGuest:
    it: Live
    address: str
    session: aiohttp.ClientSession
    csrf: str = ""
    asked: dict[str, Any] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {"X-CSRF-Token": self.csrf, **headers} if self.csrf else headers
        async with self.session.request(method, f"{self.it.base_url}{path}", json=body, headers=sent) as answer:
            text = await answer.text()
            return answer.status, await answer.json() if text and "json" in answer.content_type else text

    async def close(self) -> None:
        await self.session.close()

    async def knock(self, locale: str = "en") -> dict[str, Any]:
        status, self.asked = await self.call("POST", "/api/portal/sign-in", {"address": self.address, "locale": locale})
        assert status == 202, self.asked
        return self.asked

    async def post(self, times: int = 1) -> str:
        """Return the newest mail with a code, once there are so many."""

        async def came() -> list[dict[str, Any]]:
            found = [mail for mail in await mails(self.it, self.address) if _CODE.search(mail["text"])]
            return found if len(found) >= times else []

        return str((await eventually(came))[-1]["text"])

    async def come_in(self, locale: str = "en") -> PortalGuest:
        asked = await self.knock(locale)
        code = code_in(await self.post())
        status, answer = await self.call("POST", "/api/portal/session", {"id": asked["id"], "code": code})
        assert status == 200, answer
        self.csrf = answer["csrf_token"]
        return self

    async def ask(self, **said: Any) -> dict[str, Any]:
        body = {"kind": "support_request", "subject": "It leaks", "text": "Water everywhere", "client_id": new_id()}
        status, answer = await self.call("POST", "/api/portal/tickets", {**body, **said})
        assert status == 201, answer
        return dict(answer)

    async def ticket(self, ticket_id: str) -> dict[str, Any]:
        status, answer = await self.call("GET", f"/api/portal/tickets/{ticket_id}")
        assert status == 200, answer
        return dict(answer)


def new_id() -> str:
    return uuid.uuid4().hex


def code_in(text: str) -> str:
    found = _CODE.search(text)
    assert found is not None, text
    return found[1]


def link_in(text: str) -> dict[str, str]:
    found = _LINK.search(text)
    assert found is not None, text
    return {"id": found[1], "link": found[2]}


async def portal(admin: Person, **settings: Any) -> dict[str, Any]:
    """Switch the portal on, with a queue and a skill of its own for what comes."""
    name = f"p{uuid.uuid4().hex[:10]}"
    skill = await made(admin, "/api/skills", {"name": name})
    queue = await made(admin, "/api/queues", {"name": name, "skills": {skill["id"]: 1}})
    account = await made(
        admin, "/api/accounts", {"kind": "portal", "name": name, "queue_id": queue["id"], "settings": {}}
    )
    await switched(admin, account_id=account["id"], **{"registration": "known", **settings})
    return {"account_id": account["id"], "queue_id": queue["id"], "skill_id": skill["id"]}


async def switched(admin: Person, **settings: Any) -> None:
    _, now = await admin.json("GET", "/api/portal-settings")
    body = {**now["settings"], "is_on": True, **settings, "version": now["version"]}
    status, answer = await admin.json("PUT", "/api/portal-settings", body)
    assert status == 200, answer


def address(name: str = "guest") -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}@example.com"


async def customer(admin: Person, mail: str, **said: Any) -> str:
    body = {"name": "Maryam", "identities": [{"kind": "email", "value": mail}], **said}
    return str((await made(admin, "/api/customers", body))["id"])


async def guest(it: Live, mail: str) -> PortalGuest:
    found = PortalGuest(it, mail, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
    # Closed with the others.
    it._people.append(found)
    return found


async def somebody(it: Live, admin: Person, **said: Any) -> PortalGuest:
    mail = address()
    await customer(admin, mail, **said)
    return await (await guest(it, mail)).come_in()


async def ticket_of(admin: Person, ticket_id: str) -> dict[str, Any]:
    return dict((await admin.json("GET", f"/api/tickets/{ticket_id}"))[1])


async def taken(agent: AgentSocket, admin: Person, ticket_id: str) -> dict[str, Any]:
    """Let the agent have the conversation of this ticket; what waits before it is dealt with first."""
    wanted = (await ticket_of(admin, ticket_id))["interactions"]
    while True:
        found = (await agent.take_offer("portal"))["interaction"]
        if found["id"] in wanted:
            return dict(found)
        await agent.command("interaction.close", interaction_id=found["id"])


async def stage(admin: Person, ticket_id: str, category: str) -> None:
    _, stages = await admin.json("GET", "/api/ticket-statuses")
    status_id = next(each["id"] for each in stages["items"] if each["category"] == category)
    for _ in range(3):
        # What was said before may still be on its way to the ticket: whoever meets that loads it anew.
        now = await ticket_of(admin, ticket_id)
        change = {"version": now["version"], "status_id": status_id}
        status, answer = await admin.json("PATCH", f"/api/tickets/{ticket_id}", change)
        if status != 409:
            break
    assert status == 200, answer
