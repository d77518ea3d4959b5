"""Where phones send: who it is, what was sent, and the few refusals that they hear."""

from __future__ import annotations

import binascii
from base64 import b64decode
from datetime import date

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from core.errors import Forbidden, Unauthenticated
from core.http import PUBLIC, Call, route
from core.http.api import TooLarge
from geo.devices import Devices, Phone
from geo.ingest import Positions, Sent
from geo.model import DayView
from geo.tracks import Tracks

# A megabyte is promised; unpacked it may be some.
_BODY_MOST = 4 << 20
_TOKEN_MOST = 100
_JSON = {"Content-Type": "application/json"}


class RevokedPhone(Forbidden):
    """Nobody knows this phone here, or not any more."""


class Door:
    """The addresses of phones. No session opens them, and no phone's token opens anything else."""

    def __init__(self, devices: Devices, positions: Positions, tracks: Tracks) -> None:
        self._devices, self._positions, self._tracks = devices, positions, tracks

    @route("POST", "/api/positions", permission=PUBLIC)
    async def take(self, call: Call) -> web.Response:
        """Take positions of a phone that names itself by Basic or Bearer.

        What cannot be stored is kept aside and answered like the rest: a refusal would stop a phone's queue for good.
        """
        return await self._answer(call, await self._by_header(call.request))

    @route("POST", "/api/positions/{token}", permission=PUBLIC)
    async def take_from(self, call: Call, token: str) -> web.Response:
        """Take positions of a phone that can send no header: the token is in the address."""
        return await self._answer(call, self._devices.known(token) or await self._known(token))

    @route("GET", "/api/positions/days/{day}", permission=PUBLIC)
    async def phones_day(self, call: Call, day: date) -> DayView:
        """Show a technician's own day to their phone (Bearer)."""
        phone = await self._by_header(call.request)
        return await self._tracks.day_of(phone.technician_id, day)

    async def _answer(self, call: Call, phone: Phone) -> web.Response:
        answer = await self._positions.take(phone, await _sent(call.request))
        return web.Response(body=answer, headers=_JSON)

    async def _by_header(self, request: web.Request) -> Phone:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._known(value.strip())
        if scheme.lower() == "basic":
            try:
                _, _, password = b64decode(value.strip(), validate=True).decode().partition(":")
            except (binascii.Error, ValueError) as error:
                raise Unauthenticated from error
            return await self._known(password)
        raise Unauthenticated

    async def _known(self, token: str) -> Phone:
        phone = await self._devices.find(token) if 0 < len(token) <= _TOKEN_MOST else None
        if phone is None:
            raise RevokedPhone
        return phone


async def _sent(request: web.Request) -> Sent:
    fault, body = "", b""
    try:
        body = await _body(request)
    except (HttpProcessingError, web.HTTPBadRequest, web.RequestPayloadError) as error:
        fault = f"a body that does not unpack ({type(error).__name__})"
    headers = request.headers
    return Sent(
        dict(request.query) if request.rel_url.raw_query_string else {},
        headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        body,
        is_owntracks="X-Limit-U" in headers,
        fault=fault,
    )


async def _body(request: web.Request) -> bytes:
    """Read a body, unpacked already if it was packed, and no further than what is bearable."""
    length = request.content_length
    if length is not None and length <= _BODY_MOST and "Content-Encoding" not in request.headers:
        return await request.read()
    chunks, size = [], 0
    async for chunk in request.content.iter_chunked(1 << 16):
        size += len(chunk)
        if size > _BODY_MOST:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)
