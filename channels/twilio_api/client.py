"""The client of one Twilio account: Twilio's own library over a transport whose failures say what may be repeated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
    encode_basic_auth,
)
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped] # it ships no types
from twilio.http.response import Response  # type: ignore[import-untyped] # as above
from twilio.rest import Client  # type: ignore[import-untyped] # as above
from typing_extensions import override
from yarl import URL

from channels.twilio_api.errors import refusal, silence
from channels.twilio_api.settings import TwilioSettings
from core.fetch.content import TooLarge, read_capped
from core.fetch.resolver import PublicResolver

_SECONDS = 10.0
_CONNECT_SECONDS = 4.0
_REFUSED = 300


class Transport(AsyncTwilioHttpClient):  # type: ignore[misc] # its base ships no types
    """Twilio's transport with a real timeout, no repeated writes, and errors of ours that keep Retry-After.

    Make it inside the running loop. With `api_base` every product host becomes that one address.
    """

    def __init__(self, api_base: str, seconds: float = _SECONDS) -> None:
        super().__init__(pool_connections=False)
        self._api_base = api_base
        # An address that the administrator wrote down may be inside; Twilio's names may not lead there.
        connector = TCPConnector() if api_base else TCPConnector(resolver=PublicResolver())
        self.session = ClientSession(
            connector=connector,
            timeout=ClientTimeout(total=seconds, connect=_CONNECT_SECONDS),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
        )

    def aim(self, url: str) -> str:
        """Return the address under which this account reaches one of Twilio's."""
        if not self._api_base:
            return url
        base, parts = urlsplit(self._api_base), urlsplit(url)
        return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, ""))

    @override
    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Ask once. Raises Unavailable, Uncertain, BadCredentials, Missing, CallOver or Invalid (errors.py)."""
        status, answered, body = await self._exchange(method.upper(), _with(self.aim(url), params), data, headers, auth)
        if status >= _REFUSED:
            raise refusal(method.upper(), status, answered, body)
        _check(method.upper(), body)
        return Response(status, body, answered)

    async def _exchange(
        self,
        method: str,
        url: str,
        data: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> tuple[int, Mapping[str, str], str]:
        form = urlencode(data, doseq=True).encode() if data else None
        request = self.session.request(
            method,
            URL(url, encoded=True),
            data=form,
            headers={**(headers or {}), **credentials(auth)},
            allow_redirects=False,
        )
        try:
            async with request as answer:
                body = await read_capped(answer)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise silence(method, was_sent=False) from error
        except (ClientError, TimeoutError, OSError, TooLarge) as error:
            raise silence(method, was_sent=True) from error
        return answer.status, answer.headers, body.decode("utf-8", "replace")


class TwilioClients:
    """The clients of one channel, each made for an account's settings on first use."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str, str], Client] = {}

    def of(self, settings: TwilioSettings) -> Any:
        """Return the library's client; call it inside the running loop."""
        token = settings.auth_token.get_secret_value()
        key = (settings.account_sid, token, settings.api_base)
        if key not in self._clients:
            self._clients[key] = Client(settings.account_sid, token, http_client=Transport(settings.api_base))
        return self._clients[key]

    async def check(self, settings: TwilioSettings) -> None:
        """Try the credentials and the number. Raises BadCredentials, or Invalid for a number that is not theirs."""
        await check_number(self.of(settings), settings.number)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.http_client.close()
        self._clients.clear()


async def check_number(client: Any, number: str) -> None:
    found = await client.incoming_phone_numbers.list_async(phone_number=number, limit=1)
    if not found:
        raise refusal("GET", HTTPStatus.BAD_REQUEST, {}, json.dumps({"code": 21659}))


def credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    """Return the header of basic authentication, for that one request only: no redirect inherits it."""
    return {"Authorization": encode_basic_auth(*auth)} if auth else {}


def _with(url: str, params: Mapping[str, object] | None) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params, doseq=True)}" if params else url


def _check(method: str, body: str) -> None:
    """An answer that was cut short is no answer; the library would break on it in ways of its own."""
    try:
        said = json.loads(body or "{}")
    except (ValueError, RecursionError) as error:
        raise silence(method, was_sent=True) from error
    if not isinstance(said, dict):
        raise silence(method, was_sent=True)
