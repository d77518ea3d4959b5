"""Use-cases of comments: write, put right, take back, follow; and all that is at a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from access.model import Permission
from access.people import People
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId, uuid7
from core.text import printable
from notices import store
from notices.model import (
    EDITABLE,
    Colleague,
    CommentChange,
    CommentSaved,
    CommentView,
    Document,
    DocumentRef,
    NewComment,
    NotesView,
    Notice,
    logins_in,
    told_first,
)
from notices.service import Notices, person
from notices.store import LAST_ID, sql
from storage.database import Database, Row, Tx

PAGE = 50


class TooLate(Conflict):
    """A comment can be changed for 15 minutes."""


class Comments:
    """What colleagues write at documents."""

    def __init__(self, db: Database, clock: Clock, people: People, notices: Notices) -> None:
        self._db, self._clock, self._people, self._notices = db, clock, people, notices

    async def open(self, actor: Actor, ref: DocumentRef, let_in: Callable[[], None] = lambda: None) -> NotesView:
        """Return everything at a document; what the bell said of it counts as read.

        `let_in` is called once it is clear that the actor may know of it and before anything is read: what is told
        from then on is whole, so that hearing of it twice does no harm, and nothing is missed.
        """
        async with self._db.transaction(actor) as tx:
            document = await self._notices.register.must_see(tx, actor, ref)
            let_in()
            row = await tx.row(sql.get_document, kind=ref.kind, id=ref.id)
            history = [store.assignment(each) for each in await tx.rows(sql.assignments_of, kind=ref.kind, id=ref.id)]
            await self._notices.saw(tx, actor, ref)
            return NotesView(
                document=ref,
                title=document.title,
                version=row["version"] if row else 0,
                comments=await self._page(tx, ref, LAST_ID, PAGE),
                count=row["comments"] if row else 0,
                assignment=next((each for each in history if each.state == "open"), None),
                history=history,
                is_following=await self._is_following(tx, actor, document),
            )

    async def _is_following(self, tx: Tx, actor: Actor, document: Document) -> bool:
        ref = document.ref
        chosen = await tx.value(sql.is_following, kind=ref.kind, id=ref.id, staff_id=actor.id)
        return actor.id in document.owners if chosen is None else bool(chosen)

    async def earlier(self, actor: Actor, ref: DocumentRef, before: UUID) -> list[CommentView]:
        async with self._db.transaction(actor) as tx:
            await self._notices.register.must_see(tx, actor, ref)
            return await self._page(tx, ref, before, PAGE)

    async def _page(self, tx: Tx, ref: DocumentRef, before: UUID, most: int) -> list[CommentView]:
        rows = await tx.rows(sql.list_comments, kind=ref.kind, id=ref.id, before=before, most=most)
        return [store.comment(row) for row in reversed(rows)]

    async def write(self, actor: Actor, ref: DocumentRef, new: NewComment) -> CommentView:
        """Write at a document; whom it mentions is told, and whoever follows."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.COMMENT_WRITE)
            document = await self._notices.register.must_see(tx, actor, ref)
            me = person(actor)
            await store.lock(tx, ref)
            known = await tx.row(sql.find_comment_by_client, author_id=me, client_id=new.client_id)
            if known is not None:
                return self._same(known, ref)
            text = printable(new.text)
            mentioned = await self._mentioned(tx, document, text, new.mentions)
            comment_id = uuid7()
            await tx.run(
                sql.insert_comment,
                id=comment_id,
                kind=ref.kind,
                document_id=ref.id,
                author_id=me,
                text=text,
                mentions=mentioned,
                client_id=new.client_id,
                at=self._clock(),
            )
            await tx.run(sql.follow, kind=ref.kind, id=ref.id, staff_ids=[me, *mentioned])
            view = await self._told(tx, ref, comment_id, by=1)
            await self._notify(tx, document, view)
        return view

    def _same(self, known: Row, ref: DocumentRef) -> CommentView:
        if store.ref(known) != ref:
            raise Conflict("This client_id was used at another document.")
        return store.comment(known)

    async def _mentioned(self, tx: Tx, document: Document, text: str, picked: Sequence[StaffId]) -> list[StaffId]:
        """Return whom a text mentions, of those who may see the document: to others it would tell of it."""
        wanted = {*picked, *await self._people.by_logins(tx, logins_in(text))}
        actors = await self._people.actors(tx, wanted)
        return sorted(staff_id for staff_id, each in actors.items() if document.is_seen_by(each))

    async def _told(self, tx: Tx, ref: DocumentRef, comment_id: UUID, *, by: int) -> CommentView:
        view = store.comment(await store.get_comment(tx, comment_id))
        count = await tx.value(sql.count_comment, kind=ref.kind, id=ref.id, by=by)
        tx.emit(CommentSaved(document=ref, comment=view, count=count))
        return view

    async def _notify(self, tx: Tx, document: Document, comment: CommentView) -> None:
        rows = await tx.rows(sql.followers, kind=document.ref.kind, id=document.ref.id)
        left = {row["staff_id"] for row in rows if not row["is_on"]}
        following = {row["staff_id"] for row in rows} | document.owners
        told = told_first([("mention", comment.mentions), ("comment", following - left)], comment.author_id)
        notice = Notice(kind="comment", source=f"comment:{comment.id}", text=comment.text)
        await self._notices.tell(tx, document, told, notice)

    async def edit(self, actor: Actor, comment_id: UUID, change: CommentChange) -> CommentView:
        """Put an own comment right while it is fresh; who is newly mentioned is told."""
        async with self._db.transaction(actor) as tx:
            document, row = await self._own(tx, actor, comment_id)
            if row["version"] != change.version:
                raise Conflict.overtaken(row["version"])
            text = printable(change.text)
            mentioned = await self._mentioned(tx, document, text, row["mentions"])
            await tx.run(sql.keep_past_comment, id=comment_id)
            await tx.run(sql.edit_comment, id=comment_id, text=text, mentions=mentioned, now=self._clock())
            view = await self._told(tx, document.ref, comment_id, by=0)
            fresh = set(mentioned) - set(row["mentions"])
            notice = Notice(kind="mention", source=f"comment:{comment_id}", text=text)
            await self._notices.tell(tx, document, told_first([("mention", fresh)], actor.id), notice)
        return view

    async def delete(self, actor: Actor, comment_id: UUID) -> CommentView:
        """Take an own comment back while it is fresh; the audit trail keeps that there was one."""
        async with self._db.transaction(actor) as tx:
            document, _ = await self._own(tx, actor, comment_id)
            await tx.run(sql.keep_past_comment, id=comment_id)
            await tx.run(sql.delete_comment, id=comment_id, now=self._clock())
            return await self._told(tx, document.ref, comment_id, by=-1)

    async def _own(self, tx: Tx, actor: Actor, comment_id: UUID) -> tuple[Document, Row]:
        actor.must(Permission.COMMENT_WRITE)
        ref = store.ref(await store.get_comment(tx, comment_id))
        document = await self._notices.register.must_see(tx, actor, ref)
        await store.lock(tx, ref)
        row = await store.get_comment(tx, comment_id)
        if row["author_id"] != actor.id:
            raise Forbidden("This is somebody else's comment.")
        if row["deleted_at"] is not None:
            raise NotFound
        if self._clock() - row["at"] > EDITABLE:
            raise TooLate
        return document, row

    async def follow(self, actor: Actor, ref: DocumentRef, *, is_on: bool) -> None:
        """Hear of what happens at a document, or no longer; mentions are heard all the same."""
        async with self._db.transaction(actor) as tx:
            await self._notices.register.must_see(tx, actor, ref)
            await tx.run(sql.ensure_document, kind=ref.kind, id=ref.id)
            await tx.run(sql.set_following, kind=ref.kind, id=ref.id, staff_id=person(actor), is_on=is_on)

    async def colleagues(self, actor: Actor) -> list[Colleague]:
        """Return who can be mentioned or given work; whoever may not do either gets nobody's name."""
        if not (actor.may(Permission.COMMENT_WRITE) or actor.may(Permission.DOCUMENT_ASSIGN)):
            raise Forbidden
        rows = await self._db.rows(sql.colleagues, branches=actor.branch_scope)
        return [Colleague(**dict(row)) for row in rows]
