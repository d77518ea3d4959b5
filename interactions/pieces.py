"""What messages keep of files: those that came with them, and those that somebody uploaded before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from channels.answers import InboundFile
from core.errors import Invalid
from core.ids import uuid7
from interactions import store
from interactions.store import sql
from storage.database import Tx
from storage.files import StoredFile


def piece(file: InboundFile, stored: StoredFile) -> dict[str, Any]:
    """Return what a message keeps of a file that came with it."""
    return {
        "id": str(uuid7()),
        "name": file.name[:200] or "file",
        "content_type": file.content_type,
        "size": stored.size,
    }


async def bind(tx: Tx, interaction_id: UUID, uploads: Sequence[UUID]) -> list[dict[str, Any]]:
    """Let stored files go with a message of the conversation: the actor's own, each once."""
    if not uploads:
        return []
    rows = await tx.rows(sql.bind_attachments, interaction_id=interaction_id, ids=list(uploads), owner=tx.actor.label)
    if len(rows) != len(set(uploads)):
        raise Invalid("An attachment is not there, is not yours, or was sent before.")
    return [store.attachment(row) for row in rows]
