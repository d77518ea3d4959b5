"""Files that came and went with a customer's messages: found again, and sent along once more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access.model import Permission
from core.actor import Actor
from core.errors import NotFound
from core.http import Call, route
from core.ids import uuid7
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from interactions.attachments import FileUploaded
from interactions.model import AttachmentView
from interactions.store import sql
from storage.database import Database


class StoredFile(Value):
    """One file, and with which message of which conversation it came or went."""

    id: UUID
    name: str
    content_type: str
    size: int
    url: str
    at: datetime
    interaction_id: UUID
    number: int
    is_ours: bool = Field(description="We sent it; else it came from the customer.")


class StoredFileList(BaseModel):
    items: list[StoredFile]


class StoredFileQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=100, description="Part of the name.")
    before: AwareDatetime | None = Field(None, description="Only what is older than this.")
    limit: int = Field(50, ge=1, le=200)


class StoredFiles:
    def __init__(self, db: Database, customers: Customers) -> None:
        self._db, self._customers = db, customers

    async def of_customer(self, actor: Actor, customer_id: CustomerId, query: StoredFileQuery) -> list[StoredFile]:
        """Return what came and went with all records of a customer, as far as one may read it, the newest first."""
        found = await self._customers.get(actor, customer_id)
        rows = await self._db.rows(
            sql.files_of_customer,
            customer_id=found.id,
            branches=actor.branch_scope,
            words=query.q.strip().lower(),
            before=query.before,
            most=query.limit,
        )
        return [StoredFile(**dict(row), url=f"/api/files/{row['id']}") for row in rows]

    async def copy(self, actor: Actor, file_id: UUID) -> AttachmentView:
        """Make a file of a conversation that one may read one's own upload, to be sent along."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_attachment, id=file_id)
            if row is None or row["interaction_id"] is None:
                raise NotFound
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            kept = {name: row[name] for name in ("name", "content_type", "size")}
            copied = {**kept, "id": uuid7(), "sha256": bytes(row["sha256"]), "owner": actor.label}
            await tx.together(sql.insert_attachments, [{**copied, "interaction_id": None}])
            tx.emit(FileUploaded(attachment_id=copied["id"], name=row["name"], size=row["size"]))
        return AttachmentView(**kept, id=copied["id"], url=f"/api/files/{copied['id']}")


class StoredFileRoutes:
    def __init__(self, files: StoredFiles) -> None:
        self._files = files

    @route("GET", "/api/customers/{customer_id}/files", permission=Permission.INTERACTION_READ)
    async def of_customer(self, call: Call, customer_id: UUID, query: StoredFileQuery) -> StoredFileList:
        """List the files of a customer's conversations, the newest first."""
        return StoredFileList(items=await self._files.of_customer(call.actor, CustomerId(customer_id), query))

    @route("POST", "/api/files/{file_id}/copies", permission=Permission.INTERACTION_REPLY, status=201)
    async def copy(self, call: Call, file_id: UUID) -> AttachmentView:
        """Take a stored file of a conversation to attach it to a message of yours."""
        return await self._files.copy(call.actor, file_id)
