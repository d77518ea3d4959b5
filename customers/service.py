"""Use-cases of the customer register."""

from __future__ import annotations

from uuid import UUID

from access.model import Locale, Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import BranchId, uuid7
from core.text import fold, printable
from customers import store
from customers.model import (
    Customer,
    CustomerCard,
    CustomerChange,
    CustomerId,
    CustomerSaved,
    CustomersMerged,
    Identity,
    Merged,
    MergeUndone,
    MergeView,
    NewCustomer,
    normal,
)
from customers.store import sql
from storage.database import Database, Tx


class Customers:
    """The register: one record for all departments."""

    def __init__(self, db: Database, clock: Clock, *, region: str) -> None:
        self._db, self._clock, self._region = db, clock, region

    async def recognise(
        self, tx: Tx, identity: Identity, name: str, branch_id: BranchId | None, locale: Locale | None = None
    ) -> Customer:
        """Return the customer with this address, made on first contact; in the caller's transaction.

        An address that cannot be normalised (an alphanumeric SMS sender, a broken mail address) is kept as it is: the
        contact counts, whatever it calls itself.
        """
        try:
            known_as = normal(identity, self._region)
        except Invalid:
            known_as = Identity(kind=identity.kind, value=identity.value.strip().lower()[:254] or "unknown")
        await tx.value(sql.lock_identity, kind=known_as.kind, value=known_as.value)
        owner = await tx.value(sql.find_identity, kind=known_as.kind, value=known_as.value)
        if owner is not None:
            return await store.get(tx, CustomerId(owner))
        new = NewCustomer(
            name=printable(name).strip()[:200] or known_as.value,
            branch_id=branch_id,
            locale=locale,
            identities=[known_as],
        )
        return await self._insert(tx, new)

    async def add(self, actor: Actor, new: NewCustomer) -> Customer:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CUSTOMER_WRITE, new.branch_id)
            if new.branch_id is None and actor.branches is not None and len(actor.branches) == 1:
                new = new.model_copy(update={"branch_id": next(iter(actor.branches))})
            identities = [normal(identity, self._region) for identity in new.identities]
            return await self._insert(tx, new.model_copy(update={"identities": identities}))

    async def _insert(self, tx: Tx, new: NewCustomer) -> Customer:
        customer_id = CustomerId(uuid7())
        fields = new.model_dump(exclude={"identities"})
        await tx.run(sql.insert_customer, id=customer_id, search="", created_at=self._clock(), **fields)
        for identity in new.identities:
            await store.add_identity(tx, customer_id, identity)
        tx.emit(CustomerSaved(customer_id=customer_id, name=new.name, changed=["created"]))
        return await store.refresh_search(tx, customer_id)

    async def get(self, actor: Actor, customer_id: CustomerId) -> Customer:
        found = await store.get(self._db, customer_id)
        actor.must(Permission.CUSTOMER_READ, found.branch_id)
        return found

    async def card(self, tx: Tx, customer_id: CustomerId) -> CustomerCard:
        """Return what fits on an offer, following merges; for use-cases that have their own permission."""
        found = await store.get(tx, customer_id)
        while found.merged_into is not None:
            found = await store.get(tx, found.merged_into)
        return store.card(found)

    async def notes(self, tx: Tx, customer_id: CustomerId) -> str:
        """Return what colleagues should know of somebody, following merges; as `card`, without a permission."""
        return (await store.get(tx, (await self.card(tx, customer_id)).id)).notes

    async def search(self, actor: Actor, words: str | None, before: UUID, most: int) -> list[Customer]:
        """Find by part of a name or address, over spelling variants of Arabic and Persian."""
        actor.must(Permission.CUSTOMER_READ)
        escaped = fold(words or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%" if escaped else None
        rows = await self._db.rows(
            sql.search_customers, before=before, branches=actor.branch_scope, pattern=pattern, most=most
        )
        return [store.customer(row) for row in rows]

    async def change(self, actor: Actor, customer_id: CustomerId, change: CustomerChange) -> Customer:
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, customer_id, change.version)
            actor.must(Permission.CUSTOMER_WRITE, row["branch_id"])
            await tx.run(sql.update_customer, id=customer_id, **change.model_dump(exclude={"version"}))
            found = await store.refresh_search(tx, customer_id)
            changed = sorted(change.model_fields_set - {"version"})
            tx.emit(CustomerSaved(customer_id=customer_id, name=found.name, changed=changed))
        return await store.get(self._db, customer_id)

    async def add_identity(self, actor: Actor, customer_id: CustomerId, identity: Identity) -> Customer:
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, customer_id)
            actor.must(Permission.CUSTOMER_WRITE, row["branch_id"])
            await store.add_identity(tx, customer_id, normal(identity, self._region))
            found = await store.refresh_search(tx, customer_id)
            tx.emit(CustomerSaved(customer_id=customer_id, name=found.name, changed=["identities"]))
        return found

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

    async def family(self, tx: Tx, customer_id: CustomerId) -> list[CustomerId]:
        """Return the ids whose history is this customer's."""
        return [row["id"] for row in await tx.rows(sql.family, id=customer_id)]

    async def must_read(self, tx: Tx, actor: Actor, customer_id: CustomerId) -> None:
        found = await store.get(tx, customer_id)
        if not actor.may(Permission.CUSTOMER_READ):
            raise Forbidden
        actor.must(Permission.CUSTOMER_READ, found.branch_id)
