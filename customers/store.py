"""Rows of customers to values and back."""

from __future__ import annotations

from typing import Any

from core.errors import Conflict, NotFound
from customers.model import Customer, CustomerCard, CustomerId, Identity, Preferred, Reach, searchable
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def customer(row: Row) -> Customer:
    channel, address = row["preferred_channel"], row["preferred_address"]
    known = {name: row[name] for name in Customer.model_fields if name != "preferred"}
    return Customer(**known, preferred=None if channel is None else Preferred(channel=channel, address=address))


def card(found: Customer) -> CustomerCard:
    identities = [Identity(kind=each.kind, value=each.value) for each in found.identities]
    return CustomerCard(id=found.id, name=found.name, kind=found.kind, identities=identities, locale=found.locale)


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
    await tx.run(sql.save_search, id=customer_id, search=searchable(found))
    return found


async def add_identity(tx: Tx, customer_id: CustomerId, reach: Reach) -> None:
    """Add an address, or name anew what an own one is."""
    owner = await tx.value(sql.find_identity, kind=reach.kind, value=reach.value)
    if owner is not None and owner != customer_id:
        raise Conflict(f"{reach.value} belongs to another customer; merge the two.", customer_id=str(owner))
    await tx.run(sql.put_identity, kind=reach.kind, value=reach.value, label=reach.label, customer_id=customer_id)


def columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a record's fields as its columns."""
    preferred = fields.pop("preferred")
    for name in ("identifiers", "addresses"):
        fields[name] = [each.model_dump(mode="json") for each in fields[name]]
    return {
        **fields,
        "preferred_channel": preferred and preferred.channel,
        "preferred_address": preferred and preferred.address,
    }
