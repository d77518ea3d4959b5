"""Customers as documents that colleagues comment on and give to each other."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from access.model import Permission
from customers.store import sql
from notices.model import Document, DocumentRef
from storage.database import Tx


class CustomerDocuments:
    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each of these customers is called and who may know of it."""
        rows = await tx.rows(sql.customers_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind="customer", id=row["id"]),
                title=row["name"],
                link=["customers", str(row["id"])],
                permission=Permission.CUSTOMER_READ,
                branch_id=row["branch_id"],
            )
            for row in rows
        }
