"""Access tokens for mailboxes that know no passwords (XOAUTH2): got with the refresh token, kept while they live."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
from pydantic import BaseModel, ValidationError

from channels.mailbox.settings import EmailSettings
from core.errors import Unavailable
from core.log import clean

_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
_MARGIN_SECONDS = 60.0
_ANSWER_BYTES = 64_000


class _Granted(BaseModel):
    access_token: str
    expires_in: float = 3600.0


class Tokens:
    """One access token for each refresh token.

    A refresh token that the provider replaces in its answer is not stored: those of the large providers go on working
    until they are revoked; where one ends, the account's error says that it has to be set up anew.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], tuple[str, float]] = {}

    async def of(self, settings: EmailSettings) -> str:
        """Return a token that lives for another minute at least. Raises Unavailable with the provider's words."""
        key = (settings.oauth_token_url, settings.oauth_client_id, settings.oauth_refresh_token.get_secret_value())
        token, ends = self._known.get(key, ("", 0.0))
        if ends - _MARGIN_SECONDS > time.monotonic():
            return token
        granted = await _ask(settings)
        self._known[key] = granted.access_token, time.monotonic() + granted.expires_in
        return granted.access_token

    def forget(self, settings: EmailSettings) -> None:
        """A server refused the token: the next one is asked for anew."""
        key = (settings.oauth_token_url, settings.oauth_client_id, settings.oauth_refresh_token.get_secret_value())
        self._known.pop(key, None)


async def _ask(settings: EmailSettings) -> _Granted:
    form = {
        "grant_type": "refresh_token",
        "client_id": settings.oauth_client_id,
        "refresh_token": settings.oauth_refresh_token.get_secret_value(),
    }
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
        raise Unavailable(f"{where} cannot be reached: {clean(str(error))[:200] or 'no answer'}.") from error
    try:
        granted: Any = _Granted.model_validate_json(body) if is_granted else None
    except ValidationError:
        granted = None
    if granted is None:
        # Its words name the error; they hold no secret of ours.
        raise Unavailable(f"{where} refuses us: {clean(' '.join(body.split()))[:200]}")
    return granted  # type: ignore[no-any-return]
