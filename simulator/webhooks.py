"""Calling our webhooks as Twilio does: signed, within a time, once more on failure, and with faults on order."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, StreamReader, TCPConnector
from yarl import URL

from simulator.faults import FaultKind
from simulator.ground import Ground
from simulator.signature import sign
from simulator.world import WebhookRow

_CONNECT_SECONDS = 5.0
_LARGEST_ANSWER = 64 * 1024
"""Twilio's limit for a TwiML document."""
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook to call. `kind` is for people who read the log."""

    kind: str
    url: str
    params: Mapping[str, str]
    method: str = "POST"

    @property
    def target(self) -> str:
        return f"{self.method} {self.url}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What our server said; `status` 0 means that nothing came back."""

    status: int
    content_type: str = ""
    body: str = ""
    error: str = ""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - the bounds of HTTP success


class Webhooks:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        settings = ground.settings
        self._session = ClientSession(
            timeout=ClientTimeout(total=settings.webhook_seconds, sock_connect=_CONNECT_SECONDS),
            connector=TCPConnector(limit=0),
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
            trust_env=False,
        )
        self._last: dict[str, asyncio.Task[Reply]] = {}

    async def close(self) -> None:
        await self._session.close()

    async def ask(self, hook: Hook) -> Reply:
        """Call and hand back the answer, for documents that the carrier acts upon."""
        faults = self._ground.faults
        struck: list[str] = []
        if delay := faults.strike(FaultKind.DELAY, hook.target):
            struck.append(delay.kind)
            await self._ground.clock.sleep(delay.seconds)
        if drop := faults.strike(FaultKind.DROP, hook.target):
            reply = Reply(0, error="dropped by the fault plan")
            self._note(hook, reply, attempts=0, latency=0, struck=[*struck, drop.kind])
            return reply
        token = str(uuid.UUID(int=self._ground.chance.getrandbits(128), version=4))
        if twin := faults.strike(FaultKind.DUPLICATE, hook.target):
            struck.append(twin.kind)
            self._ground.tasks.start(self._deliver(hook, token, ["duplicate"]), f"duplicate of {hook.kind}")
        return await self._deliver(hook, token, struck)

    def tell(self, key: str, hook: Hook) -> None:
        """Call in the background. Hooks of one `key` (a call, a message) go one after another, unless reordered."""
        if not hook.url:
            return
        late = self._ground.faults.strike(FaultKind.REORDER, hook.target)
        if late:
            self._ground.tasks.start(self._tell_late(hook, late.seconds), f"late {hook.kind} of {key}")
            return
        task = self._ground.tasks.start(self._tell_after(self._last.get(key), hook), f"{hook.kind} of {key}")
        self._last[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))

    def _forget(self, key: str, done: asyncio.Task[Reply]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    async def _tell_after(self, before: asyncio.Task[Reply] | None, hook: Hook) -> Reply:
        if before is not None:
            await asyncio.wait({before})
        return await self.ask(hook)

    async def _tell_late(self, hook: Hook, seconds: float) -> None:
        await self._ground.clock.sleep(seconds)
        await self.ask(hook)

    async def _deliver(self, hook: Hook, token: str, struck: list[str]) -> Reply:
        """Try, and once more when the connection failed, time ran out or the server broke (5xx)."""
        started = time.monotonic()
        reply, attempts = await self._try(hook, token), 1
        if reply.status == 0 or reply.status >= _SERVER_ERROR:
            reply, attempts = await self._try(hook, token), 2
        self._note(hook, reply, attempts=attempts, latency=time.monotonic() - started, struck=struck)
        return reply

    async def _try(self, hook: Hook, token: str) -> Reply:
        form = {} if hook.method == "GET" else dict(hook.params)
        url = hook.url if form or not hook.params else _with_query(hook.url, hook.params)
        headers = {
            "X-Twilio-Signature": sign(self._ground.settings.auth_token, url, form),
            "I-Twilio-Idempotency-Token": token,
        }
        body = None if hook.method == "GET" else form
        try:
            # The signature covers the URL letter by letter, so nobody may quote it again.
            request = self._session.request(
                hook.method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
            )
            async with request as answer:
                read = await read_capped(answer.content, _LARGEST_ANSWER)
                return Reply(answer.status, answer.content_type, read.decode("utf-8", "replace"))
        except (ClientError, TimeoutError, ValueError) as error:
            return Reply(0, error=f"{type(error).__name__}: {error}")

    def _note(self, hook: Hook, reply: Reply, *, attempts: int, latency: float, struck: list[str]) -> None:
        self._ground.world.log.append(
            WebhookRow(
                at=self._ground.clock.now(),
                kind=hook.kind,
                method=hook.method,
                url=hook.url,
                params=dict(hook.params),
                attempts=attempts,
                status=reply.status,
                latency_ms=round(latency * 1000),
                error=reply.error,
                faults=tuple(struck),
            ),
        )
        self._ground.world.touch()


def _with_query(url: str, params: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"


async def read_capped(stream: StreamReader, limit: int) -> bytes:
    """Read to the end. Raises ValueError once more than `limit` bytes came."""
    read = bytearray()
    async for part in stream.iter_any():
        read += part
        if len(read) > limit:
            raise ValueError(f"more than {limit} bytes")
    return bytes(read)
