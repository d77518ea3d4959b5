"""Lists of visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid
from core.http import PageQuery
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from dispatch import store
from dispatch.model import OVER, State, VisitRow, parse_number
from dispatch.store import sql
from organisation.service import Organisation
from storage.database import Database

_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_ID = UUID(int=2**128 - 1)
_LONGEST = timedelta(days=31)
_MOST_OF_DAYS = 2_000


class VisitQuery(PageQuery):
    state: State | None = None
    open_only: bool = False
    technician_id: UUID | None = None
    ticket_id: UUID | None = None
    customer_id: UUID | None = None
    service_plan_id: UUID | None = None
    kind_id: UUID | None = None
    number: str | None = Field(None, max_length=40, description="Such as VT-17.")
    overdue: bool = Field(default=False, description="Of periodic services that were due before today.")


class DaysQuery(Value):
    """A span of at most a month; the end is not part of it."""

    begins_at: AwareDatetime
    ends_at: AwareDatetime
    technician_id: UUID | None = None

    @model_validator(mode="after")
    def _is_short(self) -> DaysQuery:
        if not timedelta(0) < self.ends_at - self.begins_at <= _LONGEST:
            raise ValueError("A span ends after it begins, within a month.")
        return self


class VisitListing:
    """Reads; nothing here changes anything."""

    def __init__(self, db: Database, customers: Customers, organisation: Organisation) -> None:
        self._db, self._customers, self._organisation = db, customers, organisation

    async def page(self, actor: Actor, query: VisitQuery) -> tuple[list[VisitRow], str | None]:
        """Return visits in scope, the last changed first, and the cursor of the next page."""
        actor.must(Permission.VISIT_READ)
        at, after = _place(query.cursor)
        states = [query.state] if query.state is not None else None
        if states is None and (query.open_only or query.overdue):
            states = [state for state in ("planned", "dispatched", "on_the_way", "arrived", "working", "not_done")
                      if state not in OVER or query.overdue]  # fmt: skip
        serial = None if query.number is None else parse_number(query.number)
        if query.number is not None and serial is None:
            return [], None
        async with self._db.transaction(actor) as tx:
            family = None
            if query.customer_id is not None:
                family = await self._customers.family(tx, CustomerId(query.customer_id))
            rows = await tx.rows(
                sql.list_visits,
                at=at,
                id=after,
                branches=actor.branch_scope,
                states=states,
                technician_id=query.technician_id,
                ticket_id=query.ticket_id,
                customer_ids=family,
                service_plan_id=query.service_plan_id,
                kind_id=query.kind_id,
                serial=serial,
                overdue_by=datetime.now(UTC).date() if query.overdue else None,
                most=query.limit + 1,
            )
        items = [store.visit_row(row) for row in rows[: query.limit]]
        if len(rows) <= query.limit:
            return items, None
        return items, f"{items[-1].changed_at.isoformat()}~{items[-1].id}"

    async def days(self, actor: Actor, query: DaysQuery) -> list[VisitRow]:
        """Return what is planned in a span, and all that is not planned yet."""
        actor.must(Permission.VISIT_READ)
        rows = await self._db.rows(
            sql.list_of_days,
            begins_at=query.begins_at,
            ends_at=query.ends_at,
            branches=actor.branch_scope,
            technician_id=query.technician_id,
            most=_MOST_OF_DAYS,
        )
        return [store.visit_row(row) for row in rows]


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    if not cursor:
        return _FAR, _LAST_ID
    moment, _, visit_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(visit_id)
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error
