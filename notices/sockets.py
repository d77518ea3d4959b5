"""What somebody does at documents and with the bell over the socket."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.commands import Payload, Sender, command
from core.http import SIGNED_IN
from core.values import Value
from notices.assignments import Assignments
from notices.comments import Comments
from notices.model import (
    AssignmentView,
    Colleague,
    CommentChange,
    CommentView,
    DocumentRef,
    NewAssignment,
    NewComment,
    NotesView,
    NoticeKind,
    Setting,
    Titled,
)
from notices.service import Notices


class Open(Payload):
    document: DocumentRef


class EarlierComments(Payload):
    document: DocumentRef
    before: UUID


class Write(Payload, NewComment):
    document: DocumentRef


class Edit(Payload, CommentChange):
    comment_id: UUID


class WhichComment(Payload):
    comment_id: UUID


class Follow(Payload):
    document: DocumentRef
    is_on: bool


class Assign(Payload, NewAssignment):
    document: DocumentRef


class WhichAssignment(Payload):
    assignment_id: UUID


class MarkRead(Payload):
    """`ids` null: all."""

    ids: list[UUID] | None = Field(None, max_length=200)


class Choose(Payload):
    kind: NoticeKind
    rings: bool


class Noted(Value):
    comment: CommentView


class CommentPage(Value):
    comments: list[CommentView]


class Assigned(Value):
    assignment: AssignmentView | None


class Unread(Value):
    unread: int


class Chosen(Value):
    settings: list[Setting]


class Colleagues(Value):
    colleagues: list[Colleague]


class Which(Payload):
    documents: list[DocumentRef] = Field(min_length=1, max_length=50)


class Titles(Value):
    """Those of the asked documents that you may know of."""

    documents: list[Titled]


class Doors(Protocol):
    """Lets a socket hear of a document that it has open."""

    def let_in(self, sid: str, room: str) -> None: ...

    def let_out(self, sid: str, room: str) -> None: ...


class NoticeCommands:
    """`doors`: who has a document open hears of it."""

    def __init__(self, notices: Notices, comments: Comments, assignments: Assignments, doors: Doors) -> None:
        self._notices, self._comments, self._assignments, self._doors = notices, comments, assignments, doors

    @command("document.open", permission=SIGNED_IN)
    async def open(self, sender: Sender, payload: Open) -> NotesView:
        """Get comments and assignment of a document, and hear of them from now on: `comment.put`, `assignment.put`."""
        room = _room(payload.document)
        return await self._comments.open(sender.actor, payload.document, lambda: self._doors.let_in(sender.sid, room))

    @command("document.close", permission=SIGNED_IN)
    async def close(self, sender: Sender, payload: Open) -> None:
        """Hear no more of a document."""
        self._doors.let_out(sender.sid, _room(payload.document))

    @command("document.comments", permission=SIGNED_IN)
    async def comments(self, sender: Sender, payload: EarlierComments) -> CommentPage:
        """Get earlier comments, oldest first."""
        return CommentPage(comments=await self._comments.earlier(sender.actor, payload.document, payload.before))

    @command("document.titles", permission=SIGNED_IN)
    async def titles(self, sender: Sender, payload: Which) -> Titles:
        """Get what documents are called and where they are shown; those that you may not see are left out."""
        return Titles(documents=await self._notices.titles(sender.actor, payload.documents))

    @command("document.follow", permission=SIGNED_IN)
    async def follow(self, sender: Sender, payload: Follow) -> None:
        """Hear of comments at a document, or no longer."""
        await self._comments.follow(sender.actor, payload.document, is_on=payload.is_on)

    @command("document.assign", permission=SIGNED_IN)
    async def assign(self, sender: Sender, payload: Assign) -> Assigned:
        """Let a colleague look after a document; null for nobody. Needs document.assign, or to have it."""
        return Assigned(assignment=await self._assignments.assign(sender.actor, payload.document, payload))

    @command("document.colleagues", permission=SIGNED_IN)
    async def colleagues(self, sender: Sender, payload: Open) -> Colleagues:  # noqa: ARG002 - every command has a payload
        """Get who can be mentioned or given work."""
        return Colleagues(colleagues=await self._comments.colleagues(sender.actor))

    @command("comment.write", permission=Permission.COMMENT_WRITE)
    async def write(self, sender: Sender, payload: Write) -> Noted:
        """Write at a document, once per `client_id`; `mentions` and each `@login` in the text are told."""
        return Noted(comment=await self._comments.write(sender.actor, payload.document, payload))

    @command("comment.edit", permission=Permission.COMMENT_WRITE)
    async def edit(self, sender: Sender, payload: Edit) -> Noted:
        """Put an own comment right, within 15 minutes."""
        return Noted(comment=await self._comments.edit(sender.actor, payload.comment_id, payload))

    @command("comment.delete", permission=Permission.COMMENT_WRITE)
    async def delete(self, sender: Sender, payload: WhichComment) -> Noted:
        """Take an own comment back, within 15 minutes."""
        return Noted(comment=await self._comments.delete(sender.actor, payload.comment_id))

    @command("assignment.done", permission=SIGNED_IN)
    async def done(self, sender: Sender, payload: WhichAssignment) -> Assigned:
        """Say that what is assigned to you is done."""
        return Assigned(assignment=await self._assignments.done(sender.actor, payload.assignment_id))

    @command("notification.read", permission=SIGNED_IN)
    async def read(self, sender: Sender, payload: MarkRead) -> Unread:
        """Mark notifications as read, on every device."""
        return Unread(unread=await self._notices.read(sender.actor, payload.ids))

    @command("notification.choose", permission=SIGNED_IN)
    async def choose(self, sender: Sender, payload: Choose) -> Chosen:
        """Say whether a kind of notification rings."""
        chosen = await self._notices.choose(sender.actor, Setting(kind=payload.kind, rings=payload.rings))
        return Chosen(settings=chosen)


def _room(ref: DocumentRef) -> str:
    return f"document:{ref.kind}:{ref.id}"
