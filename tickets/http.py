"""Routes of tickets."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Permission
from core.http import COLLEAGUE, Call, Page, PageQuery, route
from core.values import Value
from customers.http import before_id
from tickets.bulk import Bulk, BulkChange, BulkDone
from tickets.fields import FieldChange, FieldSettings, TicketField
from tickets.flow import Status
from tickets.links import Links, NewSplit
from tickets.listing import Counted, Listing, TicketQuery
from tickets.model import (
    CheckChange,
    HistoryView,
    LinkKind,
    NewCheck,
    NewLink,
    NewPaper,
    NewTicket,
    NewTime,
    TicketChange,
    TicketRow,
    TicketView,
)
from tickets.service import Tickets
from tickets.setup import Setup, StatusChange, StatusSettings, TicketType, TypeChange, TypeSettings
from tickets.worklog import Worklog


class Counts(BaseModel):
    items: list[Counted]


class CountQuery(Value):
    queue_id: UUID | None = None


class NumberQuery(Value):
    number: str = Field(min_length=1, max_length=40)


class MergeInto(Value):
    into_id: UUID


class StatusList(BaseModel):
    items: list[Status]


class TypeList(BaseModel):
    items: list[TicketType]


class FieldList(BaseModel):
    items: list[TicketField]


class TicketRoutes:
    """One ticket, and lists of them; every change answers with the ticket as it is then."""

    def __init__(self, tickets: Tickets, listing: Listing, links: Links, bulk: Bulk) -> None:
        self._tickets, self._listing, self._links, self._bulk = tickets, listing, links, bulk

    @route("GET", "/api/tickets", permission=Permission.TICKET_READ)
    async def list_tickets(self, call: Call, query: TicketQuery) -> Page[TicketRow]:
        """List tickets: the last changed first, or by what falls due next."""
        items, cursor = await self._listing.page(call.actor, query)
        return Page[TicketRow](items=items, next_cursor=cursor)

    @route("POST", "/api/tickets", permission=Permission.TICKET_WRITE, status=201)
    async def open_ticket(self, call: Call, body: NewTicket) -> TicketView:
        """Open a ticket: by hand, from a conversation, or from another ticket whose data it carries."""
        return await self._listing.show(call.actor, await self._tickets.open(call.actor, body))

    @route("GET", "/api/tickets/counts", permission=Permission.TICKET_READ)
    async def count_tickets(self, call: Call, query: CountQuery) -> Counts:
        """Count what is to be done, by kind, stage and how it stands."""
        return Counts(items=await self._listing.counts(call.actor, query.queue_id))

    @route("GET", "/api/tickets/by-number", permission=Permission.TICKET_READ)
    async def find_ticket(self, call: Call, query: NumberQuery) -> TicketView:
        """Find the ticket of a number, such as SR-1042."""
        return await self._listing.by_number(call.actor, query.number)

    @route("POST", "/api/tickets/bulk", permission=Permission.TICKET_WRITE)
    async def change_tickets(self, call: Call, body: BulkChange) -> BulkDone:
        """Change several; what one refuses stops no other."""
        return await self._bulk.change(call.actor, body)

    @route("POST", "/api/tickets/bulk/{batch_id}/undo", permission=Permission.TICKET_WRITE)
    async def undo_bulk(self, call: Call, batch_id: UUID) -> BulkDone:
        """Take back what was done to several, where nobody has gone on from it."""
        return await self._bulk.undo(call.actor, batch_id)

    @route("GET", "/api/tickets/{ticket_id}", permission=Permission.TICKET_READ)
    async def show_ticket(self, call: Call, ticket_id: UUID) -> TicketView:
        """Show a ticket with all that hangs on it."""
        return await self._listing.show(call.actor, ticket_id)

    @route("PATCH", "/api/tickets/{ticket_id}", permission=Permission.TICKET_WRITE)
    async def change_ticket(self, call: Call, ticket_id: UUID, body: TicketChange) -> TicketView:
        """Change what is named; null empties what may be empty."""
        await self._tickets.change(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("GET", "/api/tickets/{ticket_id}/history", permission=Permission.TICKET_READ)
    async def ticket_history(self, call: Call, ticket_id: UUID, query: PageQuery) -> Page[HistoryView]:
        """List what changed, newest first."""
        before = before_id(query.cursor)
        found = await self._tickets.history(call.actor, ticket_id, before, query.limit + 1)
        items = found[: query.limit]
        return Page[HistoryView](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/tickets/{ticket_id}/links", permission=Permission.TICKET_WRITE, status=201)
    async def link_ticket(self, call: Call, ticket_id: UUID, body: NewLink) -> TicketView:
        """Name another ticket: its parent, one that is related, one of which it is a duplicate."""
        await self._links.link(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("DELETE", "/api/tickets/{ticket_id}/links/{kind}/{other_id}", permission=Permission.TICKET_WRITE)
    async def unlink_ticket(self, call: Call, ticket_id: UUID, kind: LinkKind, other_id: UUID) -> TicketView:
        """Name it no more."""
        await self._links.unlink(call.actor, ticket_id, other_id, kind)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/tickets/{ticket_id}/merge", permission=Permission.TICKET_MERGE)
    async def merge_ticket(self, call: Call, ticket_id: UUID, body: MergeInto) -> TicketView:
        """End this ticket in another one of the same requester; shows the other."""
        await self._links.merge(call.actor, ticket_id, body.into_id)
        return await self._listing.show(call.actor, body.into_id)

    @route("POST", "/api/tickets/{ticket_id}/unmerge", permission=Permission.TICKET_MERGE)
    async def unmerge_ticket(self, call: Call, ticket_id: UUID) -> TicketView:
        """Take a merge back."""
        await self._links.unmerge(call.actor, ticket_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/tickets/{ticket_id}/split", permission=Permission.TICKET_WRITE, status=201)
    async def split_ticket(self, call: Call, ticket_id: UUID, body: NewSplit) -> TicketView:
        """Make a ticket of its own of a part; shows the new one."""
        return await self._listing.show(call.actor, await self._links.split(call.actor, ticket_id, body))


class WorklogRoutes:
    """What hangs on a ticket."""

    def __init__(self, worklog: Worklog, listing: Listing) -> None:
        self._worklog, self._listing = worklog, listing

    @route("PUT", "/api/tickets/{ticket_id}/follow", permission=Permission.TICKET_READ)
    async def follow_ticket(self, call: Call, ticket_id: UUID) -> None:
        """Hear of every change of stage."""
        await self._worklog.follow(call.actor, ticket_id)

    @route("DELETE", "/api/tickets/{ticket_id}/follow", permission=Permission.TICKET_READ)
    async def unfollow_ticket(self, call: Call, ticket_id: UUID) -> None:
        """Hear of it no more."""
        await self._worklog.unfollow(call.actor, ticket_id)

    @route("PUT", "/api/tickets/{ticket_id}/interactions/{interaction_id}", permission=Permission.TICKET_WRITE)
    async def add_conversation(self, call: Call, ticket_id: UUID, interaction_id: UUID) -> TicketView:
        """Say that a conversation is about it."""
        await self._worklog.add_interaction(call.actor, ticket_id, interaction_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("DELETE", "/api/tickets/{ticket_id}/interactions/{interaction_id}", permission=Permission.TICKET_WRITE)
    async def remove_conversation(self, call: Call, ticket_id: UUID, interaction_id: UUID) -> TicketView:
        """Say that a conversation is not about it."""
        await self._worklog.remove_interaction(call.actor, ticket_id, interaction_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/tickets/{ticket_id}/checks", permission=Permission.TICKET_WRITE, status=201)
    async def add_check(self, call: Call, ticket_id: UUID, body: NewCheck) -> TicketView:
        """Write down something to be done."""
        await self._worklog.add_check(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("PATCH", "/api/tickets/{ticket_id}/checks/{check_id}", permission=Permission.TICKET_WRITE)
    async def change_check(self, call: Call, ticket_id: UUID, check_id: UUID, body: CheckChange) -> TicketView:
        """Say that it is done, or say it otherwise."""
        await self._worklog.change_check(call.actor, ticket_id, check_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("DELETE", "/api/tickets/{ticket_id}/checks/{check_id}", permission=Permission.TICKET_WRITE)
    async def remove_check(self, call: Call, ticket_id: UUID, check_id: UUID) -> TicketView:
        """Do without it."""
        await self._worklog.remove_check(call.actor, ticket_id, check_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/tickets/{ticket_id}/times", permission=Permission.TICKET_WRITE, status=201)
    async def add_time(self, call: Call, ticket_id: UUID, body: NewTime) -> TicketView:
        """Book the own time."""
        await self._worklog.add_time(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("DELETE", "/api/tickets/{ticket_id}/times/{time_id}", permission=Permission.TICKET_WRITE)
    async def remove_time(self, call: Call, ticket_id: UUID, time_id: UUID) -> TicketView:
        """Take back time that was booked."""
        await self._worklog.remove_time(call.actor, ticket_id, time_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/tickets/{ticket_id}/papers", permission=Permission.TICKET_WRITE, status=201)
    async def add_paper(self, call: Call, ticket_id: UUID, body: NewPaper) -> TicketView:
        """Record a visit, a call, work carried out, a training, an answer or a fix."""
        await self._worklog.add_paper(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)


class TicketSetupRoutes:
    """Stages, types and custom fields."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    @route("GET", "/api/ticket-statuses", permission=COLLEAGUE)
    async def statuses(self, call: Call) -> StatusList:  # noqa: ARG002 - every handler gets the call
        """List the stages of tickets in their order."""
        return StatusList(items=await self._setup.statuses())

    @route("POST", "/api/ticket-statuses", permission=Permission.TICKET_MANAGE, status=201)
    async def add_status(self, call: Call, body: StatusSettings) -> Status:
        """Add a stage."""
        return await self._setup.save_status(call.actor, None, body)

    @route("PUT", "/api/ticket-statuses/{status_id}", permission=Permission.TICKET_MANAGE)
    async def change_status(self, call: Call, status_id: UUID, body: StatusChange) -> Status:
        """Change a stage, or switch it off."""
        return await self._setup.save_status(call.actor, status_id, body)

    @route("GET", "/api/ticket-types", permission=COLLEAGUE)
    async def types(self, call: Call) -> TypeList:  # noqa: ARG002 - every handler gets the call
        """List the types of each kind."""
        return TypeList(items=await self._setup.types())

    @route("POST", "/api/ticket-types", permission=Permission.TICKET_MANAGE, status=201)
    async def add_type(self, call: Call, body: TypeSettings) -> TicketType:
        """Add a type."""
        return await self._setup.save_type(call.actor, None, body)

    @route("PUT", "/api/ticket-types/{type_id}", permission=Permission.TICKET_MANAGE)
    async def change_type(self, call: Call, type_id: UUID, body: TypeChange) -> TicketType:
        """Change a type, or switch it off."""
        return await self._setup.save_type(call.actor, type_id, body)

    @route("GET", "/api/ticket-fields", permission=COLLEAGUE)
    async def fields(self, call: Call) -> FieldList:  # noqa: ARG002 - every handler gets the call
        """List the custom fields."""
        return FieldList(items=await self._setup.fields())

    @route("POST", "/api/ticket-fields", permission=Permission.TICKET_MANAGE, status=201)
    async def add_field(self, call: Call, body: FieldSettings) -> TicketField:
        """Add a custom field."""
        return await self._setup.save_field(call.actor, None, body)

    @route("PUT", "/api/ticket-fields/{field_id}", permission=Permission.TICKET_MANAGE)
    async def change_field(self, call: Call, field_id: UUID, body: FieldChange) -> TicketField:
        """Change a custom field, or switch it off."""
        return await self._setup.save_field(call.actor, field_id, body)
