"""Routes of rooms: files, and the way in for guests."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import Field

from access.model import Permission
from access.people import NewGuest
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import NotFound, RateLimited
from core.http import PUBLIC, Call, route
from core.values import Value
from interactions.attachments import Attachments
from interactions.model import AttachmentView
from rooms.guests import Guests
from rooms.model import Invited
from rooms.service import Rooms
from rooms.store import sql
from storage.database import Database
from storage.database import sql as storage_sql

_GUEST_FILES_AN_HOUR = 60
Token = Field(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")


class Link(Value):
    token: str = Token


class Acceptance(NewGuest):
    token: str = Token


class Accepted(Value):
    """Sign in with this login and the password that was chosen."""

    login: str


class RoomFiles:
    """Files of rooms: checked like any other, and for those who may read the message they came with."""

    def __init__(self, db: Database, clock: Clock, rooms: Rooms, attachments: Attachments) -> None:
        self._db, self._clock, self._rooms, self._attachments = db, clock, rooms, attachments

    async def upload(self, call: Call) -> AttachmentView:
        """Store a file; a guest only so many an hour."""
        if call.actor.kind is ActorKind.GUEST:
            hour = self._clock().replace(minute=0, second=0, microsecond=0)
            key = f"upload:{call.actor.label}"
            tries = await self._db.value(storage_sql.count_rate, key=key, window_start=hour)
            if tries > _GUEST_FILES_AN_HOUR:
                raise RateLimited("These are many files; send more in an hour.", retry_after=3600)
        stored = await self._attachments.upload(call.actor, call.request)
        return stored.model_copy(update={"url": f"/api/room-files/{stored.id}"})

    async def download(self, actor: Actor, file_id: UUID) -> web.Response:
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_file, id=file_id)
            if row is None:
                raise NotFound
            if row["room_id"] is None:
                if row["owner"] != actor.label:
                    raise NotFound
            else:
                seat = await self._rooms.found(tx, actor, row["room_id"])
                seq = await tx.value(sql.place_of_file, room_id=row["room_id"], file_id=str(file_id))
                if seq is None or seq <= seat.from_seq:
                    raise NotFound
        return await self._attachments.serve(row)


class RoomRoutes:
    def __init__(self, files: RoomFiles, guests: Guests) -> None:
        self._files, self._guests = files, guests

    @route("POST", "/api/room-files", permission=Permission.ROOM_TALK, status=201, form=True)
    async def upload(self, call: Call) -> AttachmentView:
        """Upload a file, to be attached to a message in a room."""
        return await self._files.upload(call)

    @route("GET", "/api/room-files/{file_id}", permission=Permission.ROOM_TALK)
    async def download(self, call: Call, file_id: UUID) -> web.Response:
        """Get a file of a room that you are in."""
        return await self._files.download(call.actor, file_id)

    @route("POST", "/api/invitations/look", permission=PUBLIC)
    async def look(self, call: Call, body: Link) -> Invited:
        """Show what an invitation is for."""
        return await self._guests.look(body.token, call.address)

    @route("POST", "/api/invitations/accept", permission=PUBLIC, status=201)
    async def accept(self, call: Call, body: Acceptance) -> Accepted:
        """Become a guest by an invitation, which then works no more."""
        new = NewGuest.model_validate(body.model_dump(exclude={"token"}))
        return Accepted(login=await self._guests.accept(body.token, new, call.address))
