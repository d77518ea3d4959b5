"""What the core does around a channel, in small: commit what it hears, read it, and answer strangers' webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

from channels.base import Account, Address, Channel, ChannelContext, IdentityKind, Outgoing, RawInput, WebhookRequest
from core.clock import utc_now
from core.errors import MarkazError
from core.ids import uuid7
from core.secrets import Keyring
from core.settings import Settings
from core.workers import Workers


@dataclass
class RecordingInbox:
    """Keeps each raw once, as the database would, with the place that came along."""

    raws: dict[str, RawInput] = field(default_factory=dict)
    places: list[dict[str, Any] | None] = field(default_factory=list)
    health: list[str | None] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def deliver(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any] | None = None
    ) -> list[bool]:
        fresh = [raw.external_id not in self.raws for raw in raws]
        async with self.news:
            self.raws |= {raw.external_id: raw for raw in raws}
            self.places.append(place)
            self.news.notify_all()
        return fresh

    async def report(self, account: Account[Any], error: str | None) -> None:
        self.health.append(error)

    async def until(self, is_so: Callable[[], Any]) -> None:
        async with asyncio.timeout(8), self.news:
            await self.news.wait_for(is_so)

    def of(self, kind: str) -> list[RawInput]:
        return [raw for raw in self.raws.values() if raw.kind == kind]


@dataclass
class NoAccounts:
    async def enabled(self, kind: str) -> list[Account[Any]]:
        return []


@dataclass
class Desk:
    """One open channel with one account, and the web server in front of it."""

    url: str
    account_id: Any
    inbox: RecordingInbox
    channel: Any = None
    account: Any = None
    statuses: list[int] = field(default_factory=list)

    def take_over(self, channel: type[Channel], **settings: Any) -> None:
        made = channel.settings_model.model_validate(settings)
        self.account = Account(self.account_id, channel.kind, "test", made)

    async def take(self, request: web.Request) -> web.Response:
        asked = WebhookRequest(
            method=request.method,
            path=request.match_info["tail"],
            url=self.url + request.raw_path,
            headers=request.headers,
            body=await request.read(),
        )
        try:
            answer = await self.channel.accept(self.account, asked)
        except MarkazError as error:
            self.statuses.append(error.status)
            return web.Response(status=error.status)
        await self.inbox.deliver(self.account, answer.raws)
        self.statuses.append(answer.status)
        return web.Response(text=answer.body, status=answer.status, content_type=answer.content_type)

    async def readings(self, kind: str) -> list[Any]:
        return [one for raw in self.inbox.of(kind) for one in await self.channel.read(self.account, raw)]


@asynccontextmanager
async def desk(channel: type[Channel]) -> AsyncIterator[Desk]:
    """Open a channel; its account is set by `take_over` once the stranger's address is known."""
    at = Desk("", uuid4(), RecordingInbox())
    application = web.Application()
    application.router.add_route("*", f"/hooks/{at.account_id}/{{tail:.+}}", at.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    at.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    context = ChannelContext(Settings(public_url=at.url), Keyring(b"test"), utc_now, Workers(1), NoAccounts(), at.inbox)
    at.channel = channel(context)
    await at.channel.open()
    try:
        yield at
    finally:
        await at.channel.close()
        await runner.cleanup()


def outgoing(to: str, text: str, kind: IdentityKind = IdentityKind.PHONE, **more: Any) -> Outgoing:
    return Outgoing(uuid7(), uuid4(), 1, Address(kind, to), text, **more)
