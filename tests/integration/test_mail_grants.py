"""Grants by OAuth 2 between processes: one renews at a time, what is replaced is kept, nothing of it is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from channels.grants import Grant
from channels.mailbox.settings import EmailSettings
from channels.mailbox.tokens import SignInAgain, Tokens
from core.clock import utc_now
from core.errors import Unavailable
from core.secrets import Keyring
from interactions.grants import StoredGrants
from storage.database import Database, adhoc

_KEYS = Keyring(b"k" * 32)
_SEALED = adhoc("select sealed from oauth_grant")


@dataclass
class Provider:
    """A token server whose refresh tokens are good once; what it grants lives for `expires_in` seconds."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    good: str = "entered"
    expires_in: int = 3600
    waits: asyncio.Event | None = None

    async def grant(self, request: web.Request) -> web.Response:
        said = str((await request.post())["refresh_token"])
        self.asked.append(said)
        if self.waits is not None:
            await self.waits.wait()
        if said != self.good:
            return web.json_response({"error": "invalid_grant", "error_description": f"{said} is over"}, status=400)
        self.good = f"replaced-{len(self.asked)}"
        token = {"access_token": f"token-{len(self.asked)}", "expires_in": self.expires_in, "refresh_token": self.good}
        return web.json_response(token)


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    double = Provider()
    app = web.Application()
    app.router.add_post("/token", double.grant)
    # Whoever was left waiting is not waited for.
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield double
    await runner.cleanup()


def mailbox(provider: Provider, entered: str = "entered") -> EmailSettings:
    fields: dict[str, Any] = {
        "address": "help@example.com", "sign_in": "oauth2", "oauth_token_url": provider.url,
        "oauth_client_id": "client", "oauth_client_secret": "very secret", "oauth_refresh_token": entered,
    }  # fmt: skip
    return EmailSettings.model_validate(fields)


class Later:
    """A clock that is put forward."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.by


async def test_of_many_processes_one_renews_and_all_have_the_token(db: Database, provider: Provider) -> None:
    several = [Tokens(StoredGrants(db, _KEYS)) for _ in range(4)]
    got = await asyncio.gather(*(tokens.of(mailbox(provider)) for tokens in several for _ in range(3)))
    assert set(got) == {"token-1"}
    assert provider.asked == ["entered"]


async def test_a_token_is_renewed_before_its_end_with_the_refresh_token_that_came_last(
    db: Database, provider: Provider
) -> None:
    clock = Later()
    tokens = Tokens(StoredGrants(db, _KEYS), clock)
    assert await tokens.of(mailbox(provider)) == "token-1"
    clock.by = timedelta(minutes=54)
    assert await tokens.of(mailbox(provider)) == "token-1"
    clock.by = timedelta(minutes=56)
    assert await tokens.of(mailbox(provider)) == "token-2"
    # Another process, or this one after a restart, knows both tokens.
    clock.by = timedelta(hours=3)
    assert await Tokens(StoredGrants(db, _KEYS), clock).of(mailbox(provider)) == "token-3"
    assert provider.asked == ["entered", "replaced-1", "replaced-2"]


async def test_what_a_server_refuses_is_renewed_by_every_process_once(db: Database, provider: Provider) -> None:
    one, other = Tokens(StoredGrants(db, _KEYS)), Tokens(StoredGrants(db, _KEYS))
    settings = mailbox(provider)
    assert await one.of(settings) == await other.of(settings) == "token-1"
    one.forget(settings)
    other.forget(settings)
    assert [await one.of(settings), await other.of(settings)] == ["token-2", "token-2"]


async def test_after_a_new_sign_in_the_new_refresh_token_counts(db: Database, provider: Provider) -> None:
    tokens = Tokens(StoredGrants(db, _KEYS))
    await tokens.of(mailbox(provider))
    provider.good = "signed in again"
    assert await tokens.of(mailbox(provider, "signed in again")) == "token-2"


async def test_a_lost_replacement_is_overcome_where_the_entered_one_lives_on(db: Database, provider: Provider) -> None:
    grants = StoredGrants(db, _KEYS)
    tokens, settings = Tokens(grants), mailbox(provider)
    await tokens.of(settings)
    tokens.forget(settings)
    provider.good = "entered"
    assert await tokens.of(settings) == "token-3"
    assert provider.asked == ["entered", "replaced-1", "entered"]


async def test_an_ended_grant_asks_to_sign_in_again_and_repeats_no_secret(
    db: Database, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.good = "another"
    tokens = Tokens(StoredGrants(db, _KEYS))
    with pytest.raises(SignInAgain, match="sign in again") as caught:
        await tokens.of(mailbox(provider, "my-refresh-token"))
    assert caught.value.extra == {"fault": "token"}
    told = str(caught.value) + repr(caught.value.__cause__) + caplog.text
    assert "my-refresh-token" not in told
    assert "very secret" not in told
    # The claim has ended: who has signed in again is not kept waiting.
    provider.good = "my-refresh-token"
    assert await tokens.of(mailbox(provider, "my-refresh-token")) == "token-2"


async def test_tokens_lie_sealed_in_the_database_and_show_in_no_words(db: Database, provider: Provider) -> None:
    await Tokens(StoredGrants(db, _KEYS)).of(mailbox(provider))
    sealed = bytes(await db.value(_SEALED))
    assert b"token-1" not in sealed
    assert b"replaced" not in sealed
    with pytest.raises(Unavailable):
        await Tokens(StoredGrants(db, Keyring(b"x" * 32))).of(mailbox(provider))
    assert "token" not in repr(Grant("token-1", "replaced-1", utc_now())).replace("renew_at", "")


async def test_whose_claim_has_passed_to_another_keeps_nothing(db: Database) -> None:
    grants, origin = StoredGrants(db, _KEYS), b"o" * 32
    late = await grants.claim(origin, 0.0)
    now = await grants.claim(origin, 30.0)
    assert late is not None
    assert now is not None
    assert await grants.claim(origin, 30.0) is None
    await grants.keep(origin, late, Grant("old", "old", utc_now()))
    assert await grants.known(origin) is None
    await grants.keep(origin, now, Grant("new", "new", utc_now()))
    kept = await grants.known(origin)
    assert kept is not None
    assert kept.access_token == "new"


async def test_who_gives_up_waiting_leaves_the_next_one_to_renew(db: Database, provider: Provider) -> None:
    provider.waits = asyncio.Event()
    tokens = Tokens(StoredGrants(db, _KEYS))
    asking = asyncio.create_task(tokens.of(mailbox(provider)))
    async with asyncio.timeout(5):
        while not provider.asked:
            await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    provider.waits = None
    assert await Tokens(StoredGrants(db, _KEYS)).of(mailbox(provider)) == "token-2"
