"""A customer on one screen: the record, whom they know, what is open, how often and how well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.actor import Actor
from core.clock import Clock
from core.values import Value
from customers import store
from customers.model import Customer, CustomerId, contact_due, is_overdue
from customers.service import Customers
from customers.store import sql
from storage.database import Database, Tx


class OpenItem(Value):
    """Something that waits for an end."""

    kind: str
    id: str
    title: str
    channel: str | None
    state: str
    at: datetime
    agent_name: str | None


class Count(Value):
    channel: str
    conversations: int


class Score(Value):
    """How the customer rated us: an average on the scale to `best`, of so many answers."""

    average: float
    best: int
    answers: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What one folder knows. None, or nothing, is what it does not know; it is not shown then, and never as nought."""

    counts: Sequence[Count] = ()
    open: Sequence[OpenItem] = ()
    last_in_at: datetime | None = None
    last_out_at: datetime | None = None
    satisfaction: Score | None = None
    complaints: int | None = None


class FactSource(Protocol):
    """A folder that knows facts of a customer, of all records that are theirs; only what the actor may see."""

    async def facts(self, tx: Tx, customer_ids: Sequence[CustomerId]) -> Facts: ...


class Named(Value):
    id: str
    name: str


class Overview(Value):
    """`satisfaction` and `complaints` are null while nothing here measures them."""

    customer: Customer
    organization: Named | None
    members: list[Named]
    responsible: Named | None
    counts: list[Count]
    open: list[OpenItem]
    last_in_at: datetime | None
    last_out_at: datetime | None
    contact_due_at: datetime | None
    is_overdue: bool
    satisfaction: Score | None
    complaints: int | None


class Overviews:
    def __init__(self, db: Database, customers: Customers, clock: Clock, sources: Sequence[FactSource]) -> None:
        self._db, self._customers, self._clock, self._sources = db, customers, clock, sources

    async def get(self, actor: Actor, customer_id: CustomerId) -> Overview:
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            await self._customers.must_read(tx, actor, customer_id)
            found = await store.get(tx, customer_id)
            family = await self._customers.family(tx, customer_id)
            facts = [await source.facts(tx, family) for source in self._sources]
            known = await tx.row(
                sql.around_customer,
                id=customer_id,
                organization_id=found.organization_id,
                responsible_id=found.responsible_id,
                branches=actor.branch_scope,
            )
            planned_at = await tx.value(sql.planned_at, id=customer_id)
        assert known is not None  # noqa: S101 - the query has one row for any customer
        last_in_at, last_out_at = (
            _latest(each.last_in_at for each in facts),
            _latest(each.last_out_at for each in facts),
        )
        due = contact_due(found.contact_every_days, found.contact_by, planned_at, _latest((last_in_at, last_out_at)))
        return Overview(
            customer=found,
            organization=_named(found.organization_id, known["organization"]),
            members=[Named(**each) for each in known["members"]],
            responsible=_named(found.responsible_id, known["responsible"]),
            counts=[count for each in facts for count in each.counts],
            open=sorted((item for each in facts for item in each.open), key=lambda item: item.at, reverse=True),
            last_in_at=last_in_at,
            last_out_at=last_out_at,
            contact_due_at=due,
            is_overdue=is_overdue(due, self._clock()),
            satisfaction=next((each.satisfaction for each in facts if each.satisfaction is not None), None),
            complaints=next((each.complaints for each in facts if each.complaints is not None), None),
        )


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _named(found_id: object, name: str | None) -> Named | None:
    return None if found_id is None or name is None else Named(id=str(found_id), name=name)
