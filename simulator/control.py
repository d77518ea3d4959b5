"""The other side of the line: what the people behind the numbers do, for tests and for the page."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import resources
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.control_post import shown
from simulator.faults import FaultPlan
from simulator.ground import Ground
from simulator.leg import Leg
from simulator.lines import Line
from simulator.model import Sid, TwilioError
from simulator.phones import Phones
from simulator.post import PostOffice
from simulator.rest import refusal
from simulator.rooms import Room
from simulator.tasks import first_of
from simulator.texts import Attachment, Texts
from simulator.world import Text

_LONG_POLL_SECONDS = 20.0
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)

_PAGE_PARTS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "parts.js": "text/javascript",
    "phone.js": "text/javascript",
    "mail.js": "text/javascript",
    "words.js": "text/javascript",
}

M = TypeVar("M", bound=BaseModel)


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class SentFile(_Input):
    content_type: str
    content: str
    """Base64."""


class SendText(_Input):
    sender: str = Field(alias="from")
    to: str
    body: str = ""
    media: tuple[SentFile, ...] = ()


class StartCall(_Input):
    sender: str = Field(alias="from")
    to: str
    hang_up_after: float | None = Field(default=None, ge=0)


class PressDigits(_Input):
    digits: str = Field(pattern=r"^[0-9*#]{1,32}$")


@web.middleware
async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Keep other sites' pages out of the control path: a browser sends JSON across origins only after asking."""
    if not request.path.startswith("/simulator/"):
        return await _pass_on(request, handler)
    if request.method not in ("GET", "HEAD") and request.can_read_body and request.content_type != "application/json":
        return refusal(415, 20001, "The control path takes JSON")
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("Host"):
        return refusal(403, 20003, "Not from another site")
    try:
        return await _pass_on(request, handler)
    except TwilioError as error:
        return refusal(error.status, error.code, error.message)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return refusal(422, 20001, problems)


async def _pass_on(request: web.Request, handler: Any) -> web.StreamResponse:
    answer: web.StreamResponse = await handler(request)
    return answer


@dataclass(frozen=True, slots=True)
class ControlRoutes:
    ground: Ground
    texts: Texts
    phones: Phones
    post: PostOffice

    def table(self) -> Iterator[web.RouteDef]:
        yield web.get("/", self.page)
        yield web.get("/page/{name}", self.page_part)
        yield web.get("/media/{sid}", self.media)
        yield web.post("/simulator/sms", self.send_text)
        yield web.post("/simulator/calls", self.start_call)
        yield web.post("/simulator/calls/{sid}/hangup", self.hang_up)
        yield web.post("/simulator/calls/{sid}/digits", self.press)
        yield web.get("/simulator/state", self.state)
        yield web.get("/simulator/faults", self.faults)
        yield web.put("/simulator/faults", self.set_faults)

    async def page(self, _request: web.Request) -> web.Response:
        return _part("page.html", "text/html")

    async def page_part(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _PAGE_PARTS:
            raise web.HTTPNotFound
        return _part(name, _PAGE_PARTS[name])

    async def media(self, request: web.Request) -> web.Response:
        """Hand out the bytes of a picture; the id in the address is the secret, as at Twilio's."""
        media = self.ground.world.media.get(request.match_info["sid"])
        if media is None:
            raise web.HTTPNotFound
        # Whatever a stranger called it, a browser must not run it.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        return web.Response(body=media.content, content_type=media.content_type, headers=headers)

    async def send_text(self, request: web.Request) -> web.Response:
        order = await _read(request, SendText)
        files = [Attachment(file.content_type, _bytes(file.content)) for file in order.media]
        text = self.texts.receive(order.sender, order.to, order.body, files)
        return web.json_response({"sid": text.sid}, status=201)

    async def start_call(self, request: web.Request) -> web.Response:
        order = await _read(request, StartCall)
        leg = self.phones.exchange.receive(order.sender, order.to, order.hang_up_after)
        return web.json_response({"sid": leg.sid}, status=201)

    async def hang_up(self, request: web.Request) -> web.Response:
        leg = self.phones.exchange.legs.need(request.match_info["sid"])
        self.phones.exchange.hang_up_as_person(leg)
        return web.json_response({"sid": leg.sid, "status": leg.progress.status})

    async def press(self, request: web.Request) -> web.Response:
        order = await _read(request, PressDigits)
        leg = self.phones.exchange.legs.need(request.match_info["sid"])
        self.phones.exchange.press(leg, order.digits)
        return web.json_response({"sid": leg.sid})

    async def faults(self, _request: web.Request) -> web.Response:
        plan = self.ground.faults.plan.model_dump(mode="json")
        return web.json_response(plan | {"struck": self.ground.faults.struck()})

    async def set_faults(self, request: web.Request) -> web.Response:
        self.ground.faults.set(await _read(request, FaultPlan))
        return await self.faults(request)

    async def state(self, request: web.Request) -> web.Response:
        """Show everything, oldest first; `?last=N` cuts each list to its last rows.

        With `?after=VERSION` it waits until there is news, at most 20 real seconds.
        """
        world = self.ground.world
        after = request.query.get("after", "")
        if after.isdigit() and not self.ground.stopping.is_set():
            await first_of(world.news(int(after)), _patience(self.ground))
        last = request.query.get("last", "")
        cut = slice(-int(last), None) if last.isdigit() and int(last) else slice(None)
        return web.json_response(
            {
                "version": world.version,
                "now": self.ground.clock.now().isoformat(),
                "numbers": [number.model_dump() for number in world.numbers.values()],
                "messages": [self._text(text) for text in list(world.texts)[cut]],
                "calls": [self._leg(leg) for leg in list(self.phones.exchange.legs)[cut]],
                "conferences": [_room(room) for room in list(self.phones.rooms.all)[cut]],
                "recordings": [
                    {"sid": one.sid, "call": one.call_sid, "status": one.status}
                    for one in list(self.phones.recordings.all)[cut]
                ],
                "post": {
                    "port": self.post.port,
                    "is_ready": bool(self.post.centre[1]),
                    "mailboxes": self.post.mailboxes,
                },
                "mails": [shown(mail) for mail in list(self.post)[cut]],
                "queues": [_line(line) for line in self.phones.lines.all],
                "webhooks": [_plain(asdict(row)) for row in list(world.log)[cut]],
                "alerts": [_plain(asdict(alert)) for alert in list(world.alerts)[cut]],
            },
        )

    def _text(self, text: Text) -> dict[str, Any]:
        return {
            "sid": text.sid,
            "direction": text.direction,
            "from": text.sender,
            "to": text.to,
            "body": text.body,
            "status": text.status,
            "error_code": text.error_code,
            "at": text.created_at.isoformat(),
            "media": [self._file(sid) for sid in text.media],
        }

    def _file(self, sid: Sid) -> dict[str, str]:
        media = self.ground.world.media.get(sid)
        return {"url": f"/media/{sid}", "content_type": media.content_type if media else ""}

    def _leg(self, leg: Leg) -> dict[str, Any]:
        progress = leg.progress
        return {
            "sid": leg.sid,
            "direction": leg.direction,
            "from": leg.caller,
            "to": leg.to,
            "parent": leg.parent,
            "status": progress.status,
            "where": leg.where,
            "started_at": _iso(progress.created_at),
            "answered_at": _iso(progress.answered_at),
            "ended_at": _iso(progress.ended_at),
            "duration": progress.duration_seconds,
            "heard": [{"at": heard.at.isoformat(), "words": heard.words} for heard in leg.heard],
        }


def _part(name: str, content_type: str) -> web.Response:
    text = resources.files("simulator").joinpath("page", name).read_text("utf-8")
    headers = {
        "Content-Security-Policy": _PAGE_POLICY,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=text, content_type=content_type, headers=headers)


def _room(room: Room) -> dict[str, Any]:
    return {
        "sid": room.sid,
        "name": room.name,
        "status": room.status,
        "participants": [
            {
                "call": one.leg.sid,
                "label": one.label,
                "muted": one.muted,
                "hold": one.hold,
                "coaches": one.coaches,
            }
            for one in room.present
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {"sid": line.sid, "name": line.name, "waiting": [one.leg.sid for one in line.waiting]}


async def _patience(ground: Ground) -> None:
    await first_of(ground.stopping.wait(), asyncio.sleep(_LONG_POLL_SECONDS))


async def _read(request: web.Request, model: type[M]) -> M:
    return model.model_validate_json(await request.read())


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise TwilioError(422, 20001, "media content is not base64") from None


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"at": row["at"].isoformat()}
