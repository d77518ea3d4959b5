"""Who may know of a ticket. Pure; branch and permission to read tickets are held besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from tickets.model import TicketNarrowed


def beyond(kind: str) -> frozenset[str]:
    """Return the permissions with which somebody sees confidential tickets of a kind without having to do with them."""
    own = {Permission.COMPLAINT_READ} if kind == "complaint" else set()
    return frozenset({Permission.TICKET_CONFIDENTIAL, *own})


class Guarded(Protocol):
    """A row of a ticket, or what an event says of one."""

    def __getitem__(self, name: str, /) -> Any: ...


def may_know(actor: Actor, row: Guarded) -> bool:
    """Tell whether the confidence of a ticket includes this actor: never whom it is about, whatever they may."""
    if actor.id is not None and actor.id in row["hidden_from"]:
        return False
    if not row["is_confidential"] or actor.id in row["readers"]:
        return True
    return any(actor.may(permission) for permission in beyond(row["kind"]))


def confidence(actor: Actor) -> dict[str, Any]:
    """Return the same as parameters of lists."""
    return {
        "sees_confidential": actor.may(Permission.TICKET_CONFIDENTIAL),
        "sees_complaints": actor.may(Permission.COMPLAINT_READ),
        "me": actor.id,
    }


def readers(is_confidential: bool, known: Sequence[UUID], *people: UUID | None) -> list[UUID]:
    """Return who may see a confidential ticket besides those who may see all: whoever had to do with it."""
    return sorted({*known, *(person for person in people if person is not None)}) if is_confidential else []


def narrowed(row: Guarded) -> TicketNarrowed:
    """Return the event that says who may still know of it."""
    return TicketNarrowed(
        ticket_id=row["id"],
        kind_of=row["kind"],
        is_confidential=row["is_confidential"],
        readers=row["readers"],
        hidden_from=row["hidden_from"],
    )
