"""Tickets in lists, on the board, in full: only what the reader may know of is there, and only that is counted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.snippets import like
from core.text import fold, words_of
from core.values import Value
from customers.model import CustomerId
from sla.model import Category
from sla.model import Priority as PriorityName
from sla.service import Sla
from storage.database import Database, Row, Tx
from tickets import store
from tickets.confidence import confidence, may_know
from tickets.model import PRIORITIES, Kind, LinkView, SlaState, TicketRow, TicketView, parse_number
from tickets.service import Tickets
from tickets.store import sql

_SECONDS = 5
_SIZES = (26, 51, 101, 201)
_KEYS = frozenset({"queue_id", "owner_id", "mine", "customer_id"})
_PLAIN = _KEYS | {"open_only", "order", "cursor", "limit"}
# So many words the index is asked for one by one: the longest need not be the rarest.
_ASKED = 3
_FEW = 5_000
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_LAST_ID, _FIRST_ID = UUID(int=2**128 - 1), UUID(int=0)


class TicketQuery(BaseModel):
    """What a list shows."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    category: Category | None = None
    open_only: bool = False
    status_id: UUID | None = None
    priority: PriorityName | None = None
    type_id: UUID | None = None
    owner_id: UUID | None = None
    mine: bool = False
    unowned: bool = False
    queue_id: UUID | None = None
    customer_id: UUID | None = None
    sla: SlaState | None = None
    opened_from: AwareDatetime | None = None
    opened_to: AwareDatetime | None = None
    q: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    order: Literal["changed", "due"] = "changed"
    cursor: str | None = Field(None, max_length=100)
    limit: int = Field(50, ge=1, le=200)


class Counted(Value):
    """How many open tickets of a kind are in a stage, and how they stand."""

    kind: Kind
    status_id: UUID
    sla: SlaState
    number: int


class Listing:
    """Reads; nothing here changes anything."""

    def __init__(self, db: Database, tickets: Tickets, sla: Sla) -> None:
        self._db, self._tickets, self._sla = db, tickets, sla

    async def page(self, actor: Actor, query: TicketQuery) -> tuple[list[TicketRow], str | None]:
        """Return tickets in scope, and the cursor of the next page."""
        actor.must(Permission.TICKET_READ)
        is_by_due = query.order == "due"
        at, after = _place(query.cursor, is_by_due=is_by_due)
        place = {"at": at, "id": after}
        if _is_in_order(actor, query):
            rows = await self._rows(self._db, place | await self._wanted(self._db, actor, query), query)
        else:
            async with self._db.transaction(actor) as tx:
                await tx.row(sql.plan_by_value, milliseconds=str(_SECONDS * 1000))
                rows = await self._rows(tx, place | await self._wanted(tx, actor, query), query)
        items = [store.ticket_row(row) for row in rows[: query.limit]]
        if len(rows) <= query.limit:
            return items, None
        last = items[-1]
        moment = last.due_at if is_by_due else last.changed_at
        return items, f"{(moment or _FAR).isoformat()}~{last.id}"

    async def _rows(self, reader: Tx | Database, wanted: dict[str, Any], query: TicketQuery) -> list[Row]:
        # Of a few sizes, so that there are few statements.
        most = next(size for size in _SIZES if size > query.limit)
        whole = sql.list_by_due if query.order == "due" else sql.list_by_change
        shape, values = whole.shaped(wanted, most=most)
        return await reader.rows(shape, **values)

    async def _wanted(self, tx: Tx | Database, actor: Actor, query: TicketQuery) -> dict[str, Any]:
        family = [] if query.customer_id is None else await self._family(tx, query.customer_id)
        return (
            self._scope(actor)
            | await self._found(tx, query.q)
            | {
                "open_only": query.open_only,
                "kinds": None if query.kind is None else [query.kind],
                "categories": None if query.category is None else [query.category],
                "status_id": query.status_id,
                "priority": None if query.priority is None else PRIORITIES.index(query.priority),
                "type_id": query.type_id,
                "owner_id": actor.id if query.mine else query.owner_id,
                "unowned": query.unowned,
                "queue_id": query.queue_id,
                # Who never was two people has their tickets in order in an index.
                "customer_id": family[0] if len(family) == 1 else None,
                "customer_ids": family if query.customer_id is not None and len(family) != 1 else None,
                "sla": query.sla,
                "opened_from": query.opened_from,
                "opened_to": query.opened_to,
            }
        )

    async def _found(self, tx: Tx | Database, q: str) -> dict[str, Any]:
        """Return what holds the words: the tickets themselves where they are few, else the words.

        Of a rare word all that hold it are looked at; of a frequent one the newest tickets, until there are enough.
        """
        words = _patterns(q)
        longest, second, third = (*words[:_ASKED], *[None] * _ASKED)[:_ASKED]
        asked = {"longest": longest, "second": second, "third": third, "others": words[_ASKED:]}
        if longest is None:
            return asked | {"ids": None}
        rows = await tx.rows(sql.search_tickets, most=_FEW + 1, **asked)
        if len(rows) > _FEW:
            return asked | {"ids": None}
        return dict.fromkeys(("longest", "second", "third")) | {"others": [], "ids": [row["ticket_id"] for row in rows]}

    async def _family(self, tx: Tx | Database, customer_id: UUID) -> list[UUID]:
        return [UUID(str(each)) for each in await self._tickets.customers.family(tx, CustomerId(customer_id))]

    def _scope(self, actor: Actor) -> dict[str, Any]:
        return {"branches": actor.branch_scope, **confidence(actor)}

    async def counts(self, actor: Actor, queue_id: UUID | None) -> list[Counted]:
        """Count what is to be done."""
        actor.must(Permission.TICKET_READ)
        rows = await self._db.rows(sql.count_open, queue_id=queue_id, **self._scope(actor))
        return [Counted(**dict(row)) for row in rows]

    async def unseen(self, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
        """Return which of these are tickets of which this actor may not know, for the audit trail."""
        rows = await self._db.rows(sql.unseen_tickets, ids=sorted(ids), **confidence(actor))
        return {row["id"] for row in rows}

    async def by_number(self, actor: Actor, text: str) -> TicketView:
        """Return the ticket of a number that somebody typed, such as cp 17."""
        found = parse_number(fold(text))
        ticket_id = None if found is None else await self._db.value(sql.find_number, kind=found[0], serial=found[1])
        if ticket_id is None:
            raise NotFound("There is no such ticket.")
        return await self.show(actor, ticket_id)

    async def show(self, actor: Actor, ticket_id: UUID) -> TicketView:
        """Return a ticket with all that hangs on it."""
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            row = await store.get(tx, ticket_id)
            self._tickets.must_know(actor, row)
            return await self._view(tx, actor, row)

    async def _view(self, tx: Tx, actor: Actor, row: Row) -> TicketView:
        ticket_id = row["id"]
        interactions = await tx.rows(sql.list_interactions, ticket_id=ticket_id)
        followers = await tx.rows(sql.list_followers, ticket_id=ticket_id)
        return TicketView(
            **store.ticket_row(row).model_dump(),
            description=row["description"],
            fields=row["fields"],
            answered_at=row["answered_at"],
            minutes_spent=row["minutes_spent"],
            followers=[each["staff_id"] for each in followers],
            readers=row["readers"],
            interactions=[each["interaction_id"] for each in interactions],
            links=await self._links(tx, actor, ticket_id),
            checks=await store.checks(tx, ticket_id),
            times=await store.times(tx, ticket_id),
            papers=await store.papers(tx, ticket_id),
            files=await store.files(tx, ticket_id, actor.label),
            standing=await self._sla.stands(tx, ticket_id),
            due_history=await self._sla.history(tx, ticket_id),
        )

    async def _links(self, tx: Tx, actor: Actor, ticket_id: UUID) -> list[LinkView]:
        """Return the linked tickets that this reader may know of."""
        found = []
        for link in await tx.rows(sql.list_links, ticket_id=ticket_id):
            other = await store.get(tx, link["other_id"])
            if actor.sees(other["branch_id"]) and may_know(actor, other):
                shown = store.ticket_row(other)
                found.append(LinkView(ticket=shown, kind=link["kind"], is_outgoing=link["is_outgoing"]))
        return found


def _is_in_order(actor: Actor, query: TicketQuery) -> bool:
    """Tell whether an index holds just this list in its order: then every value of a shape is as quick as another."""
    asked = {name for name, value in query if value not in (None, False, "")}
    keys = len(asked & _KEYS) + (query.order == "due")
    return actor.branch_scope is None and asked <= _PLAIN and keys <= 1


def _place(cursor: str | None, *, is_by_due: bool) -> tuple[datetime, UUID]:
    if not cursor:
        return (_LONG_AGO, _FIRST_ID) if is_by_due else (_FAR, _LAST_ID)
    moment, _, ticket_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(ticket_id)
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


def _patterns(q: str) -> list[str]:
    """Return the words as LIKE patterns, the longest first."""
    return [like(word) for word in words_of(q.replace("#", ""))]
