"""The register of what notes can be written at: each kind is served by its owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from core.actor import Actor
from core.errors import NotFound
from notices.model import Document, DocumentRef
from storage.database import Tx


class Documents(Protocol):
    """Who owns a kind of documents, and says what each is called and who may know of it."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return those that are there; the caller holds the reader's rights against each."""
        ...


class Register:
    """What each kind's owner says."""

    def __init__(self) -> None:
        self._owners: dict[str, Documents] = {}

    def serve(self, kind: str, owner: Documents) -> None:
        """Say who owns documents of this kind."""
        self._owners[kind] = owner

    async def get(self, tx: Tx, ref: DocumentRef) -> Document:
        """Return a document; NotFound for one that is not there, and for a kind that nobody serves."""
        owner = self._owners.get(ref.kind)
        found = None if owner is None else (await owner.documents(tx, [ref.id])).get(ref.id)
        if found is None:
            raise NotFound
        return found

    async def must_see(self, tx: Tx, actor: Actor, ref: DocumentRef) -> Document:
        """Refuse what this reader may not know of like what is not there."""
        found = await self.get(tx, ref)
        if not found.is_seen_by(actor):
            raise NotFound
        return found

    async def seen(self, tx: Tx, actor: Actor, refs: Iterable[DocumentRef]) -> dict[DocumentRef, Document]:
        """Return those that this reader may know of."""
        by_kind: dict[str, list[UUID]] = {}
        for ref in set(refs):
            by_kind.setdefault(ref.kind, []).append(ref.id)
        found: dict[DocumentRef, Document] = {}
        for kind, ids in by_kind.items():
            owner = self._owners.get(kind)
            if owner is not None:
                documents = (await owner.documents(tx, ids)).values()
                found |= {each.ref: each for each in documents if each.is_seen_by(actor)}
        return found
