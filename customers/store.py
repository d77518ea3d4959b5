"""Rows of customers to values and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from core.errors import Conflict, NotFound
from customers.model import Customer, CustomerId, Preferred, Reach, searchable
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_LISTS = ("identifiers", "addresses")


def customer(row: Row) -> Customer:
    channel, address = row["preferred_channel"], row["preferred_address"]
    known = {name: row[name] for name in Customer.model_fields if name != "preferred"}
    return Customer(**known, preferred=None if channel is None else Preferred(channel=channel, address=address))


async def get(reader: Tx | Database, customer_id: CustomerId) -> Customer:
    row = await reader.row(sql.get_customer, id=customer_id)
    if row is None:
        raise NotFound
    return customer(row)


async def get_all(reader: Tx | Database, ids: Collection[CustomerId]) -> dict[CustomerId, Customer]:
    """Return customers by their ids; one that is not there is left out."""
    rows = await reader.rows(sql.get_customers, ids=list(ids)) if ids else []
    return {found.id: found for found in map(customer, rows)}


async def survivors(reader: Tx | Database, ids: Collection[CustomerId]) -> dict[CustomerId, Customer]:
    """Return in whom each of these lives on: themselves, or whoever took them over."""
    found = await get_all(reader, set(ids))
    if found.keys() < set(ids):
        raise NotFound
    while further := {each.merged_into for each in found.values() if each.merged_into is not None} - found.keys():
        found |= await get_all(reader, further)
    return {each: _last(found, each) for each in ids}


def _last(found: Mapping[CustomerId, Customer], customer_id: CustomerId) -> Customer:
    one = found[customer_id]
    while one.merged_into is not None:
        one = found[one.merged_into]
    return one


async def lock(tx: Tx, customer_id: CustomerId, version: int | None = None) -> Row:
    row = await tx.row(sql.lock_customer, id=customer_id)
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise Conflict.overtaken(row["version"])
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
    row = {"kind": reach.kind, "value": reach.value, "label": reach.label, "customer_id": customer_id}
    await tx.together(sql.put_identities, [row])


async def insert(tx: Tx, new: Sequence[tuple[CustomerId, dict[str, Any]]], now: datetime) -> None:
    """Insert records of these fields, which are gone afterwards; `search` is among them."""
    rows = []
    for customer_id, fields in new:
        row = columns(fields)
        # As text: a list in a column of lists would be a table.
        row |= {name: to_json(row[name]).decode() for name in _LISTS}
        rows.append({"id": customer_id, "now": now, **row})
    await tx.together(sql.insert_customers, rows)


def columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a record's fields as its columns."""
    preferred = fields.pop("preferred")
    for name in _LISTS:
        fields[name] = [each.model_dump(mode="json") for each in fields[name]]
    return {
        **fields,
        "preferred_channel": preferred and preferred.channel,
        "preferred_address": preferred and preferred.address,
    }
