"""Contacts: who is behind the addresses from which people write and call."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from access.model import Locale
from core.errors import Invalid
from core.ids import BranchId, uuid7
from core.text import printable
from customers import store
from customers.model import (
    Customer,
    CustomerId,
    CustomerSaved,
    Identity,
    NewCustomer,
    Reach,
    details,
    normal,
    searchable,
)
from customers.store import sql
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Contact:
    """An address that somebody uses, and what they call themselves.

    `proven` are further addresses of the same person, vouched for by who may: they find the customer too, and are kept
    where they are nobody's. What somebody only says of themselves is no such proof.
    """

    identity: Identity
    name: str
    branch_id: BranchId | None
    locale: Locale | None = None
    proven: Sequence[Identity] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose an address is; `is_known`: it was somebody's before this contact."""

    customer: Customer
    is_known: bool


@dataclass(slots=True)
class _Register:
    """Whose addresses are as far as the contacts of one batch have come: a later one knows what an earlier one made."""

    owners: dict[Identity, CustomerId]
    made: dict[CustomerId, NewCustomer] = field(default_factory=dict)
    added: list[tuple[CustomerId, Identity]] = field(default_factory=list)

    def owner_of(self, contact: Contact, addresses: Sequence[Identity]) -> CustomerId:
        nobodys = [each for each in addresses if each not in self.owners]
        owner = next((self.owners[each] for each in addresses if each in self.owners), None)
        if owner is None:
            owner = CustomerId(uuid7())
            self.made[owner] = NewCustomer(
                name=printable(contact.name).strip()[:200] or addresses[0].value,
                branch_id=contact.branch_id,
                locale=contact.locale,
                identities=[Reach(kind=each.kind, value=each.value) for each in dict.fromkeys(nobodys)],
            )
        else:
            self.added += [(owner, each) for each in dict.fromkeys(nobodys)]
        self.owners.update(dict.fromkeys(nobodys, owner))
        return owner


async def recognise(tx: Tx, contacts: Sequence[Contact], region: str, now: datetime) -> list[Recognised]:
    """Return the customers with these addresses, made on first contact; as if they had come one after another."""
    addresses = [_addresses(contact, region) for contact in contacts]
    everything = list({each for some in addresses for each in some})
    columns = {"kinds": [each.kind for each in everything], "values": [each.value for each in everything]}
    await tx.rows(sql.lock_identities, **columns)
    rows = await tx.rows(sql.find_identities, **columns)
    register = _Register({Identity(kind=row["kind"], value=row["value"]): row["customer_id"] for row in rows})
    found = []
    for contact, some in zip(contacts, addresses, strict=True):
        is_known = some[0] in register.owners and _sound(contact.identity, region) is not None
        found.append((register.owner_of(contact, some), is_known))
    await _write(tx, register, now)
    customers = await store.get_all(tx, {owner for owner, _ in found})
    return [Recognised(customers[owner], is_known) for owner, is_known in found]


async def _write(tx: Tx, register: _Register, now: datetime) -> None:
    rows = []
    for customer_id, new in register.made.items():
        fields = details(new, {"kind": new.kind, "status": new.status, "name": new.name, "branch_id": new.branch_id})
        fields.pop("identities", None)
        rows.append((customer_id, {**fields, "search": searchable(new)}))
        tx.emit(CustomerSaved(customer_id=customer_id, name=new.name, changed=["created"]))
    await store.insert(tx, rows, now)
    reached = [(owner, each) for owner, new in register.made.items() for each in new.identities]
    values = [
        {"kind": each.kind, "value": each.value, "label": "", "customer_id": owner}
        for owner, each in [*reached, *register.added]
    ]
    await tx.together(sql.put_identities, values)
    for owner in {owner for owner, _ in register.added}:
        await store.refresh_search(tx, owner)


def _addresses(contact: Contact, region: str) -> list[Identity]:
    """Return by what a contact is known, as it is stored, the own address first.

    An address that cannot be normalised (an alphanumeric SMS sender, a broken mail address) is kept as it is: the
    contact counts, whatever it calls itself.
    """
    given = contact.identity
    own = _sound(given, region) or Identity(kind=given.kind, value=given.value.strip().lower()[:254] or "unknown")
    return [own, *(each for each in (_sound(proven, region) for proven in contact.proven) if each is not None)]


def _sound(identity: Identity, region: str) -> Identity | None:
    """Return an address as it is stored; None when it is none."""
    with suppress(Invalid):
        return normal(identity, region)
    return None
