"""Routes of notices: older notifications, lists of assignments, and a document's notes for other programs."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.errors import Invalid
from core.http import SIGNED_IN, Call, Page, PageQuery, route
from notices.assignments import Assignments
from notices.comments import Comments
from notices.model import AssignmentView, CommentView, DocumentRef, NewComment, NotesView, NotificationView, Side
from notices.service import Notices

_LAST_ID = UUID(int=2**128 - 1)


class AssignmentQuery(PageQuery):
    side: Side = "to_me"
    state: Literal["open", "ended"] | None = None
    kind: str | None = Field(None, max_length=40, description="The kind of document.")


def before_id(cursor: str | None) -> UUID:
    """Read a cursor of a list that runs from the newest id to the oldest."""
    try:
        return UUID(cursor) if cursor else _LAST_ID
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


class NoticeRoutes:
    def __init__(self, notices: Notices, comments: Comments, assignments: Assignments) -> None:
        self._notices, self._comments, self._assignments = notices, comments, assignments

    @route("GET", "/api/notifications", permission=SIGNED_IN)
    async def notifications(self, call: Call, query: PageQuery) -> Page[NotificationView]:
        """List your notifications, newest first."""
        found = await self._notices.page(call.actor, before_id(query.cursor), query.limit + 1)
        items = found[: query.limit]
        more = str(items[-1].id) if len(found) > query.limit else None
        return Page[NotificationView](items=items, next_cursor=more)

    @route("GET", "/api/assignments", permission=SIGNED_IN)
    async def assignments(self, call: Call, query: AssignmentQuery) -> Page[AssignmentView]:
        """List what is assigned to you, by you, or (with work.supervise) to anybody."""
        is_open = None if query.state is None else query.state == "open"
        items, following = await self._assignments.page(
            call.actor,
            query.side,
            is_open=is_open,
            kind=query.kind,
            before=before_id(query.cursor),
            most=query.limit,
        )
        return Page[AssignmentView](items=items, next_cursor=None if following is None else str(following))

    @route("GET", "/api/documents/{kind}/{document_id}/notes", permission=SIGNED_IN)
    async def notes(self, call: Call, kind: str, document_id: UUID) -> NotesView:
        """Show comments and assignment of a document that you may see."""
        return await self._comments.open(call.actor, reference(kind, document_id))

    @route("POST", "/api/documents/{kind}/{document_id}/comments", permission=Permission.COMMENT_WRITE, status=201)
    async def comment(self, call: Call, kind: str, document_id: UUID, body: NewComment) -> CommentView:
        """Write at a document, once per `client_id`."""
        return await self._comments.write(call.actor, reference(kind, document_id), body)


def reference(kind: str, document_id: UUID) -> DocumentRef:
    """Read a document's address; Invalid for a kind that cannot be one."""
    if not kind.isascii() or not kind.replace("_", "").isalpha() or not kind.islower():
        raise Invalid("There is no such kind of document.")
    return DocumentRef(kind=kind[:40], id=document_id)
