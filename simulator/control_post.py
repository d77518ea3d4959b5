"""The control path's mail: what people outside write, and what lies in the post office."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from simulator import letter
from simulator.letter import File, LetterError
from simulator.post import Mail, Order, PostError, PostOffice

# One plain ASCII address; the centre's listener does not speak SMTPUTF8.
_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"
_LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
# A multipart or an attached mail needs more than a name and bytes.
_TYPE = r"^(?:application|audio|font|image|model|text|video)/[A-Za-z0-9.+_-]{1,100}$"


class SentMailFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200, pattern=_LINE)
    content_type: str = Field(default="application/octet-stream", pattern=_TYPE)
    content: str
    """Base64."""


class SendMail(BaseModel):
    """`to` and `subject` may be left empty in a reply: its Reply-To (or From) and `Re:` fill them."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)

    sender: str = Field(alias="from", pattern=_ADDRESS)
    sender_name: str = Field(default="", alias="from_name", max_length=120, pattern=_LINE)
    to: str = Field(default="", pattern=rf"^$|{_ADDRESS}")
    subject: str = Field(default="", max_length=500, pattern=_LINE)
    text: str = Field(default="", max_length=1_000_000)
    in_reply_to: str | None = None
    attachment: SentMailFile | None = None


@dataclass(frozen=True, slots=True)
class PostRoutes:
    post: PostOffice

    def table(self) -> Iterator[web.RouteDef]:
        yield web.post("/simulator/mail", self.send)
        yield web.get("/simulator/mail/{id}/raw", self.raw)
        yield web.get("/simulator/mail/{id}/files/{number:[0-9]{1,4}}", self.file)

    async def send(self, request: web.Request) -> web.Response:
        asked = SendMail.model_validate_json(await request.read())
        try:
            mail = await self.post.send(_order(asked))
        except PostError as error:
            said = {"status": error.status, "smtp_code": error.smtp_code or None, "message": error.message}
            return web.json_response(said, status=error.status)
        except LetterError as error:
            return web.json_response({"status": 422, "smtp_code": None, "message": str(error)}, status=422)
        return web.json_response(shown(mail), status=201)

    async def raw(self, request: web.Request) -> web.Response:
        """Hand out a mail as it went over the wire."""
        mail = self.post.need(request.match_info["id"])
        return _download(File(f"{mail.id}.eml", "message/rfc822", mail.raw))

    async def file(self, request: web.Request) -> web.Response:
        mail = self.post.need(request.match_info["id"])
        file = letter.file_of(mail.raw, int(request.match_info["number"]))
        if file is None:
            raise web.HTTPNotFound
        return _download(file)


def shown(mail: Mail) -> dict[str, Any]:
    """Return a mail as `state` shows it; where the header says nothing, the envelope does."""
    read = mail.letter
    return {
        "id": mail.id,
        "direction": mail.direction,
        "status": mail.status,
        "from": read.sender or mail.sender,
        "from_name": read.sender_name,
        "to": ", ".join(read.to or mail.recipients),
        "recipients": mail.recipients,
        "reply_to": read.reply_to,
        "subject": read.subject,
        "text": read.text,
        "at": mail.at.isoformat(),
        "message_id": read.message_id,
        "in_reply_to": read.in_reply_to,
        "references": read.references,
        "thread": mail.thread,
        "files": [
            {"name": name, "content_type": kind, "size": size, "url": f"/simulator/mail/{mail.id}/files/{number}"}
            for number, (name, kind, size) in enumerate(read.files)
        ],
    }


def _order(asked: SendMail) -> Order:
    return Order(
        sender=asked.sender,
        sender_name=asked.sender_name,
        to=asked.to,
        subject=asked.subject,
        text=asked.text,
        in_reply_to=asked.in_reply_to or "",
        file=None if asked.attachment is None else _file(asked.attachment),
    )


def _file(sent: SentMailFile) -> File:
    try:
        return File(sent.name, sent.content_type, base64.b64decode(sent.content, validate=True))
    except binascii.Error:
        raise LetterError("The attachment's content is not base64.") from None


def _download(file: File) -> web.Response:
    """Whatever a stranger called it, a browser must not run it."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": _disposition(file.name),
    }
    return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)


def _disposition(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
