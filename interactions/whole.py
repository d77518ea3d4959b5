"""What of a mail is shown only when somebody asks: what it quotes, and pictures that lie elsewhere.

A picture is fetched by us, not by the browser: who sent the mail learns nothing of who reads it, and reaches nothing
in our network. An address is fetched only when it stands in that very mail.
"""

from __future__ import annotations

from uuid import UUID

import aiohttp
from aiohttp import web
from pydantic import BaseModel
from yarl import URL

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.fetch.content import content_type, read_capped
from core.fetch.resolver import PublicResolver, must_be_public
from core.http import SIGNED_IN, Call, route
from interactions.store import sql
from storage.database import Database, Row

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_HOPS = 4
_FOUND = 200
_MOVED = frozenset({301, 302, 303, 307, 308})
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class NoPicture(NotFound):
    """There is no such picture, or it is not to be had."""


class WholeText(BaseModel):
    text: str


class WholeMails:
    """`may_reach_private`: whether pictures inside our own network are fetched too."""

    def __init__(self, db: Database, *, may_reach_private: bool = False) -> None:
        self._db, self._may_reach_private = db, may_reach_private

    async def text(self, actor: Actor, message_id: UUID) -> WholeText:
        row = await self._row(actor, message_id, None)
        return WholeText(text=row["full_text"] or row["text"])

    async def picture(self, actor: Actor, message_id: UUID, number: int) -> web.Response:
        """Fetch a picture that a mail names by its address, as the server that we are. Raises NoPicture."""
        row = await self._row(actor, message_id, number)
        if row["picture"] is None:
            raise NoPicture
        try:
            content, kind = await self._fetch(row["picture"])
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, Invalid) as error:
            raise NoPicture from error
        if kind not in _SHOWN:
            raise NoPicture
        return web.Response(
            body=content,
            content_type=kind,
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, max-age=86400",
            },
        )

    async def _row(self, actor: Actor, message_id: UUID, number: int | None) -> Row:
        row = await self._db.row(sql.whole_mail, id=message_id, number=number)
        if row is None:
            raise NotFound
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        return row

    async def _fetch(self, address: str) -> tuple[bytes, str]:
        """Return bytes and what they are; each step of a redirect is vetted like the first."""
        connector = aiohttp.TCPConnector(resolver=None if self._may_reach_private else PublicResolver())
        async with aiohttp.ClientSession(
            timeout=_TIMEOUT, connector=connector, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            url = URL(address)
            for _ in range(_HOPS):
                if url.scheme not in {"http", "https"}:
                    raise NoPicture
                if not self._may_reach_private:
                    must_be_public(url.raw_host or "")
                async with session.get(url, allow_redirects=False) as answer:
                    if answer.status == _FOUND:
                        content = await read_capped(answer)
                        return content, content_type(content, answer.content_type)
                    if answer.status not in _MOVED:
                        raise NoPicture
                    url = url.join(URL(answer.headers.get("Location", "")))
        raise NoPicture


class WholeMailRoutes:
    def __init__(self, mails: WholeMails) -> None:
        self._mails = mails

    @route("GET", "/api/messages/{message_id}/whole", permission=SIGNED_IN)
    async def text(self, call: Call, message_id: UUID) -> WholeText:
        """Get the text of a mail with what it quotes, and with its signature."""
        return await self._mails.text(call.actor, message_id)

    @route("GET", "/api/messages/{message_id}/pictures/{number}", permission=SIGNED_IN)
    async def picture(self, call: Call, message_id: UUID, number: int) -> web.Response:
        """Get a picture that a mail shows from elsewhere: it is fetched now, by the server."""
        return await self._mails.picture(call.actor, message_id, number)
