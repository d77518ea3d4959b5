"""The REST door: who may in, what goes wrong on order, how refusals look, and how lists are cut into pages."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiDictProxy

from simulator.faults import FaultKind, Faults
from simulator.model import TwilioError
from simulator.settings import SimulatorSettings

API = "/2010-04-01/Accounts/{account}"
_LARGEST_PAGE = 1000
_PAGE = 50

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
T = TypeVar("T")


def refusal(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)


def is_known(request: web.Request, settings: SimulatorSettings) -> bool:
    """Check basic authentication with the account's sid and token, in constant time."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return False
    wanted = f"{settings.account_sid}:{settings.auth_token}".encode()
    return scheme.lower() == "basic" and hmac.compare_digest(given, wanted)


def door(settings: SimulatorSettings, faults: Faults) -> Any:
    """Return the middleware in front of the REST API."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/2010-04-01/"):
            return await handler(request)
        if not is_known(request, settings):
            return refusal(401, 20003, "Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})
        target = f"{request.method} {request.path}"
        if limit := faults.strike(FaultKind.RATE_LIMIT, target):
            return refusal(429, 20429, "Too Many Requests", {"Retry-After": str(max(1, round(limit.seconds)))})
        if faults.strike(FaultKind.SERVER_ERROR, target):
            return refusal(500, 20500, "An internal server error has occurred")
        answer = await _answer(request, handler, settings)
        if faults.strike(FaultKind.ACCEPT_THEN_DROP, target) and request.transport is not None:
            request.transport.abort()
        return answer

    return guard


async def _answer(request: web.Request, handler: Handler, settings: SimulatorSettings) -> web.StreamResponse:
    account = request.match_info.get("account", settings.account_sid)
    if account != settings.account_sid:
        return refusal(404, 20404, f"The requested resource {request.path} was not found")
    try:
        return await handler(request)
    except TwilioError as error:
        return refusal(error.status, error.code, error.message)
    except web.HTTPNotFound:
        return refusal(404, 20404, f"The requested resource {request.path} was not found")
    except web.HTTPMethodNotAllowed:
        return refusal(405, 20004, "Method not allowed")


class Form:
    """The form of a REST call, read in Twilio's types; repeated names are lists."""

    def __init__(self, fields: Mapping[str, Any] | MultiDictProxy[Any]) -> None:
        self._fields = fields

    def word(self, name: str, default: str = "") -> str:
        return str(self._fields.get(name, default))

    def words(self, name: str) -> tuple[str, ...]:
        """Return every value; events may also come as one value with spaces between."""
        if isinstance(self._fields, MultiDictProxy):
            return tuple(str(value) for value in self._fields.getall(name, []))
        return (str(self._fields[name]),) if name in self._fields else ()

    def events(self, name: str, default: str) -> frozenset[str]:
        said = " ".join(self.words(name)).replace(",", " ").split()
        return frozenset(said or default.split())

    def number(self, name: str, default: float) -> float:
        try:
            return float(self._fields.get(name, default))
        except ValueError:
            raise TwilioError(400, 20001, f"{name} is not a number") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.word(name, str(default)).lower() == "true"

    def has(self, name: str) -> bool:
        return name in self._fields


async def form(request: web.Request) -> Form:
    return Form(await request.post())


def listed(request: web.Request, key: str, things: Iterable[T], show: Callable[[T], Any]) -> web.Response:
    """Answer with one page of a list, and the address of the next."""
    rows = list(things)
    size = max(1, min(_LARGEST_PAGE, _whole(request, "PageSize", _PAGE)))
    page = max(0, _whole(request, "Page", 0))
    cut = rows[page * size : (page + 1) * size]
    has_more = len(rows) > (page + 1) * size
    body = {
        key: [show(row) for row in cut],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(cut) - 1),
        "uri": request.path_qs,
        "first_page_uri": _page_uri(request, 0, size),
        "previous_page_uri": _page_uri(request, page - 1, size) if page else None,
        "next_page_uri": _page_uri(request, page + 1, size) if has_more else None,
    }
    return web.json_response(body)


def _whole(request: web.Request, name: str, default: int) -> int:
    try:
        return int(request.query.get(name, default))
    except ValueError:
        raise TwilioError(400, 20001, f"{name} is not a whole number") from None


def _page_uri(request: web.Request, page: int, size: int) -> str:
    kept = {name: value for name, value in request.query.items() if name not in ("Page", "PageSize", "PageToken")}
    return f"{request.path}?{urlencode(kept | {'PageSize': str(size), 'Page': str(page)})}"


def happened(request: web.Request, name: str, at: datetime | None) -> bool:
    """Filter by `Name`, `Name<` and `Name>`; a day takes in all of it, and both bounds are inclusive."""
    bounds = [(sign, request.query[name + sign]) for sign in ("", "<", ">") if name + sign in request.query]
    return not bounds or (at is not None and all(_is_within(sign, bound, at) for sign, bound in bounds))


def _is_within(sign: str, bound: str, at: datetime) -> bool:
    wanted, is_day = _moment(bound)
    here = at.astimezone(UTC).replace(microsecond=0)
    if is_day:
        here = here.replace(hour=0, minute=0, second=0)
    return {"": here == wanted, "<": here <= wanted, ">": here >= wanted}[sign]


def _moment(text: str) -> tuple[datetime, bool]:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return at.replace(microsecond=0), len(text) == len("2026-01-31")
    raise TwilioError(400, 20001, f"{text!r} is not a date")


def matches(request: web.Request, **fields: str | None) -> bool:
    """Filter by equality; a name that is not in the query does not filter."""
    return all(request.query.get(name, value) == value for name, value in fields.items())
