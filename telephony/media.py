"""Files of texts, for the carrier that fetches them: by a signed address, for a few hours, and nothing that runs."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from channels.twilio_api.mms import TYPES, attachment_of
from core.clock import Clock
from core.errors import NotFound
from core.secrets import Keyring
from storage.database import Database
from storage.files import Files
from telephony.store import sql


class TextMedia:
    def __init__(self, db: Database, clock: Clock, keys: Keyring, files: Files) -> None:
        self._db, self._clock, self._keys, self._files = db, clock, keys, files

    async def serve(self, token: str) -> web.Response:
        attachment_id = attachment_of(self._keys, token, self._clock())
        row = None if attachment_id is None else await self._db.row(sql.media_of_text, id=UUID(attachment_id))
        if row is None or row["content_type"] not in TYPES:
            raise NotFound
        return web.Response(
            body=await self._files.get(bytes(row["sha256"])),
            content_type=row["content_type"],
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-store",
            },
        )
