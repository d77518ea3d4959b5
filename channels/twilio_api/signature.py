"""Whether a webhook is Twilio's own word (reliability.md W1-W5): everything that is not a clear yes is Forbidden."""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from channels.base import WebhookRequest
from core.errors import Forbidden

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200
_PORT = re.compile(r":\d*$")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotTwilio(Forbidden):
    """The request is not signed by Twilio for this account."""


def signed_form(token: str, account_sid: str, request: WebhookRequest) -> dict[str, str]:
    """Return the form that Twilio signed for this account; raises NotTwilio, and nothing else.

    None of our webhooks takes JSON, so that a body without `bodySHA256` cannot slip in unsigned. A name that comes
    twice is refused: the signature does not say which of the two counts.
    """
    given = header(request.headers, "X-Twilio-Signature")
    if request.method != "POST" or not given:
        raise NotTwilio
    try:
        form = _form(request)
        said = _said(form)
        wanted = [_signed(token, url + said) for url in _spellings(request.url)]
        given_bytes = given.encode("ascii")
    except ValueError as error:
        raise NotTwilio from error
    # Every spelling is compared, so that time tells nothing.
    if sum(hmac.compare_digest(given_bytes, one.encode()) for one in wanted) == 0:
        raise NotTwilio
    if not hmac.compare_digest(form.get("AccountSid", "").encode(), account_sid.encode()):
        raise NotTwilio
    return form


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Return base64(HMAC-SHA1(token, URL + names and values in the order of names)). Source: Twilio's webhook guide."""
    return _signed(token, url + _said(form))


def header(headers: Mapping[str, str], name: str) -> str:
    """Find a header, however its name is spelt."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _said(form: Mapping[str, str]) -> str:
    return "".join(name + form[name] for name in sorted(form))


def _signed(token: str, said: str) -> str:
    return b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def _form(request: WebhookRequest) -> dict[str, str]:
    content_type = header(request.headers, "Content-Type").partition(";")[0].strip().lower()
    if content_type != _FORM:
        raise ValueError("not a form")
    pairs = parse_qsl(
        request.body.decode("ascii"),
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=_MOST_FIELDS,
    )
    form = dict(pairs)
    if len(form) != len(pairs):
        raise ValueError("a name comes twice")
    return form


def _spellings(url: str) -> list[str]:
    """Return the URL as it is, without its port, and with the scheme's own: Twilio signs now one, now another."""
    parts = urlsplit(url)
    prefix = f"{parts.scheme}://{parts.netloc}"
    rest, bare = url[len(prefix) :], _PORT.sub("", parts.netloc)
    with_port = f"{bare}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)}"
    return [url, f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{with_port}{rest}"]
