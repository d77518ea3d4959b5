"""Use-cases of guests: people of other organisations, invited into one room by a link that works once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from access.model import Permission
from access.people import NewGuest, People
from core.actor import SYSTEM, Actor
from core.clock import Clock
from core.errors import Conflict, NotFound, RateLimited
from core.ids import uuid7
from core.secrets import digest, new_token
from rooms.model import (
    LINK_LASTS,
    GuestInvited,
    InvitationMade,
    InvitationView,
    Invited,
    NewInvitation,
    must_be_staff,
)
from rooms.service import Rooms
from rooms.store import sql
from storage.database import Database, Row
from storage.database import sql as storage_sql

_WINDOW = timedelta(minutes=15)
_TRIES_PER_ADDRESS = 30


class NoInvitation(NotFound):
    """The link does not work any more; ask for a new one."""


class Guests:
    """Lets people in from outside, and nowhere else than where they were invited."""

    def __init__(self, db: Database, clock: Clock, rooms: Rooms, people: People, *, base_url: str) -> None:
        self._db, self._clock, self._rooms, self._people = db, clock, rooms, people
        self._base_url = base_url.rstrip("/")

    async def invite(self, actor: Actor, room_id: UUID, new: NewInvitation) -> InvitationMade:
        """Make a link for somebody from outside; a guest who is known comes into the room at once."""
        me, email, now = must_be_staff(actor), new.email.lower(), self._clock()
        until = now + timedelta(days=new.days)
        token, invitation_id = new_token(), uuid7()
        async with self._db.transaction(actor) as tx:
            seat = await self._rooms.managed(tx, actor, room_id)
            # Whoever lets strangers in answers for it: to manage the one room is not enough.
            actor.must(Permission.ROOM_MANAGE, seat.branch_id)
            known = await self._people.known_guest(tx, email, until)
            if known is not None:
                await self._rooms.let_in(tx, room_id, [known])
                tx.emit(GuestInvited(room_id=room_id, invitation_id=None, email=email, guest_until=until))
                return InvitationMade(link=None, expires_at=None)
            expires_at = now + LINK_LASTS
            await tx.run(
                sql.insert_invitation,
                id=invitation_id,
                token_hash=digest(token),
                room_id=room_id,
                email=email,
                guest_until=until,
                by_id=me,
                now=now,
                expires_at=expires_at,
            )
            tx.emit(GuestInvited(room_id=room_id, invitation_id=invitation_id, email=email, guest_until=until))
        return InvitationMade(link=f"{self._base_url}/console/#/join/{token}", expires_at=expires_at)

    async def invitations(self, actor: Actor, room_id: UUID) -> list[InvitationView]:
        async with self._db.transaction(actor) as tx:
            await self._rooms.managed(tx, actor, room_id)
            rows = await tx.rows(sql.list_invitations, room_id=room_id, now=self._clock())
        return [InvitationView(**dict(row)) for row in rows]

    async def revoke(self, actor: Actor, room_id: UUID, invitation_id: UUID) -> None:
        """Let a link work no longer."""
        async with self._db.transaction(actor) as tx:
            await self._rooms.managed(tx, actor, room_id)
            if await tx.value(sql.revoke_invitation, id=invitation_id, room_id=room_id, now=self._clock()) is None:
                raise NotFound

    async def look(self, token: str, address: str) -> Invited:
        """Return what a link is for."""
        await self._count(address)
        row = await self._found(token)
        return Invited(
            room_name=row["room_name"], by_name=row["by_name"], email=row["email"], expires_at=row["expires_at"]
        )

    async def accept(self, token: str, new: NewGuest, address: str) -> str:
        """Become a guest by a link, which then works no more; returns the login: the address that was invited."""
        await self._count(address)
        row = await self._found(token)
        password_hash = await self._people.hash(new.password)
        now = self._clock()
        async with self._db.transaction(SYSTEM) as tx:
            # Of two at once with the same link one is the guest.
            if await tx.value(sql.use_invitation, id=row["id"], now=now) is None:
                raise NoInvitation
            if await self._people.known_guest(tx, row["email"], row["guest_until"]) is not None:
                raise Conflict("This address is a guest already: sign in with it, and ask to be let into the room.")
            guest_id = await self._people.add_guest(tx, row["email"], new, password_hash, row["guest_until"])
            await self._rooms.let_in(tx, row["room_id"], [guest_id])
        return str(row["email"])

    async def _found(self, token: str) -> Row:
        row = await self._db.row(sql.find_invitation, token_hash=digest(token), now=self._clock())
        if row is None:
            raise NoInvitation
        return row

    async def _count(self, address: str) -> None:
        now, seconds = self._clock(), _WINDOW.total_seconds()
        start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
        tries = await self._db.value(storage_sql.count_rate, key=f"invitation:{address}", window_start=start)
        if tries > _TRIES_PER_ADDRESS:
            raise RateLimited("Too many tries; wait before the next.", retry_after=int(seconds))
