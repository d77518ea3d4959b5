"""A message in its conversation, before it is said there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import NotFound
from interactions import threads
from interactions.arrivals import Arrival
from interactions.lines import Line
from interactions.model import Author
from interactions.opening import Opened
from storage.database import Row


@dataclass(frozen=True, slots=True)
class Placed:
    """A message with its conversation: the one that it joins, or one that it opened."""

    arrival: Arrival
    found: threads.Found
    opened: Opened | None

    @property
    def row(self) -> Row:
        row = self.found.row if self.opened is None else self.opened.row
        if row is None:
            raise NotFound
        return row

    @property
    def wakes(self) -> bool:
        """Whether somebody has to look at it: nothing wakes, is reopened or begins anew by what no person wrote.

        Nor does a stranger who only says to be the customer end a pause that somebody chose.
        """
        if self.arrival.inbound.is_automatic or self.arrival.is_served:
            return False
        return not (self.found.is_flagged and self.row["snoozed_until"] is not None)

    @property
    def keys(self) -> list[str]:
        """Return what later messages may refer to; of what it answers itself, the one that opens is found by it."""
        inbound = self.arrival.inbound
        return [*inbound.keys, *(() if self.opened is None else inbound.awaited)]


def line_of(account: Row, placed: Placed, attachments: Sequence[dict[str, Any]], marks: Mapping[str, Any]) -> Line:
    arrival, inbound, row, found = placed.arrival, placed.arrival.inbound, placed.row, placed.found
    author = Author(kind="customer", id=row["customer_id"], name=inbound.sender.name or inbound.sender.value)
    if found.is_flagged:
        # Not the customer, and under no name but the address: a display name is whatever a stranger likes.
        author = Author(kind="customer", name=inbound.sender.value)
    # Somebody else takes part: what they say is not the customer's, though it stands in the customer's conversation.
    other = {} if inbound.sender.value == row["address"] else {"is_other": True}
    doubt = {} if inbound.is_sender_verified else {"verdict": "unverified"}
    details = {
        **inbound.details,
        "thread": found.reason,
        **threads.changed_subject(row, inbound),
        **marks,
        **other,
        **doubt,
    }
    # Who is out of office neither waits for an answer nor has read anything.
    is_away = found.row is not None and details.get("automatic") == "auto-replied"
    return Line(
        row["id"],
        account["id"],
        "inbound",
        author,
        inbound.text,
        html=inbound.html,
        attachments=attachments,
        external_id=inbound.external_id,
        client_id=arrival.client_id,
        raw_id=arrival.raw_id,
        details=details,
        counts_as="system" if is_away else None,
    )
