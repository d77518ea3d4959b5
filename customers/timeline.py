"""A customer's history over all channels: what several folders know, in one order, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import Field

from core.actor import Actor
from core.errors import Invalid
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from customers.store import sql
from storage.database import Database, Tx

_RECORD_KINDS = frozenset({"change", "merge", "merge_undone"})


class TimelineItem(Value):
    """One thing that happened; `details` are as its kind has them. `id` is unique over all kinds."""

    id: str
    kind: str
    at: datetime
    channel: str | None = None
    details: dict[str, Any] = Field(default={})


@dataclass(frozen=True, slots=True)
class Place:
    """Between two items: everything that follows is older, or of the same moment and smaller by its id's bytes."""

    at: datetime
    id: str

    def after(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"


START = Place(datetime(9999, 1, 1, tzinfo=UTC), "")


def place_of(cursor: str | None) -> Place:
    """Read a cursor of a timeline."""
    if not cursor:
        return START
    moment, _, item_id = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error
    if at.tzinfo is None or "\x00" in item_id:
        raise Invalid("This cursor is not one of ours.")
    return Place(at, item_id)


class TimelineSource(Protocol):
    """A folder that knows something of customers. `kinds` are those of its items.

    `items` returns at most `most` of the wanted kinds that lie after `before`, ordered by (at, id) from the largest,
    ids compared as bytes; only what the transaction's actor may see. The id of an item never changes, nor its moment.
    """

    kinds: frozenset[str]

    async def items(
        self,
        tx: Tx,
        customer_ids: Sequence[CustomerId],
        kinds: frozenset[str],
        channel: str | None,
        before: Place,
        most: int,
    ) -> list[TimelineItem]: ...


class RecordChanges:
    """What was done with the record itself: from the event log."""

    kinds = _RECORD_KINDS

    async def items(
        self,
        tx: Tx,
        customer_ids: Sequence[CustomerId],
        kinds: frozenset[str],
        channel: str | None,
        before: Place,
        most: int,
    ) -> list[TimelineItem]:
        if channel is not None:
            return []
        rows = await tx.rows(
            sql.changes_of_record,
            subjects=[f"customer:{each}" for each in customer_ids],
            before_at=before.at,
            before_key=before.id,
            kinds=[kind for kind, named in _RECORD_NAMES.items() if named in kinds],
            most=most,
        )
        return [_change(row) for row in rows]


_RECORD_NAMES = {"customer.saved": "change", "customer.merged": "merge", "customer.merge_undone": "merge_undone"}


def _change(row: Any) -> TimelineItem:
    details = {"by": row["actor_name"], "changed": row["data"].get("changed", [])}
    return TimelineItem(id=f"record:{row['seq']:020d}", kind=_RECORD_NAMES[row["kind"]], at=row["at"], details=details)


class Timelines:
    """Merges the sources. Nothing is lost after a merge of records: the whole family is asked for."""

    def __init__(self, db: Database, customers: Customers, sources: Sequence[TimelineSource]) -> None:
        self._db, self._customers = db, customers
        self._sources = (RecordChanges(), *sources)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset[str]().union(*(source.kinds for source in self._sources))

    async def page(
        self,
        actor: Actor,
        customer_id: CustomerId,
        kinds: frozenset[str],
        channel: str | None,
        before: Place,
        limit: int,
    ) -> tuple[list[TimelineItem], Place | None]:
        """Return a page, newest first, and where the next begins; `kinds` empty is all."""
        wanted = kinds or self.kinds
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            await self._customers.must_read(tx, actor, customer_id)
            family = await self._customers.family(tx, customer_id)
            found = [
                item
                for source in self._sources
                if source.kinds & wanted
                for item in await source.items(tx, family, wanted & source.kinds, channel, before, limit + 1)
            ]
        found.sort(key=lambda item: (item.at, item.id.encode()), reverse=True)
        items = found[:limit]
        return items, Place(items[-1].at, items[-1].id) if len(found) > limit else None
