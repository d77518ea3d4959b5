"""Use-cases of what is said in rooms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import StaffId, uuid7
from core.text import fold, printable
from notices.model import DocumentRef, Notice, NoticeKind, logins_in
from notices.service import Notices
from rooms import store
from rooms.model import NewMessage, RoomMessageSaved, RoomMessageView, RoomRead, Seat, Sign
from rooms.service import Rooms
from rooms.store import sql
from storage.database import Database, Tx


class Talk:
    """Messages of rooms."""

    def __init__(self, db: Database, clock: Clock, rooms: Rooms, people: People, notices: Notices) -> None:
        self._db, self._clock = db, clock
        self._rooms, self._people, self._notices = rooms, people, notices

    async def say(self, actor: Actor, room_id: UUID, new: NewMessage) -> RoomMessageView:
        """Say something, once per `client_id`; whom it mentions is told, and the other one of a direct chat."""
        if not (new.text.strip() or new.attachments or new.document):
            raise Invalid("There is nothing to send.")
        async with self._db.transaction(actor) as tx:
            seat = await self._rooms.locked(tx, actor, room_id)
            known = await tx.row(sql.find_message_by_client, author_id=actor.id, client_id=new.client_id)
            if known is not None:
                return _same(store.message(known), room_id)
            seat.must_post()
            if new.document is not None:
                # Nobody points others at what he may not know of himself.
                await self._notices.register.must_see(tx, actor, new.document)
            message = await self._add(tx, seat, new)
            await self._notify(tx, seat, message)
        return message

    async def _add(self, tx: Tx, seat: Seat, new: NewMessage) -> RoomMessageView:
        message_id, text = uuid7(), printable(new.text)
        if new.reply_seq is not None and not seat.from_seq < new.reply_seq <= seat.last_seq:
            raise Invalid("What this answers is not there.")
        seq = await tx.value(sql.next_seq, id=seat.room_id)
        await tx.run(
            sql.insert_message,
            id=message_id,
            room_id=seat.room_id,
            seq=seq,
            author_id=tx.actor.id,
            text=text,
            search=fold(text),
            attachments=await self._bind(tx, seat.room_id, new.attachments),
            mentions=await self._mentioned(tx, seat.room_id, text, new.mentions),
            reply_seq=new.reply_seq,
            document=None if new.document is None else new.document.model_dump(mode="json"),
            client_id=new.client_id,
            now=self._clock(),
        )
        await tx.run(sql.mark_read, room_id=seat.room_id, staff_id=tx.actor.id, seq=seq)
        message = await store.get_message(tx, message_id)
        tx.emit(RoomMessageSaved(message=message))
        return message

    async def _bind(self, tx: Tx, room_id: UUID, uploads: Sequence[UUID]) -> list[dict[str, Any]]:
        if not uploads:
            return []
        rows = await tx.rows(sql.bind_files, room_id=room_id, ids=list(uploads), owner=tx.actor.label)
        if len(rows) != len(set(uploads)):
            raise Invalid("An attachment is not there, is not yours, or was sent before.")
        return [store.attachment(row) for row in rows]

    async def _mentioned(self, tx: Tx, room_id: UUID, text: str, picked: Collection[StaffId]) -> list[StaffId]:
        """Return whom a text mentions, of those in the room."""
        wanted = {*picked, *await self._people.by_logins(tx, logins_in(text))}
        if not wanted:
            return []
        rows = await tx.rows(sql.member_ids, room_id=room_id)
        return sorted(wanted & {row["staff_id"] for row in rows})

    async def _notify(self, tx: Tx, seat: Seat, message: RoomMessageView) -> None:
        """Tell the mentioned; in a direct chat the other one, once for each stretch that was not read."""
        ref = DocumentRef(kind="room", id=seat.room_id)
        kind: NoticeKind = "room_mention"
        source, told = f"room_message:{message.id}", list(message.mentions)
        if seat.kind == "direct":
            others = [
                row for row in await tx.rows(sql.member_ids, room_id=seat.room_id) if row["staff_id"] != tx.actor.id
            ]
            kind, told = "direct", [row["staff_id"] for row in others]
            source = f"direct:{seat.room_id}:{max((row['read_seq'] for row in others), default=0)}"
        if told:
            await self._notices.notify(tx, told, ref, Notice(kind=kind, source=source, text=message.text))

    # --- changing what was said

    async def edit(self, actor: Actor, message_id: UUID, version: int, text: str) -> RoomMessageView:
        """Put an own message right; it is marked, and who is newly mentioned is told."""
        async with self._db.transaction(actor) as tx:
            seat, known = await self._own(tx, actor, message_id)
            if known.version != version:
                raise Conflict.overtaken(known.version)
            if not text.strip() and not known.attachments:
                raise Invalid("There is nothing to say; delete it instead.")
            await tx.run(sql.keep_past_message, id=message_id)
            mentions = await self._mentioned(tx, seat.room_id, text, known.mentions)
            plain = printable(text)
            await tx.run(
                sql.edit_message, id=message_id, text=plain, search=fold(plain), mentions=mentions, now=self._clock()
            )
            message = await self._tell(tx, message_id)
            fresh = set(mentions) - set(known.mentions)
            if fresh:
                ref = DocumentRef(kind="room", id=seat.room_id)
                notice = Notice(kind="room_mention", source=f"room_message:{message_id}", text=plain)
                await self._notices.notify(tx, fresh, ref, notice)
        return message

    async def delete(self, actor: Actor, message_id: UUID) -> RoomMessageView:
        """Take an own message back; a manager of the room takes back anybody's. What it said is kept for the audit."""
        async with self._db.transaction(actor) as tx:
            await self._own(tx, actor, message_id, or_manager=True)
            await tx.run(sql.keep_past_message, id=message_id)
            await tx.run(sql.delete_message, id=message_id, now=self._clock())
            return await self._tell(tx, message_id)

    async def react(self, actor: Actor, message_id: UUID, sign: Sign, *, is_on: bool) -> RoomMessageView:
        """Put a sign at a message, or take it away; twice is once."""
        async with self._db.transaction(actor) as tx:
            _, known = await self._readable(tx, actor, message_id)
            people = set(known.reactions.get(sign, []))
            changed = people | {actor.id} if is_on else people - {actor.id}
            if changed == people:
                return known
            signs: dict[str, list[str]] = {name: [str(each) for each in who] for name, who in known.reactions.items()}
            signs[sign] = sorted(map(str, changed))
            kept = {name: who for name, who in signs.items() if who}
            await tx.run(sql.set_reactions, id=message_id, reactions=kept)
            return await self._tell(tx, message_id)

    async def _readable(self, tx: Tx, actor: Actor, message_id: UUID) -> tuple[Seat, RoomMessageView]:
        """Lock the room of a message that the actor may read; any other is not there."""
        seat = await self._rooms.locked(tx, actor, (await store.get_message(tx, message_id)).room_id)
        message = await store.get_message(tx, message_id)
        if message.seq <= seat.from_seq or message.deleted_at is not None:
            raise NotFound
        return seat, message

    async def _own(
        self, tx: Tx, actor: Actor, message_id: UUID, *, or_manager: bool = False
    ) -> tuple[Seat, RoomMessageView]:
        seat, message = await self._readable(tx, actor, message_id)
        if message.author.id != actor.id and not (or_manager and seat.is_manager):
            raise Forbidden("This is somebody else's message.")
        return seat, message

    async def _tell(self, tx: Tx, message_id: UUID) -> RoomMessageView:
        """Tell a changed message to those who may read it: not to guests who came after it."""
        message = await store.get_message(tx, message_id)
        rows = await tx.rows(sql.member_ids, room_id=message.room_id)
        readers = [row["staff_id"] for row in rows if row["from_seq"] < message.seq]
        tx.emit(RoomMessageSaved(message=message, only=None if len(readers) == len(rows) else readers))
        return message

    # --- reading

    async def read(self, actor: Actor, room_id: UUID, seq: int) -> None:
        """Say that everything up to `seq` was seen; every device hears of it, and the bell forgets the room."""
        async with self._db.transaction(actor) as tx:
            seat = await self._rooms.found(tx, actor, room_id)
            reached = min(seq, seat.last_seq)
            if await tx.run(sql.mark_read, room_id=room_id, staff_id=actor.id, seq=reached):
                tx.emit(RoomRead(room_id=room_id, staff_id=StaffId(_id(actor)), seq=reached))
            await self._notices.saw(tx, actor, DocumentRef(kind="room", id=room_id))

    async def page(self, actor: Actor, room_id: UUID, before: int, most: int) -> list[RoomMessageView]:
        """Return a page of a room, oldest first; a guest's begins where he came in."""
        async with self._db.transaction(actor) as tx:
            seat = await self._rooms.found(tx, actor, room_id)
            rows = await tx.rows(
                sql.list_messages, room_id=room_id, before_seq=before, from_seq=seat.from_seq, most=most
            )
            return [store.message(row) for row in reversed(rows)]

    async def search(self, actor: Actor, room_id: UUID | None, words: str, most: int) -> list[RoomMessageView]:
        """Find what was said in the own rooms, over spelling variants of Arabic and Persian."""
        escaped = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        if not escaped:
            return []
        async with self._db.transaction(actor) as tx:
            if room_id is not None:
                await self._rooms.found(tx, actor, room_id)
            rows = await tx.rows(
                sql.search_messages, staff_id=actor.id, room_id=room_id, pattern=f"%{escaped}%", most=most
            )
        return [store.message(row) for row in rows]

    async def must_be_in(self, actor: Actor, room_id: UUID) -> None:
        """Refuse whoever is not in the room."""
        async with self._db.transaction(actor) as tx:
            await self._rooms.found(tx, actor, room_id)


def _same(known: RoomMessageView, room_id: UUID) -> RoomMessageView:
    if known.room_id != room_id:
        raise Conflict("This client_id was used in another room.")
    return known


def _id(actor: Actor) -> UUID:
    if actor.id is None:
        raise Forbidden
    return actor.id
