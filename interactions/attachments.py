"""Files that people attach: checked, stored by content, served so that a browser runs nothing of them."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID

import puremagic
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from access.model import Permission
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Invalid, NotFound, RateLimited
from core.events import Event
from core.http.api import WrongType
from core.ids import uuid7
from core.text import printable
from interactions.model import AttachmentView
from interactions.store import sql
from storage.database import Database, Row
from storage.database import sql as storage_sql
from storage.files import Files

# What runs when it is opened is refused by what it is, not by what it is called (D3).
_FORBIDDEN = frozenset(
    ".exe .dll .msi .scr .com .bat .cmd .ps1 .vbs .js .jar .hta .lnk .apk .sh".split()  # noqa: SIM905 - one line to read
)
_FORBIDDEN_STARTS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
# Only these are shown in place; everything else is a download.
_SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/ogg", "audio/wav", "application/pdf"}
)
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


_VISITOR_FILES_AN_HOUR = 30


class ForbiddenType(Invalid):
    """Files of this type are not taken."""

    status = 415


class FileTooLarge(Invalid):
    """The file is larger than the organisation allows."""

    status = 413


class FileUploaded(Event, kind="file.uploaded"):
    attachment_id: UUID
    name: str
    size: int

    def subject(self) -> str:
        return f"file:{self.attachment_id}"


class Attachments:
    """Uploads and downloads."""

    def __init__(self, db: Database, files: Files, clock: Clock, *, most_bytes: int) -> None:
        self._db, self._files, self._clock, self.most_bytes = db, files, clock, most_bytes

    async def upload(self, actor: Actor, request: web.Request) -> AttachmentView:
        """Store the one file of a multipart form."""
        await self._count(actor)
        name, content = await self._read(request)
        content_type = sniff(name, content)
        stored = await self._files.put(content, content_type)
        attachment_id = uuid7()
        async with self._db.transaction(actor) as tx:
            await self._files.remember(tx, [stored])
            row = {
                "id": attachment_id,
                "sha256": stored.sha256,
                "name": name,
                "content_type": content_type,
                "size": stored.size,
                "owner": actor.label,
                "interaction_id": None,
            }
            await tx.together(sql.insert_attachments, [row])
            tx.emit(FileUploaded(attachment_id=attachment_id, name=name, size=stored.size))
        return AttachmentView(
            id=attachment_id, name=name, content_type=content_type, size=stored.size, url=f"/api/files/{attachment_id}"
        )

    async def take(self, request: web.Request) -> tuple[str, bytes, str]:
        """Return name, content and type of the one file of a form, checked; what becomes of it is the caller's."""
        name, content = await self._read(request)
        return name, content, sniff(name, content)

    async def _count(self, actor: Actor) -> None:
        """Let a visitor or a customer store only so many files an hour (D7)."""
        if actor.kind not in (ActorKind.VISITOR, ActorKind.CUSTOMER):
            return
        hour = self._clock().replace(minute=0, second=0, microsecond=0)
        tries = await self._db.value(storage_sql.count_rate, key=f"upload:{actor.label}", window_start=hour)
        if tries > _VISITOR_FILES_AN_HOUR:
            raise RateLimited("These are many files; send more in an hour.", retry_after=3600)

    async def _read(self, request: web.Request) -> tuple[str, bytes]:
        if not request.content_type.startswith("multipart/"):
            raise WrongType("The file comes as multipart/form-data in the field `file`.")
        try:
            part = await (await request.multipart()).next()
            if not isinstance(part, BodyPartReader) or part.name != "file":
                raise Invalid("The file comes in the field `file`.")
            return safe_name(part.filename or "file"), await self._content(part)
        except (ValueError, AssertionError, HttpProcessingError) as error:
            # All three are what aiohttp says of a form that is none.
            raise Invalid("The form is broken.") from error

    async def _content(self, part: BodyPartReader) -> bytes:
        content = bytearray()
        while chunk := await part.read_chunk():
            content += chunk
            if len(content) > self.most_bytes:
                raise FileTooLarge(f"A file has at most {self.most_bytes // 2**20} MB.")
        return bytes(content)

    async def download(self, actor: Actor, attachment_id: UUID) -> web.Response:
        """Serve a file to staff who may read its conversation, or who uploaded it."""
        row = await self._db.row(sql.get_attachment, id=attachment_id)
        if row is None:
            raise NotFound
        if row["interaction_id"] is not None:
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
        elif row["owner"] != actor.label:
            raise NotFound
        return await self.serve(row)

    async def download_as_visitor(self, actor: Actor, attachment_id: UUID) -> web.Response:
        """Serve a file to the visitor whose chat it is in, or who uploaded it."""
        row = await self._db.row(sql.get_attachment, id=attachment_id)
        if row is None or (row["owner"] != actor.label and row["address"] != str(actor.id)):
            raise NotFound
        return await self.serve(row)

    async def download_as_customer(self, actor: Actor, attachment_id: UUID, *, is_seen: bool) -> web.Response:
        """Serve a file to who uploaded it, or to whom the portal shows the message that it is in."""
        row = await self._db.row(sql.get_attachment, id=attachment_id)
        if row is None or not (is_seen or row["owner"] == actor.label):
            raise NotFound
        return await self.serve(row)

    async def serve(self, row: Row) -> web.Response:
        content = await self._files.get(bytes(row["sha256"]))
        shown = row["content_type"] in _SHOWN
        return web.Response(
            body=content,
            content_type=row["content_type"] if shown else "application/octet-stream",
            headers={
                "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(row['name'])}",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, max-age=86400",
            },
        )


def safe_name(name: str) -> str:
    """Return a file name that is only a name: no path, no control or direction characters."""
    return _UNSAFE_NAME.sub("_", printable(name).rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(" .")[:200] or "file"


def sniff(name: str, content: bytes) -> str:
    """Return the type by content, not by what the sender says; ForbiddenType for what runs when opened."""
    if not content:
        raise Invalid("The file is empty.")
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix in _FORBIDDEN or content.startswith(_FORBIDDEN_STARTS):
        raise ForbiddenType
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return str(found)
    return "text/plain" if _is_text(content) else "application/octet-stream"


def _is_text(content: bytes) -> bool:
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in content[:4096]
