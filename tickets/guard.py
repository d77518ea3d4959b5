"""What tickets ask of whoever stands above them and has a say in those of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from core.actor import Actor
from sla.model import Category
from storage.database import Tx
from tickets.model import NewTicket


class Guard(Protocol):
    """Must agree before tickets of a kind end, and is told when one begins: complaints are owed receipt and answer."""

    async def opening(self, tx: Tx, new: NewTicket) -> NewTicket:
        """Return what is really opened."""
        ...

    async def opened(self, tx: Tx, actor: Actor, ticket: Mapping[str, Any]) -> None:
        """It is there, in the transaction in which it began."""
        ...

    async def changed(self, tx: Tx, ticket: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """It was changed: what is promised of it may be another."""
        ...

    async def may_end(self, tx: Tx, ticket: Mapping[str, Any], category: Category) -> None:
        """Raise Conflict, saying what lacks."""
        ...
