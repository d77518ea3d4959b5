"""The agent's console over sockets: who is connected, the snapshot, the resumed feed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from pydantic import Field

from access.model import Permission
from access.signin import SignIn
from agents.model import Presence, Reason, State
from agents.service import Agents
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.commands import Commands, Payload, Sender, command
from core.errors import Conflict, Forbidden, RateLimited, Unauthenticated
from core.events import LoggedEvent
from core.feed import Feed
from core.http import SIGNED_IN
from core.ids import StaffId
from core.realtime import SocketServer
from core.realtime.door import Door, Guest
from core.tasks import Tasks
from storage.database import Database, Tx

log = logging.getLogger(__name__)

NAMESPACE = "/agent"
# The room of whatever concerns everybody who is signed in.
EVERYBODY = "room:staff"
_BEAT_SECONDS = 5.0
_RECHECK_SECONDS = 60.0
_LOOKED_AT = ("interaction:", "document:", "board:", "map:", "list:")
_ROOMS_MOST = 60

Part = Callable[[Tx, Actor], Awaitable[dict[str, Any]]]
RoomsOf = Callable[[Actor], Awaitable[set[str]]]


class Sync(Payload):
    seq: int | None = Field(None, ge=0, le=2**53, description="The last one seen; null for a snapshot.")


class SetPresence(Payload):
    state: State
    reason: Reason | None = None


class Console:
    """The `/agent` namespace. Folders add commands and parts of the snapshot before it opens."""

    def __init__(
        self,
        db: Database,
        sockets: SocketServer,
        feed: Feed,
        sign_in: SignIn,
        agents: Agents,
        clock: Clock,
        *,
        base_url: str,
    ) -> None:
        self._db, self._sockets, self._feed = db, sockets, feed
        self._sign_in, self._agents, self._clock = sign_in, agents, clock
        self._base_url = base_url
        self.commands = Commands(NAMESPACE)
        self.commands.add(self)
        self._parts: list[Part] = []
        self._rooms_of: list[RoomsOf] = []
        # By socket: the rooms of a sync that is under way, for what changes meanwhile.
        self._joining: dict[str, list[str]] = {}
        self._tasks = Tasks("console")
        self._door = Door(self.commands, self._admit, self._left)
        self.add_part(self._own_part)

    def add_part(self, part: Part) -> None:
        """Add fields to every snapshot; read in the snapshot's transaction."""
        self._parts.append(part)

    def add_rooms(self, rooms_of: RoomsOf) -> None:
        """Put sockets into further rooms at each sync; whoever changes them later says so by `move`."""
        self._rooms_of.append(rooms_of)

    def move(self, staff_id: str, room: str, *, is_in: bool) -> None:
        """Put all sockets of a person into a room or out of it, at the very place of the feed where this is called."""
        for guest in self._door.guests.values():
            if str(guest.actor.id) == staff_id:
                (self.let_in if is_in else self.let_out)(guest.sid, room)

    def let_in(self, sid: str, room: str) -> None:
        """Let one socket hear of a room, until it goes or loses its rights."""
        guest = self._door.guests.get(sid)
        if guest is None:
            return
        joining = self._joining.get(sid)
        if joining is not None and room not in joining:
            joining.append(room)
        guest.rooms.add(room)
        self._sockets.enter(sid, room, NAMESPACE)

    def let_out(self, sid: str, room: str) -> None:
        guest = self._door.guests.get(sid)
        if guest is None or room not in guest.rooms | set(self._joining.get(sid, ())):
            return
        if room in self._joining.get(sid, ()):
            self._joining[sid].remove(room)
        guest.rooms.discard(room)
        self._sockets.leave(sid, room, NAMESPACE)

    def sift(self, room: str, may_stay: Callable[[Actor], bool]) -> None:
        """Let out of a room whose people may not hear of it any more, at the very place of the feed of the call."""
        for guest in list(self._door.guests.values()):
            if not may_stay(guest.actor):
                self.let_out(guest.sid, room)

    def is_heard(self, room: str) -> bool:
        """Tell whether a socket of this process is in a room."""
        return any(room in guest.rooms for guest in self._door.guests.values())

    def open(self) -> None:
        self._sockets.register(self._door)
        self._feed.on("staff.session_ended", self._session_ended)
        self._feed.on("staff.rights_changed", self._rights_changed)
        self._feed.on("token.changed", self._rights_changed)
        self._tasks.loop("beat", self._beat, pause_seconds=_BEAT_SECONDS)
        self._tasks.loop("recheck", self._recheck_all)

    async def close(self) -> None:
        await self._tasks.stop()

    def position(self) -> int:
        """Up to where the log was sent to the sockets of this process."""
        return self._feed.position

    async def enter(self, sender: Sender, room: str, after: int) -> list[dict[str, Any]]:
        """Let a socket hear of one more room from exactly `after` on; returns what happened there since."""
        guest = self._door.guests.get(sender.sid)
        if guest is None:
            raise Unauthenticated
        if room not in guest.rooms and sum(each.startswith(_LOOKED_AT) for each in guest.rooms) >= _ROOMS_MOST:
            raise RateLimited("This console follows too many things at once; reload it.")

        def step_in() -> None:
            guest.rooms.add(room)
            self._sockets.enter(guest.sid, room, NAMESPACE)

        joined = await self._feed.join(after, [room], NAMESPACE, step_in)
        if joined is None:
            raise Conflict("Too much happened meanwhile; ask again.")
        return joined[1]

    def leave(self, sender: Sender, room: str) -> None:
        """Let a socket hear of it no longer; one that is not in the room stays as it is."""
        guest = self._door.guests.get(sender.sid)
        if guest is not None and room in guest.rooms:
            guest.rooms.discard(room)
            self._sockets.leave(guest.sid, room, NAMESPACE)

    @command("sync", permission=SIGNED_IN)
    async def sync(self, sender: Sender, payload: Sync) -> dict[str, Any]:
        """Get the snapshot (`seq` null), or what was missed since `seq`, or word to `resync`."""
        guest = self._door.guests.get(sender.sid)
        if guest is None:
            raise Unauthenticated
        if payload.seq is not None:
            if guest.actor.kind is ActorKind.GUEST:
                # What was said in a room before he came is not his to hear, and a replay does not know when he came.
                return {"kind": "resync"}
            joined = await self._join(guest, payload.seq)
            if joined is None:
                return {"kind": "resync"}
            return {"kind": "events", "seq": joined[0], "events": joined[1]}
        start = self._feed.position
        # Asked anew: whoever is told `me.changed` syncs, and may be faster than our own look at the change.
        await self._recheck([guest])
        if sender.sid not in self._door.guests:
            raise Unauthenticated
        state = await self._snapshot(guest.actor)
        joined = await self._join(guest, start)
        if joined is None:
            return {"kind": "resync"}
        return {"kind": "snapshot", "seq": start, "state": state, "events": joined[1]}

    @command("presence.set", permission=Permission.WORK_TAKE)
    async def set_presence(self, sender: Sender, payload: SetPresence) -> Presence:
        """Say whether work may be offered, and why not."""
        return await self._agents.set_presence(sender.actor, payload.state, payload.reason)

    async def _snapshot(self, actor: Actor) -> dict[str, Any]:
        state: dict[str, Any] = {}
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            for part in self._parts:
                state |= await part(tx, actor)
        return state

    async def _own_part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        me = await self._sign_in.profile(tx, StaffId(_person(actor)))
        presence = await self._agents.presence(tx, StaffId(_person(actor)))
        names = await self._agents.names(tx, actor)
        return {
            "me": me.model_copy(update={"permissions": sorted(actor.permissions)}).model_dump(mode="json"),
            "presence": presence.model_dump(mode="json"),
            "agents": [name.model_dump(mode="json") for name in names],
            "server_time": self._clock(),
        }

    async def _join(self, guest: Guest, after: int) -> tuple[int, list[dict[str, Any]]] | None:
        # A list that lives: who comes into a room or leaves one while this is under way changes what is replayed.
        rooms = self._joining[guest.sid] = [f"agent:{guest.actor.id}", EVERYBODY]
        if guest.actor.session_id:
            rooms.append(f"session:{guest.actor.session_id}")

        def enter() -> None:
            # What is looked at beside the own work is opened and closed by commands of its own.
            looked_at = {room for room in guest.rooms if room.startswith(_LOOKED_AT)}
            for room in guest.rooms - looked_at - set(rooms):
                self._sockets.leave(guest.sid, room, NAMESPACE)
            guest.rooms = looked_at | set(rooms)
            for room in rooms:
                self._sockets.enter(guest.sid, room, NAMESPACE)

        try:
            for rooms_of in self._rooms_of:
                rooms += sorted(await rooms_of(guest.actor))
            return await self._feed.join(after, rooms, NAMESPACE, enter)
        finally:
            if self._joining.get(guest.sid) is rooms:
                del self._joining[guest.sid]

    async def _admit(self, request: web.Request, auth: Any, sid: str) -> Guest:
        token = auth.get("token") if isinstance(auth, dict) else None
        cookie = request.cookies.get(self._sign_in.cookie, "")

        async def identify() -> Actor | None:
            if isinstance(token, str) and token:
                return await self._sign_in.by_token(token)
            return await self._sign_in.by_session(cookie)

        if not (isinstance(token, str) and token) and not self._is_own_page(request):
            raise Forbidden("This page may not use your session.")
        actor = await identify()
        if actor is None or actor.id is None:
            raise Unauthenticated
        if actor.kind not in (ActorKind.STAFF, ActorKind.TOKEN, ActorKind.GUEST):
            raise Forbidden
        await self._agents.arrive(actor)
        await self._agents.beat({StaffId(actor.id)})
        return Guest(sid, actor, identify)

    def _is_own_page(self, request: web.Request) -> bool:
        """Tell whether a browser's page is ours: cookies travel with foreign pages' sockets too (C9)."""
        origin = request.headers.get("Origin")
        return origin is None or origin in (self._base_url, f"http://{request.host}", f"https://{request.host}")

    async def _left(self, guest: Guest) -> None:
        log.debug("console of %s left", guest.actor.label)

    async def _beat(self) -> None:
        await self._agents.beat({StaffId(_person(guest.actor)) for guest in self._door.guests.values()})

    def _session_ended(self, event: LoggedEvent) -> None:
        ended = set(event.data["session_ids"])
        gone = [guest for guest in self._door.guests.values() if str(guest.actor.session_id) in ended]
        self._tasks.start("sign-out", self._send_away(gone))

    def _rights_changed(self, event: LoggedEvent) -> None:
        staff_id = event.data.get("staff_id")
        touched = [
            guest
            for guest in self._door.guests.values()
            if (str(guest.actor.id) == staff_id if staff_id else guest.actor.kind is ActorKind.TOKEN)
        ]
        self._tasks.start("recheck", self._recheck(touched))

    async def _recheck_all(self) -> None:
        await asyncio.sleep(_RECHECK_SECONDS)
        await self._recheck(list(self._door.guests.values()))

    async def _recheck(self, guests: Iterable[Guest]) -> None:
        gone = []
        for guest in guests:
            actor = await guest.identify()
            if actor is None:
                gone.append(guest)
            else:
                if (guest.actor.permissions, guest.actor.branches) != (actor.permissions, actor.branches):
                    self._clear(guest)
                guest.actor = actor
        await self._send_away(gone)

    def _clear(self, guest: Guest) -> None:
        """Rights changed: what was looked at beside the own work is asked for anew, and decided anew (C8)."""
        for room in [room for room in guest.rooms if room.startswith(_LOOKED_AT)]:
            self.let_out(guest.sid, room)

    async def _send_away(self, guests: Iterable[Guest]) -> None:
        for guest in guests:
            self._sockets.emit_now("signed_out", {"detail": Unauthenticated().detail}, guest.sid, NAMESPACE)
            await self._sockets.disconnect(guest.sid, NAMESPACE)


def _person(actor: Actor) -> Any:
    if actor.id is None:
        raise Unauthenticated
    return actor.id
