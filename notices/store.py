"""Rows of notices to values and back."""

from __future__ import annotations

from uuid import UUID

from core.errors import NotFound
from notices.model import AssignmentView, CommentView, DocumentRef, NotificationView
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
LAST_ID = UUID(int=2**128 - 1)
_DOCUMENT = ("document_kind", "document_id")


def _without_document(row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _DOCUMENT}


def ref(row: Row) -> DocumentRef:
    return DocumentRef(kind=row["document_kind"], id=row["document_id"])


def comment(row: Row) -> CommentView:
    return CommentView.model_validate(_without_document(row))


def assignment(row: Row) -> AssignmentView:
    return AssignmentView.model_validate({**_without_document(row), "document": ref(row)})


def notification(row: Row) -> NotificationView:
    fields = {name: value for name, value in _without_document(row).items() if name != "staff_id"}
    return NotificationView.model_validate({**fields, "document": ref(row)})


async def lock(tx: Tx, of: DocumentRef) -> Row:
    """Lock what is at a document, made by the first use."""
    await tx.run(sql.ensure_document, kind=of.kind, id=of.id)
    row = await tx.row(sql.lock_document, kind=of.kind, id=of.id)
    if row is None:
        raise NotFound
    return row


async def get_comment(tx: Tx, comment_id: UUID) -> Row:
    row = await tx.row(sql.get_comment, id=comment_id)
    if row is None:
        raise NotFound
    return row


async def open_assignment(reader: Tx | Database, of: DocumentRef) -> AssignmentView | None:
    row = await reader.row(sql.open_assignment, kind=of.kind, id=of.id)
    return None if row is None else assignment(row)


async def get_assignment(tx: Tx, assignment_id: UUID) -> AssignmentView:
    row = await tx.row(sql.get_assignment, id=assignment_id)
    if row is None:
        raise NotFound
    return assignment(row)
