"""Queues as documents of the bell: what an alarm is about, and where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from access.model import Permission
from board.store import sql
from notices.model import Document, DocumentRef
from storage.database import Tx


class QueueDocuments:
    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each of these queues is called, and that supervisors of its branch may know of it."""
        rows = await tx.rows(sql.queues_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind="queue", id=row["id"]),
                title=row["name"],
                link=["board", str(row["id"])],
                permission=Permission.WORK_SUPERVISE,
                branch_id=row["branch_id"],
            )
            for row in rows
        }
