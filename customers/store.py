"""Rows of customers to values and back."""

from __future__ import annotations

from core.errors import Conflict, NotFound
from customers.model import Customer, CustomerCard, CustomerId, Identity, searchable
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def customer(row: Row) -> Customer:
    return Customer(**dict(row))


def card(found: Customer) -> CustomerCard:
    return CustomerCard(id=found.id, name=found.name, kind=found.kind, identities=found.identities, locale=found.locale)


async def get(reader: Tx | Database, customer_id: CustomerId) -> Customer:
    row = await reader.row(sql.get_customer, id=customer_id)
    if row is None:
        raise NotFound
    return customer(row)


async def lock(tx: Tx, customer_id: CustomerId, version: int | None = None) -> Row:
    row = await tx.row(sql.lock_customer, id=customer_id)
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise Conflict("Somebody changed this meanwhile; load it anew.", version=row["version"])
    return row


async def refresh_search(tx: Tx, customer_id: CustomerId) -> Customer:
    found = await get(tx, customer_id)
    await tx.run(sql.save_search, id=customer_id, search=searchable(found.name, found.identities))
    return found


async def add_identity(tx: Tx, customer_id: CustomerId, identity: Identity) -> None:
    owner = await tx.value(sql.find_identity, kind=identity.kind, value=identity.value)
    if owner is not None:
        raise Conflict(f"{identity.value} belongs to another customer; merge the two.", customer_id=str(owner))
    await tx.run(sql.insert_identity, kind=identity.kind, value=identity.value, customer_id=customer_id)
