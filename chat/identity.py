"""Who a visitor is, as the site's own server signed it. Pure: token, keys and time in, an identity or nothing out.

Two forms: a JWT (HS256 with the widget's secret, or RS256 and ES256 with a public key that was given to us), and for
those without a library `base64url(json) + "." + hex(HMAC-SHA256(secret, base64url(json)))` with the same claims.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import ConfigDict, Field, ValidationError
from pydantic_core import from_json

from core.values import Value

TOKEN_MOST = 4000
# A page is reloaded more often; what was signed for longer is of no use to us.
_LONGEST_SECONDS = 7 * 86400
_SYMMETRIC = ("HS256",)
_ASYMMETRIC = ("RS256", "ES256")

_Line = r"^[^\x00-\x1f]*$"


class Identity(Value):
    """Whom the site vouches for: `sub` is its own id of the person."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: Annotated[str, Field(min_length=1, max_length=200, pattern=_Line)]
    aud: str | list[str]
    exp: int
    name: str | None = Field(None, max_length=100, pattern=_Line)
    email: str | None = Field(None, max_length=254, pattern=r"^[^\s\x00]+@[^\s\x00]+$")
    phone: str | None = Field(None, max_length=40, pattern=_Line)


def verified(token: str, site: str, secret: str | None, public_key: str | None, now: datetime) -> Identity | None:
    """Return who it is; None for whatever is not clearly signed for this site and still valid (C4, A7).

    The key decides the algorithm, never the token: a token signed with our public key as a secret is nobody.
    """
    if not token or len(token) > TOKEN_MOST:
        return None
    claims = _claims(token, secret, public_key)
    if claims is None:
        return None
    try:
        found = Identity.model_validate(claims)
    except ValidationError:
        return None
    audience = [found.aud] if isinstance(found.aud, str) else found.aud
    left = found.exp - now.timestamp()
    return found if site in audience and 0 < left <= _LONGEST_SECONDS else None


def _claims(token: str, secret: str | None, public_key: str | None) -> dict[str, Any] | None:
    match token.split("."):
        case [body, signature] if secret:
            return _compact(body, signature, secret)
        case [_, _, _] if public_key:
            return _jwt(token, public_key, _ASYMMETRIC) or (_jwt(token, secret, _SYMMETRIC) if secret else None)
        case [_, _, _] if secret:
            return _jwt(token, secret, _SYMMETRIC)
        case _:
            return None


def _compact(body: str, signature: str, secret: str) -> dict[str, Any] | None:
    expected = hmac.new(secret.encode(), body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace")):
        return None
    try:
        claims = from_json(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _jwt(token: str, key: str, algorithms: tuple[str, ...]) -> dict[str, Any] | None:
    # Times and audience are checked above, with our clock, the same for both forms.
    try:
        kind = OctKey if algorithms == _SYMMETRIC else (RSAKey if _is_rsa(key) else ECKey)
        claims: dict[str, Any] = jwt.decode(token, kind.import_key(key), algorithms=list(algorithms)).claims
    except (JoseError, ValueError, TypeError):
        return None
    return claims


def _is_rsa(pem: str) -> bool:
    return isinstance(load_pem_public_key(pem.encode()), RSAPublicKey)
