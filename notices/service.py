"""Use-cases of the bell: who is told, what was read, what rings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Forbidden
from core.ids import BranchId, StaffId, uuid7
from core.text import preview, printable
from notices import store
from notices.documents import Documents, Register
from notices.model import (
    Document,
    DocumentRef,
    Notice,
    NoticeKind,
    NotificationAdded,
    NotificationSettingsSaved,
    NotificationsRead,
    NotificationView,
    Setting,
    Titled,
    settings,
)
from notices.store import LAST_ID, sql
from storage.database import Database, Tx

IN_SNAPSHOT = 20


class Notices:
    """Tells people, in the transaction of what they are told about."""

    def __init__(self, db: Database, clock: Clock, people: People) -> None:
        self._db, self._clock, self._people = db, clock, people
        self.register = Register()

    def serve(self, kind: str, owner: Documents) -> None:
        """Say who owns documents of this kind."""
        self.register.serve(kind, owner)

    async def notify(self, tx: Tx, staff_ids: Collection[UUID], ref: DocumentRef, notice: Notice) -> None:
        """Tell these people of something at a document, once per source; for use-cases of other folders.

        Who does it himself is not told, nor who may not know of the document.
        """
        document = await self.register.get(tx, ref)
        await self.tell(tx, document, dict.fromkeys(staff_ids, notice.kind), notice)

    async def who_may(self, tx: Tx, permission: str, branch_id: BranchId | None, most: int) -> list[StaffId]:
        """Return people who may do this with data of this branch: whom to tell when somebody has to look at it."""
        return await self._people.who_may(tx, permission, branch_id, most)

    async def tell(self, tx: Tx, document: Document, told: Mapping[UUID, NoticeKind], notice: Notice) -> None:
        """Tell each for a reason of their own."""
        others = {person for person in told if person != tx.actor.id}
        actors = await self._people.actors(tx, others)
        allowed = sorted(person for person, actor in actors.items() if document.is_seen_by(actor))
        if not allowed:
            return
        # Counts are whole values: two transactions that add to one bell come one after the other.
        await tx.rows(sql.lock_bells, staff_ids=allowed)
        rows = await tx.rows(
            sql.insert_notifications,
            ids=[uuid7() for _ in allowed],
            staff_ids=allowed,
            kinds=[told[person] for person in allowed],
            document_kind=document.ref.kind,
            document_id=document.ref.id,
            title=document.title,
            link=document.link,
            by_id=tx.actor.id,
            by_name=tx.actor.name if tx.actor.id is not None else "",
            text=preview(printable(notice.text)),
            source=notice.source,
            now=self._clock(),
        )
        unread = await self._unread(tx, [row["staff_id"] for row in rows])
        for row in rows:
            view = store.notification(row)
            tx.emit(NotificationAdded(staff_id=row["staff_id"], notification=view, unread=unread[row["staff_id"]]))

    async def titles(self, actor: Actor, refs: Sequence[DocumentRef]) -> list[Titled]:
        """Return what those of them are called that the actor may know of."""
        async with self._db.transaction(actor) as tx:
            seen = await self.register.seen(tx, actor, refs)
        return [Titled(document=ref, title=each.title, link=each.link) for ref, each in seen.items()]

    async def _unread(self, tx: Tx, staff_ids: Sequence[UUID]) -> dict[UUID, int]:
        rows = await tx.rows(sql.count_unread, staff_ids=list(staff_ids))
        return {row["staff_id"]: row["unread"] for row in rows}

    # --- what somebody does with the own ones

    async def page(self, actor: Actor, before: UUID, most: int) -> list[NotificationView]:
        """Return the own ones, newest first; of what may no longer be known only that it was."""
        async with self._db.transaction(actor) as tx:
            return await self._shown(tx, actor, before, most)

    async def _shown(self, tx: Tx, actor: Actor, before: UUID, most: int) -> list[NotificationView]:
        rows = await tx.rows(sql.list_notifications, staff_id=person(actor), before=before, most=most)
        found = [store.notification(row) for row in rows]
        seen = await self.register.seen(tx, actor, [each.document for each in found])
        bare = {"title": "", "text": "", "link": []}
        return [each if each.document in seen else each.model_copy(update=bare) for each in found]

    async def read(self, actor: Actor, ids: Sequence[UUID] | None) -> int:
        """Mark these as read, or all; every device hears of it. Returns how many are left."""
        async with self._db.transaction(actor) as tx:
            me = await self._lock_bell(tx, actor)
            wanted = None if ids is None else list(ids)
            now = self._clock()
            marked = await tx.rows(sql.mark_read, staff_id=me, ids=wanted, now=now)
            return await self._told_read(tx, me, [row["id"] for row in marked], now, is_all=ids is None)

    async def saw(self, tx: Tx, actor: Actor, ref: DocumentRef) -> None:
        """Whoever opens a document has read what the bell says of it."""
        if not await tx.value(sql.has_unread_of_document, staff_id=actor.id, kind=ref.kind, id=ref.id):
            return
        me = await self._lock_bell(tx, actor)
        now = self._clock()
        marked = await tx.rows(sql.mark_read_of_document, staff_id=me, kind=ref.kind, id=ref.id, now=now)
        await self._told_read(tx, me, [row["id"] for row in marked], now, is_all=False)

    async def _lock_bell(self, tx: Tx, actor: Actor) -> StaffId:
        me = person(actor)
        await tx.rows(sql.lock_bells, staff_ids=[me])
        return me

    async def _told_read(self, tx: Tx, me: StaffId, ids: list[UUID], now: datetime, *, is_all: bool) -> int:
        unread = (await self._unread(tx, [me]))[me]
        if ids:
            told = None if is_all else ids
            tx.emit(NotificationsRead(staff_id=me, ids=told, read_at=now, unread=unread))
        return unread

    async def choose(self, actor: Actor, setting: Setting) -> list[Setting]:
        """Say whether a kind rings."""
        me = person(actor)
        async with self._db.transaction(actor) as tx:
            await tx.run(sql.save_setting, staff_id=me, kind=setting.kind, rings=setting.rings)
            chosen = await self._settings(tx, me)
            tx.emit(NotificationSettingsSaved(staff_id=me, settings=chosen))
        return chosen

    async def _settings(self, tx: Tx, me: StaffId) -> list[Setting]:
        rows = await tx.rows(sql.get_settings, staff_id=me)
        return settings((row["kind"], row["rings"]) for row in rows)

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the bell to the console's snapshot."""
        me = person(actor)
        newest = await self._shown(tx, actor, LAST_ID, IN_SNAPSHOT)
        return {
            "notifications": [each.model_dump(mode="json") for each in newest],
            "unread_notifications": (await self._unread(tx, [me]))[me],
            "notification_settings": [each.model_dump(mode="json") for each in await self._settings(tx, me)],
        }


def person(actor: Actor) -> StaffId:
    """Return who it is; only people have a bell."""
    if actor.id is None:
        raise Forbidden
    return StaffId(actor.id)
