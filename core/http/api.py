"""From a request to a use-case and back: who asks, may they, read, call, answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from core.actor import Actor, ActorKind
from core.errors import Conflict, Forbidden, Invalid, MarkazError, NotFound, RateLimited, Unauthenticated, Unavailable
from core.http.openapi import describe
from core.http.route import COLLEAGUE, PUBLIC, SIGNED_IN, Call, Route, routes_of

log = logging.getLogger(__name__)

ANONYMOUS = Actor(kind=ActorKind.VISITOR, id=None, name="anonymous")
_KEY_MOST = 100
# The longest text that a field takes fits several times; files come as forms.
_JSON_BYTES = 1 << 20
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What programs speak to; the other paths are pages for people.
_OURS = ("/api/", "/chat/", "/hooks/", "/live", "/ready")
_requests = Counter("markaz_http_requests_total", "Requests answered.", ["route", "status"])
_seconds = Histogram(
    "markaz_http_request_seconds", "Time to answer.", ["route"], buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 1, 5)
)


@cache
def _counted(name: str, status: int) -> Counter:
    """Return what counts such answers; looking labels up is half of counting."""
    return _requests.labels(name, status)


@cache
def _timed(name: str) -> Histogram:
    return _seconds.labels(name)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who asks. `by_cookie`: the browser sent it by itself, so that unsafe methods need the CSRF header too."""

    actor: Actor
    by_cookie: bool = False
    csrf_token: str = ""


class Authenticator(Protocol):
    async def identify(self, request: web.Request) -> Identified | None: ...


class Answers(Protocol):
    """Kept answers to writes with an Idempotency-Key."""

    async def begin(self, actor: str, key: str, request_hash: bytes) -> tuple[int, Any] | None: ...

    async def keep(self, actor: str, key: str, status: int, body: Any) -> None: ...

    async def drop(self, actor: str, key: str) -> None: ...


class Api:
    """The routes of all folders on one aiohttp application."""

    def __init__(self, authenticator: Authenticator, answers: Answers, *, title: str, version: str) -> None:
        self._authenticator = authenticator
        self._doors: dict[str, Authenticator] = {}
        self._answers = answers
        self._title, self._version = title, version
        self.routes: list[Route] = []
        self._described: bytes | None = None
        self._describing = asyncio.Lock()

    def let_in(self, permission: str, door: Authenticator) -> None:
        """Say who recognises those that routes with this permission are for; the sessions of others are none there."""
        self._doors[permission] = door

    def add(self, owner: object) -> None:
        """Take all routes of an object."""
        self.routes.extend(routes_of(owner))

    def install(self, app: web.Application) -> None:
        for each in self.routes:
            app.router.add_route(each.declared.method, each.declared.path, self._handler(each))
        app.router.add_get("/api/openapi.json", self._openapi)

    def document(self) -> dict[str, Any]:
        return describe(self.routes, self._title, self._version)

    async def _openapi(self, _: web.Request) -> web.Response:
        async with self._describing:
            if self._described is None:
                # A second of work that few ask for: no start waits for it, and no other request.
                self._described = await asyncio.to_thread(lambda: to_json(self.document()))
        return web.Response(body=self._described, content_type="application/json")

    def _handler(self, each: Route) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            started = time.perf_counter()
            try:
                response = await self._answer(each, request)
            except MarkazError as error:
                _counted(each.name, error.status).inc()
                raise
            _counted(each.name, response.status).inc()
            _timed(each.name).observe(time.perf_counter() - started)
            return response

        return handle

    async def _answer(self, each: Route, request: web.Request) -> web.StreamResponse:
        actor = ANONYMOUS if each.declared.permission == PUBLIC else await self._admit(each, request)
        call = Call(actor, request, client_address(request))
        arguments = await _read(each, request)
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method in _SAFE or actor.id is None:
            return _respond(each, await each.call(call=call, **arguments))
        return await self._once(each, call, arguments, key)

    async def _admit(self, each: Route, request: web.Request) -> Actor:
        permission = each.declared.permission
        door = self._doors.get(permission)
        who = await (door or self._authenticator).identify(request)
        if who is None:
            raise Unauthenticated
        if who.by_cookie and request.method not in _SAFE and not _is_same(request, who.csrf_token):
            raise Forbidden("The header X-CSRF-Token is missing or wrong.")
        if permission == COLLEAGUE and who.actor.kind is ActorKind.GUEST:
            raise Forbidden("This is not for guests.")
        if door is None and permission not in (SIGNED_IN, COLLEAGUE):
            who.actor.must(permission)
        return who.actor

    async def _once(self, each: Route, call: Call, arguments: dict[str, Any], key: str) -> web.StreamResponse:
        if not (1 <= len(key) <= _KEY_MOST and key.isascii()):
            raise Invalid("An Idempotency-Key has 1 to 100 ASCII characters.")
        body = await call.request.read() if not each.declared.form else b""
        asked = hashlib.sha256(f"{call.request.method} {call.request.path_qs}\n".encode() + body).digest()
        kept = await self._answers.begin(call.actor.label, key, asked)
        if kept is not None:
            return _again(*kept)
        try:
            response = _respond(each, await each.call(call=call, **arguments))
        except MarkazError:
            await self._answers.drop(call.actor.label, key)
            raise
        await self._answers.keep(call.actor.label, key, *_kept(each, response))
        return response


class ShownOnce(Conflict):
    """It was done already; its answer held a secret, which is shown only once."""


def _kept(each: Route, response: web.StreamResponse) -> tuple[int, Any]:
    """Return what is kept of an answer: all of it, but for a secret only that it was given."""
    if each.declared.shows_secret:
        return ShownOnce.status, ShownOnce().problem()
    body = response.body if isinstance(response, web.Response) else None
    return response.status, from_json(body) if isinstance(body, bytes) and body else None


def _again(status: int, body: Any) -> web.Response:
    content_type = "application/json" if status < 400 else "application/problem+json"  # noqa: PLR2004 - HTTP's own border
    return web.Response(status=status, body=None if body is None else to_json(body), content_type=content_type)


def _is_same(request: web.Request, csrf_token: str) -> bool:
    given = request.headers.get("X-CSRF-Token", "")
    # What is no UTF-8 comes as lone surrogates, which only this encoding takes.
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), csrf_token.encode())


def client_address(request: web.Request) -> str:
    """Return the peer's address. Headers of proxies are a stranger's words and are not read."""
    return request.remote or "unknown"


async def _read(each: Route, request: web.Request) -> dict[str, Any]:
    arguments = _named(each, request)
    try:
        if each.query is not None:
            arguments["query"] = each.query.model_validate(dict(request.query))
        if each.body is not None:
            arguments["body"] = each.body.model_validate_json(await _json_body(request))
    except ValidationError as error:
        raise invalid(error) from error
    return arguments


def _named(each: Route, request: web.Request) -> dict[str, Any]:
    """Return what the path names; a path of its own that has not this method is no id of a neighbour's."""
    try:
        return {name: adapter.validate_strings(request.match_info[name]) for name, adapter in each.path.items()}
    except ValidationError as error:
        for resource in request.app.router.resources():
            if isinstance(resource, web.PlainResource) and resource.canonical == request.path:
                raise web.HTTPMethodNotAllowed(request.method, {found.method for found in resource}) from None
        raise invalid(error) from error


async def _json_body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise WrongType("The body must be application/json.")
    if (request.content_length or 0) > _JSON_BYTES:
        raise TooLarge("A JSON body has at most 1 MB.")
    return await request.read()


def invalid(error: ValidationError) -> Invalid:
    """Say where and why, without repeating what was sent: it may be a password."""
    errors = [
        # A validator's own words need no heading.
        {
            "loc": ".".join(map(str, found["loc"])),
            "msg": found["msg"].removeprefix("Value error, "),
            "type": found["type"],
        }
        for found in error.errors(include_input=False, include_url=False, include_context=False)[:20]
    ]
    where = errors[0]["loc"] if errors else ""
    return Invalid(f"{where}: {errors[0]['msg']}" if where else errors[0]["msg"], errors=errors)


def _respond(each: Route, value: Any) -> web.StreamResponse:
    if isinstance(value, web.StreamResponse):
        return value
    if value is None:
        return web.Response(status=204)
    body = value.model_dump_json().encode() if isinstance(value, BaseModel) else to_json(value)
    return web.Response(status=each.declared.status, body=body, content_type="application/json")


@web.middleware
async def problems(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn refusals into RFC 9457 documents, and a surprise into one without its details."""
    try:
        response: web.StreamResponse = await handler(request)
    except MarkazError as error:
        return _problem(error)
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith(_OURS):  # noqa: PLR2004 - HTTP's own border
            raise
        return _refused(error)
    except asyncio.CancelledError:
        raise
    except ConnectionResetError:
        # Who asked is gone, often in the middle of the question: nothing is wrong here, and nobody reads this.
        return web.Response(status=400)
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return _problem(MarkazError("Something went wrong here; it was logged."))
    return response


class TooLarge(Invalid):
    """The request is larger than this server takes."""

    status = 413
    title = "Too large"


class WrongMethod(Invalid):
    """The path does not have this method."""

    status = 405
    title = "Method not allowed"


class WrongType(Invalid):
    """The body is of a type that is not taken here."""

    status = 415
    title = "Unsupported media type"


class Unsupported(Invalid):
    """The server does not do this."""


def _refused(error: web.HTTPException) -> web.Response:
    """Return what aiohttp refuses as a problem document too."""
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return _problem(TooLarge())
    if isinstance(error, web.HTTPNotFound):
        return _problem(NotFound("There is no such path."))
    if isinstance(error, web.HTTPMethodNotAllowed):
        response = _problem(WrongMethod())
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response
    return _problem(Unsupported(error.reason), error.status)


def _problem(error: MarkazError, status: int | None = None) -> web.Response:
    response = web.Response(
        status=status or error.status,
        body=to_json({**error.problem(), "status": status or error.status}),
        content_type="application/problem+json",
    )
    if isinstance(error, (Unavailable, RateLimited)):
        response.headers["Retry-After"] = str(error.extra.get("retry_after", 2))
    if isinstance(error, Conflict):
        response.headers["Cache-Control"] = "no-store"
    return response
