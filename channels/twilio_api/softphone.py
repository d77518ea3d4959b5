"""The key to an agent's browser phone: a JWT that Twilio's Voice SDK signs in with, made here without asking."""

from __future__ import annotations

import time
from typing import Any

from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped] # it ships no types
from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped] # as above

_VALID_SECONDS = 3600


def phone_token(
    account_sid: str, key_sid: str, key_secret: str, app_sid: str, identity: str, now: float | None = None
) -> tuple[str, int]:
    """Return the token and when it ends (a Unix time); it may take calls as `identity` and make them by the app.

    The form is Twilio's: https://www.twilio.com/docs/iam/access-tokens (FPA version 1, HS256).
    """
    begin = int(time.time() if now is None else now)
    grant = VoiceGrant(outgoing_application_sid=app_sid, incoming_allow=True)
    token: Any = AccessToken(
        account_sid, key_sid, key_secret, identity=identity, nbf=begin, ttl=_VALID_SECONDS, grants=[grant]
    )
    return token.to_jwt(), begin + _VALID_SECONDS
