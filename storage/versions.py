"""What people change has a version: whoever read an older one than there is now is told, and writes nothing over it."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

from core.errors import Conflict, NotFound
from core.ids import uuid7
from core.values import Value
from storage.database import Tx
from storage.queries import Query


async def save(tx: Tx, query: Query, said: Value, thing_id: UUID | None, known: Container[UUID]) -> tuple[UUID, int]:
    """Keep something new, or the next version of what is known; returns its id and version.

    The query takes the fields of `said`, `id` and the `version` that was read (0 when it is new), and returns the new
    version, or no row when somebody changed it since. Raises NotFound and Conflict.
    """
    if thing_id is not None and thing_id not in known:
        raise NotFound
    kept = thing_id or uuid7()
    fields = said.model_dump(mode="json", exclude={"version"})
    saved = await tx.value(query, id=kept, version=getattr(said, "version", 0), **fields)
    if saved is None:
        raise Conflict.overtaken()
    return kept, int(saved)
