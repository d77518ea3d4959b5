"""A webhook receiver that believes only signed calls, and twilio's own client pointed at the simulator."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator import CallRule, SimulatedNumber, Simulator, SimulatorSettings

ACCOUNT, TOKEN = "AC" + "5" * 32, "secret"
OURS, PERSON = "+15005550006", "+989121234567"


@dataclass
class Hooked:
    path: str
    form: dict[str, str]
    token: str


Answer = str | Callable[[Hooked], Any]


@dataclass
class Receiver:
    """Answers by path with TwiML (or what a function says) and remembers what came, in order."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    came: list[Hooked] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    forged: int = 0

    async def take(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        url = self.url + request.raw_path
        signature = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(TOKEN).validate(url, form, signature):
            self.forged += 1
            return web.Response(status=403)
        hooked = Hooked(request.path, form, request.headers["I-Twilio-Idempotency-Token"])
        async with self.news:
            self.came.append(hooked)
            self.news.notify_all()
        answer = self.answers.get(request.path, "<Response/>")
        said = answer if isinstance(answer, str) else answer(hooked)
        said = await said if inspect.isawaitable(said) else said
        return said if isinstance(said, web.StreamResponse) else web.Response(text=said, content_type="text/xml")

    def at(self, path: str) -> list[dict[str, str]]:
        return [hooked.form for hooked in self.came if hooked.path == path]

    async def until(self, is_so: Callable[[], Any]) -> None:
        async with asyncio.timeout(8), self.news:
            await self.news.wait_for(is_so)


class Rewritten(AsyncTwilioHttpClient):
    """Twilio's client, sent to the simulator; it speaks to aiohttp itself, whose BasicAuth is deprecated."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    async def request(self, method: str, url: str, *, auth: tuple[str, str], **sent: Any) -> Response:
        parts = urlsplit(url)
        target = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        headers = sent["headers"] | {"Authorization": aiohttp.encode_basic_auth(*auth)}
        asked = self.session.request(method, target, params=sent["params"], data=sent["data"], headers=headers)
        async with asyncio.timeout(5), asked as answer:
            return Response(answer.status, await answer.text(), answer.headers)


def credentials(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, token)}


@dataclass
class Carrier:
    simulator: Simulator
    hooks: Receiver
    twilio: Client
    http: aiohttp.ClientSession

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.simulator.url}/simulator/{path}", json=body) as answer:
            return await answer.json()

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = await self.control("GET", "state")
        return state

    async def call(self, sid: str) -> dict[str, Any]:
        return next(call for call in (await self.state())["calls"] if call["sid"] == sid)

    async def faults(self, *rules: dict[str, Any]) -> None:
        await self.control("PUT", "faults", {"rules": rules})

    async def eventually(self, is_so: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        async with asyncio.timeout(8):
            state = await self.state()
            while not is_so(state):
                state = await self.control("GET", f"state?after={state['version']}")
            return state


def rules() -> Iterator[CallRule]:
    yield CallRule(pattern="client:*", after_seconds=(0.2, 0.2))
    yield CallRule(pattern="*9901", outcome="busy", after_seconds=(1, 1))
    yield CallRule(pattern="*9902", outcome="no-answer")
    yield CallRule(pattern="*9903", outcome="machine", after_seconds=(1, 1))
    yield CallRule(pattern="*9904", hang_up_after=3, after_seconds=(1, 1))
    yield CallRule(pattern="*", after_seconds=(1, 1))


@asynccontextmanager
async def carrier(speed: float = 20, **more: Any) -> AsyncIterator[Carrier]:
    hooks = Receiver()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", hooks.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hooks.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    number = SimulatedNumber(
        number=OURS, sms_url=f"{hooks.url}/sms", voice_url=f"{hooks.url}/voice", status_url=f"{hooks.url}/number-status"
    )
    settings = SimulatorSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=(number,),
        seed=1,
        speed=speed,
        call_rules=tuple(rules()),
        **({"calls_per_second": 1000} | more),
    )
    simulator = Simulator(settings)
    await simulator.start()
    client = Rewritten(simulator.url)
    http = aiohttp.ClientSession()
    try:
        yield Carrier(simulator, hooks, Client(ACCOUNT, TOKEN, http_client=client), http)
    finally:
        await http.close()
        await client.close()
        await simulator.stop()
        await runner.cleanup()
    assert hooks.forged == 0
