"""Real clients for tests that drive a server: a signed-in person, an agent's console, a visitor's widget.

They speak only what docs/realtime.md and the OpenAPI page say; tests/reducer.py is the reference reducer of the feed.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
import socketio
from argon2 import PasswordHasher

import parts
import server
from access import signin
from core.settings import Settings
from demo.organisation import PASSWORD
from tests.reducer import State, apply


class CommandFailed(Exception):  # noqa: N818 - what the server said
    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail"))
        self.problem = problem
        self.status = problem["status"]


def _settle(answered: asyncio.Future[Any]) -> Callable[[Any], None]:
    def settle(answer: Any) -> None:
        if not answered.done():
            answered.set_result(answer)

    return settle


class Socket:
    """A socket.io client of one namespace with the protocol's acknowledgements."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.client = socketio.AsyncClient(reconnection=False, logger=False, engineio_logger=False)
        self.events: list[dict[str, Any]] = []
        self.told: list[tuple[str, Any]] = []
        self.state: State = {}
        self.seq: int | None = None
        self.changed = asyncio.Event()
        # Events that come while a snapshot is under way belong after it.
        self._held: list[dict[str, Any]] | None = None
        self._open: set[asyncio.Future[Any]] = set()
        self.client.on("event", self._event, namespace=namespace)
        self.client.on("disconnect", self._cut, namespace=namespace)
        for name in ("typing", "queue", "blocked", "resync", "reconnect", "signed_out"):
            self.client.on(name, self._teller(name), namespace=namespace)

    async def connect(
        self, url: str, auth: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> Self:
        await self.client.connect(
            url,
            auth=auth,
            headers=headers or {},
            namespaces=[self.namespace],
            transports=["websocket"],
            wait_timeout=10,
        )
        return self

    async def close(self) -> None:
        await self.client.disconnect()
        await asyncio.sleep(0)

    async def command(self, name: str, /, **payload: Any) -> Any:
        """Send a command and return its result.

        CommandFailed with the problem document when it is refused; ConnectionError when the connection ended first:
        then nobody knows whether it was done.
        """
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._open.add(answered)
        try:
            await self.client.emit(name, payload, namespace=self.namespace, callback=_settle(answered))
            async with asyncio.timeout(15):
                answer = await answered
        except socketio.exceptions.BadNamespaceError as error:
            raise ConnectionError from error
        finally:
            self._open.discard(answered)
        if not answer["ok"]:
            raise CommandFailed(answer["error"])
        return answer["result"]

    async def until(self, condition: Callable[[], Any], seconds: float = 15.0) -> Any:
        """Wait until something holds after an event, and return it."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                self.changed.clear()
                await self.changed.wait()
        return found

    def _teller(self, name: str) -> Callable[..., Any]:
        async def tell(data: Any = None) -> None:
            self.told.append((name, data))
            self.changed.set()

        return tell

    async def _event(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if self._held is not None:
            self._held.append(event)
            return
        self.take(event)
        self.changed.set()

    async def _cut(self, *_: Any) -> None:
        for answered in self._open:
            if not answered.done():
                answered.set_exception(ConnectionError())

    async def _load(self, name: str, seq: int | None) -> dict[str, Any]:
        """Ask for the snapshot or for what was missed, and apply it before what comes after it.

        When the answer is lost, what comes after it goes on being held back: the gap before it would never be filled.
        """
        held = self._held = []
        answer: dict[str, Any] = await self.command(name, seq=seq)
        self._held = None
        if answer["kind"] == "snapshot":
            self.state, self.seq = answer["state"], answer["seq"]
        if answer["kind"] != "resync":
            for event in answer["events"]:
                self.take(event)
            self.seq = max(answer["seq"], self.seq or 0)
            for event in held:
                self.take(event)
        self.changed.set()
        return answer

    def take(self, event: dict[str, Any]) -> None:
        self.seq = event["seq"]


class AgentSocket(Socket):
    """An agent's console: snapshot, feed, commands."""

    def __init__(self) -> None:
        super().__init__("/agent")

    async def sync(self, seq: int | None = None) -> str:
        """Load the snapshot, or resume; returns what kind of answer it was."""
        return str((await self._load("sync", seq))["kind"])

    def take(self, event: dict[str, Any]) -> None:
        super().take(event)
        if self.state:
            apply(self.state, event)

    async def offered(self, channel: str | None = None, seconds: float = 15.0) -> dict[str, Any]:
        """Wait for an offer."""

        def find() -> Any:
            return next((o for o in self.state.get("offers", []) if channel in (None, o["channel"])), None)

        found: dict[str, Any] = await self.until(find, seconds)
        return found

    def conversation(self, interaction_id: str) -> dict[str, Any] | None:
        return next((i for i in self.state["interactions"] if i["interaction"]["id"] == interaction_id), None)

    async def take_offer(self, channel: str | None = None) -> dict[str, Any]:
        """Wait for an offer, accept it, and return the conversation once it is ours."""
        offer = await self.offered(channel)
        await self.command("offer.accept", offer_id=offer["id"])
        found: dict[str, Any] = await self.until(lambda: self.conversation(offer["interaction_id"]))
        return found

    async def reply(self, interaction_id: str, text: str, client_id: str | None = None) -> dict[str, Any]:
        result = await self.command(
            "interaction.reply", interaction_id=interaction_id, client_id=client_id or str(uuid.uuid4()), text=text
        )
        message: dict[str, Any] = result["message"]
        return message


class VisitorSocket(Socket):
    """A visitor's widget."""

    def __init__(self) -> None:
        super().__init__("/chat")
        self.token: str | None = None

    async def hello(self, seq: int | None = None) -> dict[str, Any]:
        answer = await self._load("hello", seq)
        self.token = answer["visitor_token"]
        return answer

    def take(self, event: dict[str, Any]) -> None:
        super().take(event)
        if not self.state:
            return
        if event["type"] == "chat.put":
            self.state["chat"] = event["data"]["chat"]
        if event["type"] == "message.put":
            message = event["data"]["message"]
            others = [m for m in self.state["messages"] if m["id"] != message["id"]]
            self.state["messages"] = sorted([*others, message], key=lambda m: (m["interaction_id"], m["seq"]))[-50:]

    async def send(self, text: str, client_id: str | None = None, **more: Any) -> dict[str, Any]:
        result = await self.command("chat.send", client_id=client_id or str(uuid.uuid4()), text=text, **more)
        message: dict[str, Any] = result["message"]
        return message

    async def hears(self, text: str, seconds: float = 15.0) -> dict[str, Any]:
        """Wait for a message with this text."""
        found: dict[str, Any] = await self.until(
            lambda: next((m for m in self.state["messages"] if m["text"] == text), None), seconds
        )
        return found


class Person:
    """Somebody signed in by HTTP; `json` speaks to the API with the CSRF token."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.csrf = ""
        self.me: dict[str, Any] = {}

    async def sign_in(self, login: str, password: str = PASSWORD) -> Self:
        status, answer = await self.json("POST", "/api/session", {"login": login, "password": password})
        if status != 200:
            raise CommandFailed(answer)
        self.csrf, self.me = answer["csrf_token"], answer["me"]
        return self

    async def json(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return status and document of one request."""
        sent = {"X-CSRF-Token": self.csrf, **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with self.session.request(method, self.base_url + path, json=body, headers=sent) as response:
            text = await response.text()
            return response.status, await response.json(content_type=None) if text else None

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in self.session.cookie_jar)

    async def console(self, *, available: bool = True) -> AgentSocket:
        """Open the console with this person's session, synced."""
        socket = await AgentSocket().connect(self.base_url, headers={"Cookie": self.cookie})
        await socket.sync()
        if available:
            await socket.command("presence.set", state="available")
        return socket

    async def close(self) -> None:
        await self.session.close()


class Live:
    """A running server and everybody who is connected to it; leaving closes them all."""

    def __init__(self, settings: Settings, running: parts.Running | None = None) -> None:
        self.settings, self.base_url = settings, settings.base_url
        self._running = running
        self._people: list[Person] = []
        self._sockets: list[Socket] = []

    @property
    def running(self) -> parts.Running:
        assert self._running is not None, "this server runs in a process of its own"
        return self._running

    async def person(self, login: str) -> Person:
        person = Person(self.base_url)
        self._people.append(person)
        return await person.sign_in(login)

    async def anonymous(self) -> Person:
        person = Person(self.base_url)
        self._people.append(person)
        return person

    async def agent(self, login: str, *, available: bool = True) -> AgentSocket:
        """Sign somebody in and open their console."""
        socket = await (await self.person(login)).console(available=available)
        self._sockets.append(socket)
        return socket

    async def visitor(
        self, token: str | None = None, site: str = "demo", locale: str = "en", **headers: str
    ) -> VisitorSocket:
        auth = {"visitor_token": token, "site": site, "page": "http://shop.example/", "locale": locale}
        socket = await VisitorSocket().connect(self.base_url, auth=auth, headers=headers)
        self._sockets.append(socket)
        await socket.hello()
        return socket

    async def close(self) -> None:
        for socket in self._sockets:
            await socket.close()
        for person in self._people:
            await person.close()
        await asyncio.sleep(0.02)


def settings_for(dsn: str | None, folder: Path, **changes: Any) -> Settings:
    """Return settings of a server on free ports; of a database of its own when there is no DSN."""
    values: dict[str, Any] = {
        "database_url": dsn, "data_dir": folder, "port": 0, "internal_port": 0, "smtp_port": 0, "simulator_port": 0,
        "simulator_mail_port": 0, "simulator": False, "demo": True, "log_level": "WARNING",
        "visitor_burst": 10_000, **changes,
    }  # fmt: skip
    return Settings(**values).with_free_ports()


class QuickPasswords(PasswordHasher):
    """Argon2 as cheap as it can be: half of a test's time would go into the demo's four passwords."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)


@asynccontextmanager
async def live(dsn: str, folder: Path, *, is_quick: bool = True, **changes: Any) -> AsyncIterator[Live]:
    """Run a server in this process; `is_quick` makes passwords cheap to hash."""
    settings = settings_for(dsn, folder, **changes)
    with pytest.MonkeyPatch.context() as patch:
        if is_quick:
            patch.setattr(signin, "PasswordHasher", QuickPasswords)
        async with server.server(settings) as running:
            it = Live(settings, running)
            try:
                yield it
            finally:
                await it.close()


async def eventually(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Poll an async condition until it holds, and return what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = await condition()
        if found or time.monotonic() > deadline:
            assert found, "it did not happen in time"
            return found
        await asyncio.sleep(0.02)
