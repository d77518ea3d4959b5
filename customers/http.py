"""Routes of the customer register."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access.model import Locale, Permission
from core.errors import Invalid
from core.http import Call, Page, PageQuery, route
from core.ids import StaffId
from customers.model import (
    ContactDue,
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
    Reach,
    Status,
)
from customers.overview import Overview, Overviews
from customers.service import Customers
from customers.timeline import TimelineItem, Timelines, place_of

_LAST_ID = UUID(int=2**128 - 1)


class CustomerQuery(PageQuery):
    q: str | None = Field(None, max_length=200, description="Parts of a name, a number or a mail address.")
    kind: Kind | None = None
    status: Status | None = None
    locale: Locale | None = None
    branch_id: UUID | None = None
    responsible_id: UUID | None = Field(None, description="Only those whom this colleague looks after.")
    organization_id: UUID | None = Field(None, description="Only who belongs to this organisation.")
    tier_id: UUID | None = Field(None, description="Only who has this tier of loyalty.")
    since: AwareDatetime | None = Field(None, description="Registered from this moment on.")
    until: AwareDatetime | None = Field(None, description="Registered before this moment.")

    def wanted(self) -> CustomerFilter:
        return CustomerFilter(**self.model_dump(exclude={"q", "cursor", "limit"}))


class TimelineQuery(PageQuery):
    kinds: str = Field(
        "", max_length=200, pattern=r"^[a-z_,]*$", description="Such as conversation,call,note; none: all."
    )
    channel: str | None = Field(None, max_length=40, pattern=r"^[a-z]+$")


class DueQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    responsible_id: UUID | None = None
    limit: int = Field(100, ge=1, le=500)


class ContactsDue(BaseModel):
    items: list[ContactDue]


class Merges(BaseModel):
    items: list[MergeView]


def before_id(cursor: str | None) -> UUID:
    """Read a cursor of a list that runs from the newest id to the oldest."""
    try:
        return UUID(cursor) if cursor else _LAST_ID
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


class CustomerRoutes:
    def __init__(self, customers: Customers, timelines: Timelines, overviews: Overviews) -> None:
        self._customers, self._timelines, self._overviews = customers, timelines, overviews

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
    async def add_identity(self, call: Call, customer_id: UUID, body: Reach) -> Customer:
        """Add an address by which the customer is found, or name anew what an own one is."""
        return await self._customers.add_identity(call.actor, CustomerId(customer_id), body)

    @route("POST", "/api/customers/{customer_id}/identities/removal", permission=Permission.CUSTOMER_WRITE)
    async def remove_identity(self, call: Call, customer_id: UUID, body: Identity) -> Customer:
        """Take an address away."""
        return await self._customers.remove_identity(call.actor, CustomerId(customer_id), body)

    @route("GET", "/api/customers/{customer_id}/overview", permission=Permission.CUSTOMER_READ)
    async def overview(self, call: Call, customer_id: UUID) -> Overview:
        """Show a customer on one screen: record, plan, what is open, counters."""
        return await self._overviews.get(call.actor, CustomerId(customer_id))

    @route("GET", "/api/customers/{customer_id}/timeline", permission=Permission.CUSTOMER_READ)
    async def timeline(self, call: Call, customer_id: UUID, query: TimelineQuery) -> Page[TimelineItem]:
        """Read a customer's history over all channels, newest first."""
        kinds = frozenset(filter(None, query.kinds.split(",")))
        items, after = await self._timelines.page(
            call.actor, CustomerId(customer_id), kinds, query.channel, place_of(query.cursor), query.limit
        )
        return Page[TimelineItem](items=items, next_cursor=None if after is None else after.after())

    @route("GET", "/api/contacts-due", permission=Permission.CUSTOMER_READ)
    async def contacts_due(self, call: Call, query: DueQuery) -> ContactsDue:
        """List whom to contact, the most urgent first."""
        responsible = None if query.responsible_id is None else StaffId(query.responsible_id)
        return ContactsDue(items=await self._customers.contacts_due(call.actor, responsible, query.limit))

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
