"""Use-cases of rooms and who is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid5

from access.model import Permission
from access.people import People
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import StaffId, uuid7
from notices.model import Document, DocumentRef
from rooms import store
from rooms.model import (
    MOST_MEMBERS,
    MOST_ROOMS,
    MemberChanged,
    MemberView,
    NewRoom,
    Person,
    RoomChange,
    RoomChanged,
    RoomView,
    Seat,
    SeatLost,
    SeatTaken,
    SeatView,
    must_be_staff,
    pair_of,
)
from rooms.store import sql
from storage.database import Database, Tx


class Rooms:
    """Who talks where."""

    def __init__(self, db: Database, clock: Clock, people: People) -> None:
        self._db, self._clock, self._people = db, clock, people

    # --- beginning

    async def create(self, actor: Actor, new: NewRoom) -> SeatView:
        """Make a team room, once per `client_id`; who makes it manages it."""
        me = must_be_staff(actor)
        room_id = uuid5(me, f"room:{new.client_id}")
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.ROOM_TALK)
            actor.must(Permission.ROOM_MANAGE, new.branch_id)
            if await tx.row(sql.seat_of, room_id=room_id, staff_id=me) is None:
                fields = new.model_dump(include={"name", "topic", "posting", "is_open", "branch_id"})
                now = self._clock()
                await tx.run(sql.insert_room, id=room_id, kind="team", pair=None, created_by=me, now=now, **fields)
                await self._let_in(tx, room_id, [me], is_manager=True)
                await self._let_in(tx, room_id, await self._talkers(tx, actor, new.member_ids))
            return await store.seat_of(tx, room_id, me)

    async def direct(self, actor: Actor, staff_id: StaffId) -> SeatView:
        """Return the chat with a colleague, made on first use."""
        me = must_be_staff(actor)
        if staff_id == me:
            raise Invalid("Talk to somebody else.")
        pair = pair_of(me, staff_id)
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.ROOM_TALK)
            await tx.value(sql.lock_pair, pair=pair)
            room_id = await tx.value(sql.room_of_pair, pair=pair)
            if room_id is None:
                await self._must_reach(tx, actor, staff_id)
                room_id = uuid7()
                await tx.run(
                    sql.insert_room, id=room_id, kind="direct", name="", topic="", posting="members", is_open=False,
                    branch_id=None, pair=pair, created_by=me, now=self._clock(),
                )  # fmt: skip
                await self._let_in(tx, room_id, [me, staff_id])
            return await store.seat_of(tx, room_id, me)

    async def _must_reach(self, tx: Tx, actor: Actor, staff_id: StaffId) -> None:
        """Refuse somebody who is out of scope like one who is not there, unless they share a room."""
        row = await tx.row(sql.branch_of_person, id=staff_id)
        talks = (await self._people.actors(tx, [staff_id])).get(staff_id)
        if row is None or talks is None or not talks.may(Permission.ROOM_TALK):
            raise NotFound
        in_scope = row["kind"] == "staff" and actor.sees(row["branch_id"])
        if not in_scope and not await tx.value(sql.shares_room, one=actor.id, other=staff_id):
            raise NotFound

    async def _talkers(self, tx: Tx, actor: Actor, ids: Collection[StaffId]) -> list[StaffId]:
        """Return whom the actor may bring into a room: each is in reach and may talk at all."""
        for staff_id in set(ids):
            await self._must_reach(tx, actor, staff_id)
        return sorted(set(ids))

    # --- changing

    async def change(self, actor: Actor, room_id: UUID, change: RoomChange) -> RoomView:
        async with self._db.transaction(actor) as tx:
            await self._managed(tx, actor, room_id)
            known = await store.view(tx, room_id)
            if known.version != change.version:
                raise Conflict.overtaken(known.version)
            await tx.run(sql.change_room, id=room_id, **change.model_dump(exclude={"version"}))
            return await self._tell(tx, room_id)

    async def archive(self, actor: Actor, room_id: UUID) -> None:
        """End a room for everybody in it; what was said is kept."""
        async with self._db.transaction(actor) as tx:
            await self._managed(tx, actor, room_id)
            await tx.run(sql.archive_room, id=room_id, now=self._clock())
            for row in await tx.rows(sql.member_ids, room_id=room_id):
                tx.emit(SeatLost(staff_id=row["staff_id"], room_id=room_id))

    async def add(self, actor: Actor, room_id: UUID, staff_ids: Sequence[StaffId]) -> None:
        """Bring colleagues in."""
        async with self._db.transaction(actor) as tx:
            await self._managed(tx, actor, room_id)
            await self._let_in(tx, room_id, await self._talkers(tx, actor, staff_ids))

    async def join(self, actor: Actor, room_id: UUID) -> SeatView:
        """Come into an open room; whoever manages rooms may come into any of the own branches."""
        me = must_be_staff(actor)
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.ROOM_TALK)
            row = await tx.row(sql.lock_room, id=room_id, staff_id=me)
            seat = store.seat(row)
            if not seat.is_member:
                is_open = row is not None and row["is_open"]
                if seat.kind != "team" or not actor.sees(seat.branch_id):
                    raise NotFound
                if not (is_open or actor.may(Permission.ROOM_MANAGE)):
                    raise NotFound
                await self._let_in(tx, room_id, [me])
            return await store.seat_of(tx, room_id, me)

    async def leave(self, actor: Actor, room_id: UUID) -> None:
        """Be in a room no longer; the last manager hands it on first."""
        async with self._db.transaction(actor) as tx:
            seat = await self.locked(tx, actor, room_id)
            await self._let_out(tx, seat, StaffId(_who(actor)))

    async def remove(self, actor: Actor, room_id: UUID, staff_id: StaffId) -> None:
        """Put somebody out; their open sockets hear nothing more from here on."""
        async with self._db.transaction(actor) as tx:
            seat = await self._managed(tx, actor, room_id)
            await self._let_out(tx, seat, staff_id)

    async def set_manager(self, actor: Actor, room_id: UUID, staff_id: StaffId, *, is_manager: bool) -> None:
        """Let a colleague change the room, or no longer."""
        async with self._db.transaction(actor) as tx:
            seat = await self._managed(tx, actor, room_id)
            found = (await self._people.actors(tx, [staff_id])).get(staff_id)
            if is_manager and (found is None or found.kind is ActorKind.GUEST):
                raise Invalid("A guest does not manage a room.")
            if not await tx.run(sql.set_manager, room_id=room_id, staff_id=staff_id, is_manager=is_manager):
                raise NotFound
            await self._must_be_managed(tx, seat)
            tx.emit(SeatTaken(staff_id=staff_id, seat=await store.seat_of(tx, room_id, staff_id)))
            await self._tell_member(tx, room_id, staff_id)

    async def _must_be_managed(self, tx: Tx, seat: Seat) -> None:
        row = await tx.row(sql.count_members, room_id=seat.room_id)
        if row is not None and row["members"] and not row["managers"]:
            raise Conflict("Somebody has to manage the room: name another manager first.")

    # --- moves that several share

    async def let_in(self, tx: Tx, room_id: UUID, staff_ids: Sequence[StaffId]) -> None:
        """Put people into a room, in the transaction of whoever knows that they may: an invitation."""
        await self._let_in(tx, room_id, staff_ids)

    async def _let_in(self, tx: Tx, room_id: UUID, staff_ids: Sequence[StaffId], *, is_manager: bool = False) -> None:
        if not staff_ids:
            return
        added = await tx.rows(
            sql.add_members, room_id=room_id, staff_ids=list(staff_ids), is_manager=is_manager, now=self._clock()
        )
        row = await tx.row(sql.count_members, room_id=room_id)
        if row is not None and row["members"] > MOST_MEMBERS:
            raise Invalid(f"A room has at most {MOST_MEMBERS} people.")
        for each in added:
            tx.emit(SeatTaken(staff_id=each["staff_id"], seat=await store.seat_of(tx, room_id, each["staff_id"])))
            await self._tell_member(tx, room_id, each["staff_id"])
        if added:
            await self._tell(tx, room_id)

    async def _let_out(self, tx: Tx, seat: Seat, staff_id: StaffId) -> None:
        if seat.kind == "direct":
            raise Invalid("A chat of two has no door.")
        if not await tx.run(sql.remove_member, room_id=seat.room_id, staff_id=staff_id):
            raise NotFound
        await self._must_be_managed(tx, seat)
        tx.emit(SeatLost(staff_id=staff_id, room_id=seat.room_id))
        tx.emit(MemberChanged(room_id=seat.room_id, staff_id=staff_id, member=None))
        await self._tell(tx, seat.room_id)

    async def _tell(self, tx: Tx, room_id: UUID) -> RoomView:
        view = await store.view(tx, room_id)
        tx.emit(RoomChanged(room=view))
        return view

    async def _tell_member(self, tx: Tx, room_id: UUID, staff_id: StaffId) -> None:
        row = await tx.row(sql.get_member, room_id=room_id, staff_id=staff_id)
        if row is not None:
            tx.emit(MemberChanged(room_id=room_id, staff_id=staff_id, member=store.member(row)))

    async def locked(self, tx: Tx, actor: Actor, room_id: UUID) -> Seat:
        """Lock a room that the actor is in; any other is not there."""
        actor.must(Permission.ROOM_TALK)
        return _in(store.seat(await tx.row(sql.lock_room, id=room_id, staff_id=actor.id)))

    async def found(self, tx: Tx, actor: Actor, room_id: UUID) -> Seat:
        """Return a room that the actor is in; any other is not there."""
        actor.must(Permission.ROOM_TALK)
        return _in(store.seat(await tx.row(sql.find_room, id=room_id, staff_id=actor.id)))

    async def _managed(self, tx: Tx, actor: Actor, room_id: UUID) -> Seat:
        """Lock a team room that the actor manages: as one of its managers, or as who manages rooms of its branch."""
        must_be_staff(actor)
        actor.must(Permission.ROOM_TALK)
        seat = store.seat(await tx.row(sql.lock_room, id=room_id, staff_id=actor.id))
        is_over_it = actor.may(Permission.ROOM_MANAGE) and actor.sees(seat.branch_id) and seat.kind == "team"
        if not seat.is_member and not is_over_it:
            raise NotFound
        if seat.kind == "direct" or not (seat.is_manager or is_over_it):
            raise Forbidden("This needs a manager of the room.")
        return seat

    async def managed(self, tx: Tx, actor: Actor, room_id: UUID) -> Seat:
        """Lock a team room that the actor manages."""
        return await self._managed(tx, actor, room_id)

    # --- reading

    async def members(self, actor: Actor, room_id: UUID) -> list[MemberView]:
        async with self._db.transaction(actor) as tx:
            await self.found(tx, actor, room_id)
            return [store.member(row) for row in await tx.rows(sql.list_members, room_id=room_id)]

    async def people(self, actor: Actor) -> list[Person]:
        """Return with whom a chat can be begun, and who can be brought into a room."""
        me = must_be_staff(actor)
        actor.must(Permission.ROOM_TALK)
        rows = await self._db.rows(sql.people_to_talk_to, me=me, branches=actor.branch_scope)
        return [store.person(row) for row in rows]

    async def open_rooms(self, actor: Actor, *, every: bool) -> list[RoomView]:
        """Return the rooms that can be joined; `every`: all team rooms in scope, for who manages them."""
        me = must_be_staff(actor)
        actor.must(Permission.ROOM_MANAGE if every else Permission.ROOM_TALK)
        async with self._db.transaction(actor) as tx:
            if every:
                rows = await tx.rows(sql.all_rooms, branches=actor.branch_scope)
            else:
                rows = await tx.rows(sql.open_rooms, branches=actor.branch_scope, staff_id=me)
            ids = [row["id"] for row in rows]
            found = await store.views(tx, ids)
        return [found[room_id] for room_id in ids]

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the own rooms to the console's snapshot."""
        if not actor.may(Permission.ROOM_TALK):
            return {"rooms": []}
        rows = await tx.rows(sql.rooms_of, staff_id=actor.id, most=MOST_ROOMS)
        return {"rooms": [each.model_dump(mode="json") for each in await store.seats(tx, rows)]}

    async def rooms_of(self, actor: Actor) -> set[str]:
        """Return what the sockets of somebody hear."""
        if not actor.may(Permission.ROOM_TALK):
            return set()
        rows = await self._db.rows(sql.rooms_of, staff_id=actor.id, most=MOST_ROOMS)
        return {f"room:{row['room_id']}" for row in rows}


class RoomDocuments:
    """Rooms as what a notification is about: known to their members alone."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each of these rooms is called and who is in it."""
        rows = await tx.rows(sql.rooms_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind="room", id=row["id"]),
                title=row["name"] or row["people"] or "",
                link=["rooms", str(row["id"])],
                permission=Permission.ROOM_TALK,
                only=frozenset(row["staff_ids"]),
            )
            for row in rows
        }


def _in(seat: Seat) -> Seat:
    if not seat.is_member:
        raise NotFound
    return seat


def _who(actor: Actor) -> UUID:
    if actor.id is None:
        raise Forbidden
    return actor.id
