"""Tickets in the search over everything."""

from __future__ import annotations

from collections.abc import Sequence

from core.actor import Actor
from core.snippets import snippet
from interactions.search import Group, Hit, Wanted
from tickets.listing import Listing, TicketQuery
from tickets.model import TicketRow


class Finding:
    """Finds them as their list does: by number, subject, description, requester and the fields that are searched."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    async def find(self, actor: Actor, wanted: Wanted, words: Sequence[str], cursor: str | None, most: int) -> Group:
        """Return tickets that the actor may know of, the last changed first; of one channel none."""
        if wanted.channel is not None:
            return Group(kind="ticket", items=[])
        asked = TicketQuery(q=wanted.q, opened_from=wanted.since, opened_to=wanted.until, cursor=cursor, limit=most)
        rows, next_cursor = await self._listing.page(actor, asked)
        return Group(kind="ticket", items=[_hit(row, words) for row in rows], next_cursor=next_cursor)


def _hit(row: TicketRow, words: Sequence[str]) -> Hit:
    return Hit(
        kind="ticket",
        id=row.id,
        customer_id=row.customer_id,
        customer_name=row.customer_name or row.requester_name or "",
        snippet=snippet(f"{row.number} {row.subject}", words),
        at=row.changed_at,
        state=row.category,
        subject=row.subject,
        tag=row.number,
    )
