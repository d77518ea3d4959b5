"""Access tokens for mailboxes that know no passwords (XOAUTH2): renewed with the refresh token before they end."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import aiohttp
from pydantic import BaseModel, ValidationError

from channels.grants import Grant, Grants, MemoryGrants
from channels.mailbox.faults import of_connection
from channels.mailbox.settings import EmailSettings
from core.clock import Clock, utc_now
from core.errors import Unavailable
from core.log import clean

_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
_ANSWER_BYTES = 64_000
# A token is renewed five minutes before its end, a short one after half of its life.
_MARGIN_SECONDS = 300.0
# Longer than asking may take: nobody else asks meanwhile.
_CLAIM_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_REFUSED_MOST = 100


class SignInAgain(Unavailable):
    """The provider has ended what was granted: sign in again and enter the new refresh token."""


class _Granted(BaseModel):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""


class Tokens:
    """One access token for each refresh token that was entered, for all processes.

    A refresh token that the provider replaces is kept in the commit of the access token that came with it. Should that
    commit be lost, the one that was entered is tried once more: large providers let it live on.
    """

    def __init__(self, grants: Grants | None = None, clock: Clock = utc_now) -> None:
        self._grants = grants or MemoryGrants()
        self._clock = clock
        self._known: dict[bytes, Grant] = {}
        self._refused: list[str] = []
        self._locks: defaultdict[bytes, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, settings: EmailSettings) -> str:
        """Return a token that lives for a while. Raises Unavailable with the provider's words, SignInAgain for good."""
        origin = _origin(settings)
        async with self._locks[origin]:
            grant = self._known.get(origin)
            if grant is None or not self._is_good(grant):
                grant = self._known[origin] = await self._renewed(settings, origin)
        return grant.access_token

    def forget(self, settings: EmailSettings) -> None:
        """A server refused the token: the next one is asked for anew."""
        if (grant := self._known.pop(_origin(settings), None)) is not None:
            self._refused = [*self._refused[-_REFUSED_MOST:], grant.access_token]

    def _is_good(self, grant: Grant) -> bool:
        return grant.renew_at > self._clock() and grant.access_token not in self._refused

    async def _renewed(self, settings: EmailSettings, origin: bytes) -> Grant:
        """Return what somebody renewed, or renew it; one at a time does."""
        try:
            async with asyncio.timeout(_CLAIM_SECONDS):
                while (claim := await self._grants.claim(origin, _CLAIM_SECONDS)) is None:  # noqa: ASYNC110 - it is the database that is asked
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError as error:
            raise Unavailable(f"Another process renews the token of {settings.address}, and does not end.") from error
        try:
            kept = await self._grants.known(origin)
            if kept is not None and self._is_good(kept):
                await self._grants.release(origin, claim)
                return kept
            grant = await self._ask(settings, kept)
        except BaseException:
            await self._grants.release(origin, claim)
            raise
        await self._grants.keep(origin, claim, grant)
        return grant

    async def _ask(self, settings: EmailSettings, kept: Grant | None) -> Grant:
        entered = settings.oauth_refresh_token.get_secret_value()
        with_token = entered if kept is None else kept.refresh_token
        try:
            granted = await _ask(settings, with_token)
        except SignInAgain:
            if with_token == entered:
                raise
            with_token = entered
            granted = await _ask(settings, with_token)
        lasts = max(granted.expires_in - _MARGIN_SECONDS, granted.expires_in / 2)
        renew_at = self._clock() + timedelta(seconds=lasts)
        return Grant(granted.access_token, granted.refresh_token or with_token, renew_at)


def _origin(settings: EmailSettings) -> bytes:
    """Return by what a grant is known: the same entries, saved or only tried, in whatever account, are one grant."""
    entered = (settings.oauth_token_url, settings.oauth_client_id, settings.oauth_refresh_token.get_secret_value())
    return hashlib.sha256("\0".join(entered).encode()).digest()


async def _ask(settings: EmailSettings, refresh_token: str) -> _Granted:
    form = {"grant_type": "refresh_token", "client_id": settings.oauth_client_id, "refresh_token": refresh_token}
    if secret := settings.oauth_client_secret.get_secret_value():
        form["client_secret"] = secret
    if settings.oauth_scope:
        form["scope"] = settings.oauth_scope
    where = f"The token server of {settings.address}"
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(settings.oauth_token_url, data=form, allow_redirects=False) as answer,
        ):
            body = (await answer.content.read(_ANSWER_BYTES)).decode("utf-8", "replace")
            is_granted = answer.status == 200  # noqa: PLR2004 - OK
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        said = clean(str(error))[:200] or "no answer"
        raise Unavailable(f"{where} cannot be reached: {said}.", fault=of_connection(error)) from error
    try:
        granted: Any = _Granted.model_validate_json(body) if is_granted else None
    except ValidationError:
        granted = None
    if granted is None:
        said = _without(clean(" ".join(body.split())), [refresh_token, secret])[:200] if not is_granted else ""
        if "invalid_grant" in said or "interaction_required" in said:
            raise SignInAgain(
                f"{where} asks to sign in again, and to enter the new refresh token: {said}", fault="token"
            )
        raise Unavailable(f"{where} refuses us: {said or 'it grants nothing that we can read'}", fault="token")
    return granted  # type: ignore[no-any-return]


def _without(said: str, secrets: Iterable[str]) -> str:
    """Leave out what a server repeats of what it was sent."""
    for secret in secrets:
        if secret:
            said = said.replace(secret, "…")
    return said
