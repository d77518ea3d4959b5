"""The service desk, put together: its services, and how they come to routing, the clocks, jobs and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agents.service import Agents
from core.clock import Clock
from core.feed import Feed
from core.tasks import Tasks
from customers.service import Customers
from interactions.attachments import Attachments
from notices.service import Notices
from organisation.service import Organisation
from routing.service import Routing
from sla.http import SlaRoutes
from sla.rules import Calendars, Policies
from sla.service import Sla
from storage import jobs
from storage.database import Database, Tx
from tickets.above import Narrowing, Sieve
from tickets.bulk import Bulk
from tickets.files import TicketFiles
from tickets.files_http import TicketFileRoutes
from tickets.http import TicketRoutes, TicketSetupRoutes, WorklogRoutes
from tickets.links import Links
from tickets.listing import Listing
from tickets.model import TicketNarrowed
from tickets.service import Tickets
from tickets.setup import Setup
from tickets.subject import TicketClocks, TicketDocuments, TicketSubject
from tickets.talk import TicketTalk
from tickets.units import Units
from tickets.units_http import UnitRoutes
from tickets.work import KIND
from tickets.worklog import Worklog


@dataclass(frozen=True, slots=True)
class ServiceDesk:
    """Tickets and their clocks."""

    tickets: Tickets
    listing: Listing
    sla: Sla
    _db: Database
    _talk: TicketTalk

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        people: tuple[Customers, Agents, Notices],
        routing: Routing,
        routings: tuple[Routing, ...],
    ) -> Self:
        """`routing` is asked; `routings`, that of the router too, tell who has a ticket."""
        customers, agents, notices = people
        sla = Sla(db, clock)
        tickets = Tickets(db, clock, customers, agents, routing, notices, sla)
        sla.serve(KIND, TicketClocks(tickets))
        notices.serve(KIND, TicketDocuments())
        for each in routings:
            each.serve(KIND, TicketSubject(tickets))
        return cls(tickets, Listing(db, tickets, sla), sla, db, TicketTalk(db, clock, tickets, sla))

    def open(self, sift: Sieve, feed: Feed) -> None:
        """Let sockets out of the pages of which their people may not know any more."""
        feed.on(TicketNarrowed.kind, Narrowing(sift).narrowed)

    async def join(self, tx: Tx, ticket_id: UUID, interaction_id: UUID) -> None:
        """Let a conversation that its customer began be about a ticket."""
        await self._talk.joined(tx, ticket_id, interaction_id)

    def handle(self, worker: jobs.Worker) -> None:
        self.sla.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        """Follow what is said about tickets, and what falls due, while no other process does."""
        tasks.loop("tickets", self._talk.follow)
        tasks.loop("sla", self.sla.watch)

    def routes(self, attachments: Attachments) -> Iterator[object]:
        yield TicketRoutes(self.tickets, self.listing, Links(self.tickets), Bulk(self.tickets))
        yield WorklogRoutes(Worklog(self.tickets), self.listing)
        yield TicketFileRoutes(TicketFiles(self.tickets, attachments), self.listing)
        yield UnitRoutes(Units(self.tickets, Organisation(self._db)))
        yield TicketSetupRoutes(Setup(self._db))
        yield SlaRoutes(Calendars(self._db), Policies(self._db))
