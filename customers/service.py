"""Use-cases of the customer register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import StaffId, uuid7
from customers import store
from customers.contacts import Contact, Recognised, recognise
from customers.model import (
    ALL,
    ContactDue,
    Customer,
    CustomerCard,
    CustomerChange,
    CustomerContacted,
    CustomerFilter,
    CustomerId,
    CustomerPlace,
    CustomerSaved,
    CustomersMerged,
    Details,
    Identity,
    Merged,
    MergeUndone,
    MergeView,
    NewCustomer,
    Preferred,
    Reach,
    card_of,
    details,
    is_overdue,
    like_patterns,
    normal,
    traits,
)
from customers.store import sql
from notices.model import DocumentRef, Notice
from notices.service import Notices
from storage.database import Database, Tx

CHANGEABLE = (*Details.model_fields, "kind", "status", "name")


class Customers:
    """The register: one record for all departments."""

    def __init__(self, db: Database, clock: Clock, notices: Notices, *, region: str) -> None:
        self._db, self._clock, self._notices, self._region = db, clock, notices, region

    async def recognise(self, tx: Tx, contacts: Sequence[Contact]) -> list[Recognised]:
        """Return whose each address is, made on first contact; in the caller's transaction."""
        return await recognise(tx, contacts, self._region, self._clock())

    async def add(self, actor: Actor, new: NewCustomer) -> Customer:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CUSTOMER_WRITE, new.branch_id)
            if new.branch_id is None and actor.branches is not None and len(actor.branches) == 1:
                new = new.model_copy(update={"branch_id": next(iter(actor.branches))})
            identities = [self._reach(each) for each in new.identities]
            return await self._insert(tx, new.model_copy(update={"identities": identities}))

    async def _insert(self, tx: Tx, new: NewCustomer) -> Customer:
        customer_id = CustomerId(uuid7())
        fields = details(new, {"kind": new.kind, "status": new.status, "name": new.name, "branch_id": new.branch_id})
        fields.pop("identities", None)
        await self._must_fit(tx, customer_id, fields)
        await store.insert(tx, [(customer_id, {**fields, "search": ""})], self._clock())
        for reach in new.identities:
            await store.add_identity(tx, customer_id, reach)
        tx.emit(CustomerSaved(customer_id=customer_id, name=new.name, changed=["created"]))
        return await store.refresh_search(tx, customer_id)

    async def get(self, actor: Actor, customer_id: CustomerId) -> Customer:
        found = await store.get(self._db, customer_id)
        actor.must(Permission.CUSTOMER_READ, found.branch_id)
        return found

    async def card(self, tx: Tx, customer_id: CustomerId) -> CustomerCard:
        """Return what fits on an offer, following merges; for use-cases that have their own permission."""
        return card_of(await self._survivor(tx, customer_id))

    async def _survivor(self, tx: Tx, customer_id: CustomerId) -> Customer:
        return (await store.survivors(tx, [customer_id]))[customer_id]

    async def survivors(self, tx: Tx, ids: Collection[CustomerId]) -> dict[CustomerId, Customer]:
        """Return records by the ids they are known by, following merges; as `card`, without a permission."""
        return await store.survivors(tx, ids)

    async def traits(self, tx: Tx, customer_id: CustomerId) -> dict[str, str]:
        """Return what rules may look at, following merges; what is not known is left out."""
        return traits(await self._survivor(tx, customer_id))

    async def tier(self, tx: Tx, customer_id: CustomerId) -> UUID | None:
        """Return the loyalty tier, following merges."""
        row = await tx.row(sql.place_of, id=customer_id)
        while row is not None and row["merged_into"] is not None:
            row = await tx.row(sql.place_of, id=row["merged_into"])
        return None if row is None else row["tier_id"]

    async def notes(self, tx: Tx, customer_id: CustomerId) -> str:
        """Return what colleagues should know of somebody, following merges; as `card`, without a permission."""
        return (await store.get(tx, (await self.card(tx, customer_id)).id)).notes

    async def search(
        self, actor: Actor, words: str | None, before: UUID, most: int, wanted: CustomerFilter = ALL
    ) -> list[Customer]:
        """Find by parts of a name or address, over spelling variants of Arabic and Persian."""
        actor.must(Permission.CUSTOMER_READ)
        longest, *others = like_patterns(words or "") or [None]
        rows = await self._db.rows(
            sql.search_customers,
            before=before,
            branches=actor.branch_scope,
            longest=longest,
            others=others,
            most=most,
            **wanted.model_dump(),
        )
        return [store.customer(row) for row in rows]

    async def change(self, actor: Actor, customer_id: CustomerId, change: CustomerChange) -> Customer:
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, customer_id, change.version)
            actor.must(Permission.CUSTOMER_WRITE, row["branch_id"])
            present = await store.get(tx, customer_id)
            fields = details(change, {name: getattr(present, name) for name in CHANGEABLE})
            fields.pop("version", None)
            await self._must_fit(tx, customer_id, fields)
            await tx.run(sql.update_customer, id=customer_id, now=self._clock(), **store.columns(fields))
            found = await store.refresh_search(tx, customer_id)
            changed = sorted(name for name in CHANGEABLE if getattr(found, name) != getattr(present, name))
            tx.emit(CustomerSaved(customer_id=customer_id, name=found.name, changed=changed))
        return found

    async def _must_fit(self, tx: Tx, customer_id: CustomerId, fields: dict[str, Any]) -> None:
        """Refuse an organisation that is none or out of sight, and a colleague who is not there."""
        organization_id, responsible_id = fields["organization_id"], fields["responsible_id"]
        if organization_id is not None:
            found = await tx.row(sql.get_customer, id=organization_id)
            is_organization = found is not None and found["kind"] == "organization" and organization_id != customer_id
            if found is None or not is_organization or not tx.actor.sees(found["branch_id"]):
                raise Invalid("This is not an organisation here.", errors=[_at("organization_id")])
        if responsible_id is not None and await tx.value(sql.name_of_staff, id=responsible_id) is None:
            raise Invalid("There is no such colleague.", errors=[_at("responsible_id")])
        if fields["tier_id"] is not None and await tx.row(sql.get_tier, id=fields["tier_id"]) is None:
            raise Invalid("There is no such tier.", errors=[_at("tier_id")])

    def _reach(self, reach: Reach) -> Reach:
        found = normal(reach, self._region)
        return Reach(kind=found.kind, value=found.value, label=reach.label)

    async def add_identity(self, actor: Actor, customer_id: CustomerId, reach: Reach) -> Customer:
        """Add an address by which the customer is found, or name anew what an own one is."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, customer_id)
            actor.must(Permission.CUSTOMER_WRITE, row["branch_id"])
            await store.add_identity(tx, customer_id, self._reach(reach))
            return await self._identities_changed(tx, customer_id)

    async def remove_identity(self, actor: Actor, customer_id: CustomerId, identity: Identity) -> Customer:
        """Take an address away; who writes from it next is somebody new."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, customer_id)
            actor.must(Permission.CUSTOMER_WRITE, row["branch_id"])
            if not await tx.run(sql.delete_identity, kind=identity.kind, value=identity.value, customer_id=customer_id):
                raise NotFound
            return await self._identities_changed(tx, customer_id)

    async def _identities_changed(self, tx: Tx, customer_id: CustomerId) -> Customer:
        found = await store.refresh_search(tx, customer_id)
        tx.emit(CustomerSaved(customer_id=customer_id, name=found.name, changed=["identities"]))
        return found

    async def places(self, actor: Actor, box: tuple[float, float, float, float], most: int) -> list[CustomerPlace]:
        """Return addresses that were put on the map, within (south, west, north, east)."""
        actor.must(Permission.CUSTOMER_READ)
        south, west, north, east = box
        rows = await self._db.rows(
            sql.placed_addresses, branches=actor.branch_scope, south=south, west=west, north=north, east=east, most=most
        )
        return [CustomerPlace(**dict(row)) for row in rows]

    async def merge(self, actor: Actor, survivor_id: CustomerId, absorbed_id: CustomerId) -> Merged:
        """Let one record go up in another: its addresses move, its history shows with the survivor's."""
        if survivor_id == absorbed_id:
            raise Invalid("A customer cannot be merged with itself.")
        merge_id, now = uuid7(), self._clock()
        async with self._db.transaction(actor) as tx:
            # Always in the same order, so that two merges at once cannot wait for each other.
            locked = {each: await store.lock(tx, each) for each in sorted((survivor_id, absorbed_id))}
            for row in locked.values():
                actor.must(Permission.CUSTOMER_MERGE, row["branch_id"])
                if row["merged_into"] is not None:
                    raise Conflict("One of the two has gone up in another customer already.")
            moved = await tx.rows(sql.move_identities, survivor_id=survivor_id, absorbed_id=absorbed_id)
            identities = [{"kind": row["kind"], "value": row["value"]} for row in moved]
            await tx.run(sql.mark_merged, survivor_id=survivor_id, absorbed_id=absorbed_id)
            await tx.run(
                sql.insert_merge,
                id=merge_id,
                survivor_id=survivor_id,
                absorbed_id=absorbed_id,
                identities=identities,
                merged_at=now,
            )
            await store.refresh_search(tx, survivor_id)
            tx.emit(CustomersMerged(merge_id=merge_id, survivor_id=survivor_id, absorbed_id=absorbed_id))
        return Merged(id=merge_id, survivor_id=survivor_id, absorbed_id=absorbed_id, merged_at=now)

    async def merges(self, actor: Actor, survivor_id: CustomerId) -> list[MergeView]:
        found = await store.get(self._db, survivor_id)
        actor.must(Permission.CUSTOMER_READ, found.branch_id)
        return [MergeView(**dict(row)) for row in await self._db.rows(sql.list_merges, survivor_id=survivor_id)]

    async def undo_merge(self, actor: Actor, merge_id: UUID) -> Customer:
        """Part the two again: addresses that the merge moved go back, unless they were moved on since."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_merge, id=merge_id)
            if row is None:
                raise NotFound
            survivor_id, absorbed_id = CustomerId(row["survivor_id"]), CustomerId(row["absorbed_id"])
            for each in sorted((survivor_id, absorbed_id)):
                actor.must(Permission.CUSTOMER_MERGE, (await store.lock(tx, each))["branch_id"])
            for identity in row["identities"]:
                await tx.run(sql.return_identity, survivor_id=survivor_id, absorbed_id=absorbed_id, **identity)
            await tx.run(sql.unmark_merged, absorbed_id=absorbed_id)
            await tx.run(sql.undo_merge, id=merge_id, now=self._clock())
            await store.refresh_search(tx, survivor_id)
            found = await store.refresh_search(tx, absorbed_id)
            tx.emit(MergeUndone(merge_id=merge_id, survivor_id=survivor_id, absorbed_id=absorbed_id))
        return found

    async def preferred(self, tx: Tx, customer_id: CustomerId) -> Preferred | None:
        """Return how a customer wants to be reached, following merges; for whoever is about to write first."""
        return (await self._survivor(tx, customer_id)).preferred

    async def contacted(self, tx: Tx, customer: Customer, interaction_id: UUID, channel: str) -> None:
        """A customer began to write or call, in the caller's transaction: who looks after them hears of it."""
        if customer.responsible_id is None:
            return
        tx.emit(
            CustomerContacted(
                customer_id=customer.id,
                name=customer.name,
                interaction_id=interaction_id,
                channel=channel,
                responsible_id=customer.responsible_id,
            )
        )
        await self._ring(tx, customer.responsible_id, interaction_id)

    async def _ring(self, tx: Tx, responsible_id: StaffId, interaction_id: UUID) -> None:
        """Tell once a day, and not whoever has the conversation already."""
        document = await self._notices.register.get(tx, DocumentRef(kind="interaction", id=interaction_id))
        if responsible_id not in document.owners:
            notice = Notice(kind="customer_contact", source=f"contact:{interaction_id}:{self._clock().date()}")
            await self._notices.tell(tx, document, {responsible_id: notice.kind}, notice)

    async def contacts_due(self, actor: Actor, responsible_id: StaffId | None, most: int) -> list[ContactDue]:
        """List whom to contact, the most urgent first."""
        actor.must(Permission.CUSTOMER_READ)
        rows = await self._db.rows(
            sql.contacts_due, branches=actor.branch_scope, responsible_id=responsible_id, most=most
        )
        now = self._clock()
        return [ContactDue(**dict(row), is_overdue=is_overdue(row["due_at"], now)) for row in rows]

    async def family(self, tx: Tx | Database, customer_id: CustomerId) -> list[CustomerId]:
        """Return the ids whose history is this customer's."""
        return [row["id"] for row in await tx.rows(sql.family, id=customer_id)]

    async def must_read(self, tx: Tx, actor: Actor, customer_id: CustomerId) -> UUID | None:
        """Raise unless the actor may read of this customer; returns the loyalty tier, following merges."""
        row = await tx.row(sql.place_of, id=customer_id)
        if row is None:
            raise NotFound
        if not actor.may(Permission.CUSTOMER_READ):
            raise Forbidden
        actor.must(Permission.CUSTOMER_READ, row["branch_id"])
        return row["tier_id"] if row["merged_into"] is None else await self.tier(tx, row["merged_into"])


def _at(field: str) -> dict[str, str]:
    return {"loc": field, "msg": "this is not there", "type": "not_there"}
