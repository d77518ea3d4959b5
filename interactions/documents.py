"""Conversations as documents that colleagues comment on and give to each other."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from access.model import Permission
from interactions.store import sql
from notices.model import Document, DocumentRef
from storage.database import Tx


class InteractionDocuments:
    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each of these conversations is called, whose it is, and who may know of it."""
        rows = await tx.rows(sql.interactions_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind="interaction", id=row["id"]),
                title=f"#{row['number']} {row['customer_name']}",
                # Also for those whose work it is not: the page of assignments shows any conversation.
                link=["assigned", "interaction", str(row["id"])],
                permission=Permission.INTERACTION_READ,
                branch_id=row["branch_id"],
                owners=frozenset({row["agent_id"]} - {None}),
            )
            for row in rows
        }
