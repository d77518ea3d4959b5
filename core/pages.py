"""The web server: the API, sockets and built pages on the public listener; health and metrics on an inner one."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from core.errors import MarkazError, NotFound, Unavailable
from core.http import Api
from core.http.api import problems
from core.realtime import SocketServer
from core.settings import Settings

log = logging.getLogger(__name__)

_READY_SECONDS = 1.0
_RECONNECT_MOST_MS = 5000
# Style attributes are what the component library positions with; scripts only ever come from us.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{images}; "
    "font-src 'self' data:; connect-src 'self' ws: wss:{events}; media-src 'self' blob:{sounds}; "
    "frame-src 'self' blob:{frames}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# What Twilio's documentation of its Voice SDK asks of a page's policy, where there are phones of Twilio; its socket is
# let through already.
_SOUNDS = "https://media.twiliocdn.com https://sdk.twilio.com"
_PHONE = {"events": f" https://eventgw.twilio.com {_SOUNDS}", "sounds": f" mediastream: {_SOUNDS}"}
_NO_PHONE = {"events": "", "sounds": ""}
# Read in pieces by the map; `geo` tells the console of it.
_MAP_FILE = "/map/tiles.pmtiles"
_PAGES = {"console": "/console/", "portal": "/portal/", "field": "/field/", "demo": "/demo/", "docs": "/docs/"}
_FOLDERS = {
    "console": "console", "portal": "portal", "field": "field", "demo": "demo", "docs": "api", "widget": "widget",
}  # fmt: skip
# The technicians' page and the customer's link ask nobody but us for anything, and have no styles but their file.
_OWN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_FIELD = {"Content-Security-Policy": _OWN_POLICY, "Permissions-Policy": "geolocation=(self), camera=(self)"}
# Who has the address of a customer's link has the link: it is told to nobody, and no search engine keeps it.
_LINK = {
    "Content-Security-Policy": _OWN_POLICY, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
}  # fmt: skip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Whose pages the console may show beside ours, now.
Frames = Callable[[], Awaitable[list[str]]]
# Whether the console speaks by Twilio, now.
Phones = Callable[[], Awaitable[bool]]


class Health:
    """Whether this process lives and can do its work, whatever its roles. `ready` raises while it cannot."""

    def __init__(self, port: int, ready: Callable[[], Awaitable[None]]) -> None:
        self._port, self._ready = port, ready
        self._runner: web.AppRunner | None = None
        self.is_draining = False

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/live", self._live)
        app.router.add_get("/ready", self._is_ready)

    async def open(self) -> None:
        """Serve /live, /ready and /metrics on the loopback address, where no stranger asks (D10)."""
        app = web.Application(middlewares=[problems])
        self.add_to(app)
        app.router.add_get("/metrics", self._metrics)
        self._runner = await listen(app, "127.0.0.1", self._port, "MARKAZ_INTERNAL_PORT")

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _is_ready(self, _: web.Request) -> web.Response:
        if self.is_draining:
            raise Unavailable("The server is stopping.")
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._ready()
        except TimeoutError as error:
            raise Unavailable("The database does not answer in time.") from error
        return web.json_response({"status": "ready"})

    async def _metrics(self, _: web.Request) -> web.Response:
        text = await asyncio.to_thread(generate_latest, REGISTRY)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def listen(app: web.Application, host: str, port: int, name: str) -> web.AppRunner:
    """Serve an application; Unavailable with one clear line, naming the setting, when the port is taken."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError as error:
        await runner.cleanup()
        why = error.strerror or error
        raise Unavailable(f"Port {port} on {host} cannot be used: {why}. Set {name} to another.") from error
    return runner


class Pages:
    """The public listener. Serves until closed."""

    def __init__(
        self,
        settings: Settings,
        api: Api,
        sockets: SocketServer,
        hook: Handler,
        health: Health,
        frames: Frames,
        phones: Phones,
    ) -> None:
        self._settings, self._sockets, self._health, self._frames = settings, sockets, health, frames
        self._phones = phones
        self._tiles = _tile_origin(settings.map_tile_url)
        self._runner: web.AppRunner | None = None
        self.app = web.Application(
            middlewares=[secure, problems], client_max_size=(settings.upload_megabytes + 1) << 20
        )
        self.app.router.add_get("/", self._home)
        health.add_to(self.app)
        self.app.router.add_route("*", "/hooks/{account_id}/{tail:.+}", hook)
        api.install(self.app)
        self._add_pages(settings.frontend_dir)
        if settings.map_file is not None:
            self.app.router.add_get(_MAP_FILE, _page(settings.map_file))
        sockets.attach(self.app)

    async def open(self) -> None:
        self._runner = await listen(self.app, self._settings.host, self._settings.port, "MARKAZ_PORT")
        # Only who serves is counted: a start that failed leaves nothing behind.
        REGISTRY.register(self._sockets)

    async def drain(self) -> None:
        """Say that no new work should come here, and ask sockets to come back somewhere else, each at its own time."""
        self._health.is_draining = True
        for namespace in ("/agent", "/chat"):
            after_ms = random.randrange(_RECONNECT_MOST_MS)  # noqa: S311 - spreads load, guards nothing
            self._sockets.emit_now("reconnect", {"after_ms": after_ms}, None, namespace)
        await asyncio.sleep(0.1)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        REGISTRY.unregister(self._sockets)

    def _add_pages(self, folder: Path) -> None:
        for name, below in _FOLDERS.items():
            place = folder / below
            if not place.is_dir():
                log.warning("the front end is not built: %s is missing", place)
                continue
            if name in _PAGES:
                self.app.router.add_get(f"/{name}", _redirect(_PAGES[name]))
                page = _page(place / "index.html", _FIELD if name == "field" else {})
                self.app.router.add_get(f"/{name}/", self._framing(page) if name == "console" else page)
            if name == "field":
                self.app.router.add_get("/visit/{token}", _page(place / "visit.html", _LINK))
            self.app.router.add_static(f"/{name}/", place)

    def _framing(self, page: Handler) -> Handler:
        """Let a page show those of the extensions that there are, and no others."""

        async def framing(request: web.Request) -> web.StreamResponse:
            response = await page(request)
            frames = "".join(f" {origin}" for origin in await self._frames())
            phone = _PHONE if await self._phones() else _NO_PHONE
            response.headers["Content-Security-Policy"] = _POLICY.format(frames=frames, images=self._tiles, **phone)
            return response

        return framing

    async def _home(self, _: web.Request) -> web.Response:
        raise web.HTTPFound("/console/")


def _tile_origin(url: str) -> str:
    """Return from where the console may load pictures beside our own: whom the map's tiles are asked of."""
    parts = urlsplit(url.replace("{s}", "*"))
    return f" {parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def _redirect(to: str) -> Handler:
    async def redirect(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(to)

    return redirect


def _page(file: Path, headers: Mapping[str, str] = MappingProxyType({})) -> Handler:
    async def page(_: web.Request) -> web.StreamResponse:
        if not file.is_file():
            raise NotFound("The front end is not built; run make setup.")
        return web.FileResponse(file, headers={"Cache-Control": "no-cache", **headers})

    return page


@web.middleware
async def secure(request: web.Request, handler: Any) -> web.StreamResponse:
    """Add what protects a page in the browser; let pages of other sites load the widget and visitors' files."""
    if request.method == "OPTIONS" and request.path.startswith(("/chat/", _PUBLIC)):
        return web.Response(status=204, headers=_FOREIGN)
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        _protect(request.path, error)
        raise
    except MarkazError:
        raise
    if not response.prepared:
        _protect(request.path, response)
        if request.method == "GET" and response.status == HTTPStatus.OK and request.path.startswith(_PUBLIC):
            response.headers.setdefault("Cache-Control", "public, max-age=60")
    return response


# What everybody may read, also through pages of other sites and whoever keeps copies on the way.
_PUBLIC = "/api/public/"
_FOREIGN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "X-Visitor-Token, X-Site, Content-Type",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Max-Age": "86400",
}


# Read by programs of phones alone, which pay for every byte; no browser shows what is said there.
_PHONES = "/api/positions/"
_CLOSED = _POLICY.format(frames="", images="", **_NO_PHONE)


def _protect(path: str, response: web.StreamResponse) -> None:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if f"{path}/".startswith(_PHONES):
        return
    headers.setdefault("Referrer-Policy", "same-origin")
    if path.startswith(("/chat/", "/desk/", "/widget/", _PUBLIC)):
        for name, value in _FOREIGN.items():
            headers.setdefault(name, value)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    else:
        headers.setdefault("Content-Security-Policy", _CLOSED)
        headers.setdefault("X-Frame-Options", "DENY")
