"""Asterisk's REST interface: one request, and what its refusals mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
)
from yarl import URL

from channels.asterisk.settings import AriSettings
from channels.base import Uncertain
from channels.mailbox.faults import of_connection
from core.errors import Invalid, MarkazError, Unavailable
from core.fetch.content import read_capped
from core.text import printable

_SECONDS = 8.0
_CONNECT_SECONDS = 4.0
_SOUND_SECONDS = 60.0
_LONGEST_BYTES = 16 << 20
_LONGEST_SOUND_BYTES = 200 << 20
_WORDS = 200
# What Asterisk says when it could not begin a call at all: nothing rang.
_NOT_BEGUN = "allocation failed"


class Missing(Invalid):
    """Asterisk does not know this (any more)."""


class Already(Invalid):
    """It is so already, or not possible in this state."""


class Refused(Invalid):
    """Asterisk refused this."""


class Asterisk:
    """One account's requests. A write whose answer is lost is Uncertain, a read Unavailable."""

    def __init__(self, session: ClientSession, settings: AriSettings) -> None:
        self._session, self.settings = session, settings

    async def get(self, *path: str, **query: str) -> Any:
        return await self._ask("GET", path, query)

    async def post(self, *path: str, **query: str) -> Any:
        return await self._ask("POST", path, query)

    async def make(self, *path: str, variables: Mapping[str, str], **query: str) -> Any:
        """Post with variables of the channel that comes of it."""
        return await self._ask("POST", path, query, {"variables": dict(variables)} if variables else None)

    async def delete(self, *path: str, **query: str) -> None:
        """Delete what may be gone already."""
        try:
            await self._ask("DELETE", path, query)
        except Missing:
            return

    async def find(self, *path: str) -> Any | None:
        """Return a thing, or None when it is not there."""
        try:
            return await self.get(*path)
        except Missing:
            return None

    async def sound(self, *path: str) -> bytes:
        """Return a file's bytes."""
        async with self._session.get(
            self._url(path), headers=self.headers, timeout=ClientTimeout(total=_SOUND_SECONDS), allow_redirects=False
        ) as answer:
            if answer.status != HTTPStatus.OK:
                raise _refusal("GET", answer.status, await answer.text())
            return await read_capped(answer, _LONGEST_SOUND_BYTES)

    def socket(self, **more: Any) -> Any:
        """Return the connection on which events come; the password stays out of its address."""
        scheme = "wss" if self.settings.url.startswith("https:") else "ws"
        url = URL(f"{scheme}:{self.settings.url.partition(':')[2]}/ari/events", encoded=True)
        query = {"app": self.settings.application, "subscribeAll": "false"}
        return self._session.ws_connect(url.with_query(query), headers=self.headers, **more)

    @property
    def headers(self) -> dict[str, str]:
        known = self.settings
        return {"Authorization": aiohttp.encode_basic_auth(known.user, known.password.get_secret_value())}

    def _url(self, path: tuple[str, ...]) -> URL:
        tail = "/".join(quote(part, safe="~") for part in path)
        return URL(f"{self.settings.url}/ari/{tail}", encoded=True)

    async def _ask(self, method: str, path: tuple[str, ...], query: dict[str, str], body: Any = None) -> Any:
        try:
            async with self._session.request(
                method, self._url(path), params=query, json=body, headers=self.headers, allow_redirects=False
            ) as answer:
                said = (await read_capped(answer, _LONGEST_BYTES)).decode(errors="replace")
                if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
                    raise _refusal(method, answer.status, said)
                return json.loads(said) if said.strip() else None
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise unreachable(error) from error
        except (ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
            raise _silence(method) from error


def session() -> ClientSession:
    return ClientSession(
        timeout=ClientTimeout(total=_SECONDS, connect=_CONNECT_SECONDS), cookie_jar=DummyCookieJar(), trust_env=False
    )


def unreachable(error: BaseException) -> Unavailable:
    return Unavailable("Asterisk cannot be reached.", fault=of_connection(error))


def _silence(method: str) -> MarkazError:
    if method == "GET":
        return Unavailable("Asterisk did not answer.", fault="unreachable")
    return Uncertain("Asterisk did not answer. Whether it did this is not known.")


def _refusal(method: str, status: int, body: str) -> MarkazError:
    words = _words(body)
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Unavailable("Asterisk does not accept the user or the password (ari.conf).", fault="password")
        case HTTPStatus.NOT_FOUND:
            return Missing(f"Asterisk does not know this (any more): {words}", fault="protocol")
        case HTTPStatus.CONFLICT | HTTPStatus.PRECONDITION_FAILED:
            return Already(f"Asterisk cannot do this now: {words}")
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            return Unavailable("Asterisk is busy or starting.", retry_after=1.0)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR or words.lower().startswith(_NOT_BEGUN):
        return Refused(f"Asterisk refused: {words}")
    return _silence(method)


def _words(body: str) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "no reason given"
    message = said.get("message") or said.get("error") if isinstance(said, dict) else None
    return printable(str(message or "no reason given"))[:_WORDS]
