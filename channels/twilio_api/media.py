"""What comes with a text: fetched from the account's API host, or from where that sends us within Twilio (W7)."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientTimeout, InvalidURL
from yarl import URL

from channels.answers import InboundFile
from channels.twilio_api.client import credentials
from core.errors import Invalid, Unavailable
from core.fetch.content import LIMIT_BYTES, content_type, read_capped

_API_HOST = "api.twilio.com"
_OURS = (".twilio.com", ".twiliocdn.com")
# Where Twilio keeps media without a name of its own: only its own bucket there.
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_MOST_REDIRECTS = 3
_MOST_FILES = 10
_SECONDS = 5.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN})


class NotTwilios(Invalid):
    """The file lies at an address that is not Twilio's."""


class Gone(Invalid):
    """The file is no longer at Twilio."""


async def files(client: Any, form: Mapping[str, str]) -> tuple[tuple[InboundFile, ...], list[str]]:
    """Return the files of a text, and why others are not among them: one bad file must not hide the words.

    Raises Unavailable when Twilio cannot be reached, so that the whole text is read again later.
    """
    found: list[InboundFile] = []
    left_out: list[str] = []
    for place in range(min(_number(form.get("NumMedia", "")), _MOST_FILES)):
        try:
            url, stated = form.get(f"MediaUrl{place}", ""), form.get(f"MediaContentType{place}", "")
            content = await _content(client, url)
            kind = content_type(content, stated)
            found.append(InboundFile(f"file-{place + 1}{mimetypes.guess_extension(kind) or '.bin'}", kind, content))
        except Invalid as error:
            left_out.append(error.detail)
    return tuple(found), left_out


async def _content(client: Any, url: str) -> bytes:
    try:
        return await _fetch(client, url)
    except ValueError as error:
        # What is no address at all is not Twilio's either.
        raise NotTwilios from error


async def _fetch(client: Any, url: str) -> bytes:
    """Follow redirects by hand: each is vetted, and the credentials go to the API host only."""
    transport = client.http_client
    home = urlsplit(transport.aim(f"https://{_API_HOST}"))
    target = transport.aim(url) if urlsplit(url).hostname == _API_HOST else url
    for _ in range(_MOST_REDIRECTS + 1):
        _vet(target, home.scheme, home.netloc)
        auth = client.auth if urlsplit(target).netloc == home.netloc else None
        content, target = await _get(transport.session, target, auth)
        if content is not None:
            return content
    raise NotTwilios("The file's address leads round in circles.")


async def _get(session: Any, url: str, auth: tuple[str, str] | None) -> tuple[bytes | None, str]:
    """Return the content, or None and where it is."""
    timeout = ClientTimeout(total=_SECONDS)
    try:
        async with session.get(
            URL(url, encoded=True), headers=credentials(auth), allow_redirects=False, timeout=timeout
        ) as answer:
            if answer.status in _REDIRECTS:
                return None, urljoin(url, answer.headers.get("Location", ""))
            if answer.status in _GONE:
                raise Gone
            if answer.status != HTTPStatus.OK:
                raise Unavailable(f"Twilio does not hand out a file ({answer.status}).")
            return await read_capped(answer, LIMIT_BYTES), ""
    except InvalidURL as error:
        raise NotTwilios from error
    except (ClientError, TimeoutError, OSError) as error:
        raise Unavailable("Twilio does not hand out a file.") from error


def _vet(url: str, scheme: str, netloc: str) -> None:
    """Take the account's API host, or https within Twilio; with a host of our own nothing but that."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if (parts.scheme, parts.netloc) == (scheme, netloc):
        return
    is_twilios = host.endswith(_OURS) or (host == _BUCKET[0] and parts.path.startswith(_BUCKET[1]))
    is_plain = parts.scheme == "https" and parts.netloc in (host, f"{host}:443")
    if netloc != _API_HOST or not is_twilios or not is_plain:
        raise NotTwilios


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0  # noqa: PLR2004 - a count, not a bomb
