"""What even the audit trail does not show to everybody: its owners say of what a reader may not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from access.model import AuditEntry
from core.actor import Actor

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Veil(Protocol):
    """Who owns things that are hidden from people, whatever they may do."""

    async def unseen(self, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
        """Return which of these ids are of things of which this actor may not know."""
        ...


def ids_in(entry: AuditEntry) -> set[UUID]:
    """Return every id that an entry names, wherever it stands."""
    return {UUID(found) for found in (*_ID.findall(entry.subject), *_found(entry.data))}


def _found(value: Any) -> list[str]:
    match value:
        case str():
            return _ID.findall(value)
        case dict():
            return [found for each in value.values() for found in _found(each)]
        case list():
            return [found for each in value for found in _found(each)]
        case _:
            return []


async def veiled(actor: Actor, entries: list[AuditEntry], veils: Sequence[Veil]) -> list[AuditEntry]:
    """Return the same entries; of those about something hidden, only that there is one, by whom and when."""
    named = {entry.seq: ids_in(entry) for entry in entries}
    everything = set().union(*named.values())
    hidden: set[UUID] = set()
    for veil in veils:
        hidden |= await veil.unseen(actor, everything)
    bare = {"subject": "", "data": {}}
    return [entry.model_copy(update=bare) if named[entry.seq] & hidden else entry for entry in entries]
