"""Routes of the customer register."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from access.model import Locale, Permission
from core.errors import Invalid
from core.http import Call, Page, PageQuery, route
from customers.model import (
    Customer,
    CustomerChange,
    CustomerFilter,
    CustomerId,
    Identity,
    Kind,
    Merge,
    Merged,
    MergeView,
    NewCustomer,
    Status,
)
from customers.service import Customers

_LAST_ID = UUID(int=2**128 - 1)


class CustomerQuery(PageQuery):
    q: str | None = Field(None, max_length=200, description="Parts of a name, a number or a mail address.")
    kind: Kind | None = None
    status: Status | None = None
    locale: Locale | None = None
    branch_id: UUID | None = None
    since: AwareDatetime | None = Field(None, description="Registered from this moment on.")
    until: AwareDatetime | None = Field(None, description="Registered before this moment.")

    def wanted(self) -> CustomerFilter:
        return CustomerFilter(**self.model_dump(exclude={"q", "cursor", "limit"}))


class Merges(BaseModel):
    items: list[MergeView]


def before_id(cursor: str | None) -> UUID:
    """Read a cursor of a list that runs from the newest id to the oldest."""
    try:
        return UUID(cursor) if cursor else _LAST_ID
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


class CustomerRoutes:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    @route("GET", "/api/customers", permission=Permission.CUSTOMER_READ)
    async def search(self, call: Call, query: CustomerQuery) -> Page[Customer]:
        """Search customers by name, number or address."""
        found = await self._customers.search(
            call.actor, query.q, before_id(query.cursor), query.limit + 1, query.wanted()
        )
        items = found[: query.limit]
        return Page[Customer](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/customers", permission=Permission.CUSTOMER_WRITE, status=201)
    async def add(self, call: Call, body: NewCustomer) -> Customer:
        """Register a customer."""
        return await self._customers.add(call.actor, body)

    @route("GET", "/api/customers/{customer_id}", permission=Permission.CUSTOMER_READ)
    async def show(self, call: Call, customer_id: UUID) -> Customer:
        """Show one customer."""
        return await self._customers.get(call.actor, CustomerId(customer_id))

    @route("PATCH", "/api/customers/{customer_id}", permission=Permission.CUSTOMER_WRITE)
    async def change(self, call: Call, customer_id: UUID, body: CustomerChange) -> Customer:
        """Change a customer."""
        return await self._customers.change(call.actor, CustomerId(customer_id), body)

    @route("POST", "/api/customers/{customer_id}/identities", permission=Permission.CUSTOMER_WRITE, status=201)
    async def add_identity(self, call: Call, customer_id: UUID, body: Identity) -> Customer:
        """Add an address by which the customer is found."""
        return await self._customers.add_identity(call.actor, CustomerId(customer_id), body)

    @route("POST", "/api/customers/{customer_id}/merges", permission=Permission.CUSTOMER_MERGE, status=201)
    async def merge(self, call: Call, customer_id: UUID, body: Merge) -> Merged:
        """Let another record go up in this one."""
        return await self._customers.merge(call.actor, CustomerId(customer_id), body.absorbed_id)

    @route("GET", "/api/customers/{customer_id}/merges", permission=Permission.CUSTOMER_READ)
    async def merges(self, call: Call, customer_id: UUID) -> Merges:
        """List the records that went up in this one and can be parted from it again."""
        return Merges(items=await self._customers.merges(call.actor, CustomerId(customer_id)))

    @route("DELETE", "/api/merges/{merge_id}", permission=Permission.CUSTOMER_MERGE, status=200)
    async def undo_merge(self, call: Call, merge_id: UUID) -> Customer:
        """Undo a merge."""
        return await self._customers.undo_merge(call.actor, merge_id)
