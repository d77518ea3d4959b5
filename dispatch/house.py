"""Visits, put together: how they come to notices, jobs and the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

from access.people import People
from agents.console import Console
from automation.courier import Post
from core.clock import Clock
from core.secrets import Keyring
from core.tasks import Tasks
from customers.service import Customers
from dispatch.appointments import Appointments
from dispatch.by_geo import GeoWhereabouts, VisitLoads
from dispatch.http import TechnicianRoutes, TrackingRoutes, VisitRoutes, VisitSetupRoutes
from dispatch.listing import VisitListing
from dispatch.periodic import Periodic
from dispatch.planning.worker import Planners
from dispatch.pricing import Pricing
from dispatch.reading import Reading
from dispatch.roads import Roads
from dispatch.run_http import RunRoutes
from dispatch.runs import Runs
from dispatch.setup import Kinds
from dispatch.steps import Steps, Uploads
from dispatch.telling import KIND, Telling, VisitDocuments
from dispatch.tracking import Tracking
from dispatch.visits import Visits
from dispatch.watching import DispatchCommands
from dispatch.whereabouts import Whereabouts
from geo.house import GeoHouse
from interactions.addresspost import AddressPost
from interactions.unasked import Unasked
from notices.service import Notices
from organisation.service import Organisation
from storage import jobs
from storage.database import Database
from storage.files import Files
from tickets.service import Tickets
from tickets.worklog import Worklog


@dataclass(frozen=True, slots=True)
class DispatchHouse:
    visits: Visits
    steps: Steps
    _telling: Telling
    _periodic: Periodic
    _listing: VisitListing
    _tracking: Tracking
    _whereabouts: Whereabouts
    _runs: Runs
    _pricing: Pricing
    _db: Database
    appointments: Appointments

    @classmethod
    def build(
        cls,
        ground: tuple[Database, Clock, Keyring, str],
        people: tuple[People, Customers, Notices],
        tickets: Tickets,
        ways: tuple[Post, Unasked, AddressPost],
        stores: tuple[Files, Uploads],
        field: tuple[AsyncExitStack, GeoHouse],
    ) -> Self:
        """`ground`: database, clock, keys, and the address under which the world reaches us."""
        stack, geo = field
        db, clock, keys, base_url = ground
        staff, customers, notices = people
        organisation = Organisation(db)
        geo.nearby.loads = VisitLoads(db)
        telling = Telling(db, customers, notices, ways, organisation, keys, base_url)
        visits = Visits(db, clock, staff, tickets, telling)
        notices.serve(KIND, VisitDocuments())
        reading = Reading((db, clock), staff, geo.technicians, Roads(geo.times), organisation)
        planners = Planners()
        stack.push_async_callback(planners.close)
        return cls(
            visits,
            Steps(visits, Worklog(tickets), *stores),
            telling,
            Periodic(db, clock, visits, customers, organisation),
            VisitListing(db, customers, organisation),
            Tracking(db, clock, keys, customers, organisation),
            GeoWhereabouts(geo.technicians, geo.times),
            Runs(visits, reading, planners, clock),
            Pricing(db, reading),
            db,
            Appointments(clock, organisation),
        )

    def handle(self, worker: jobs.Worker) -> None:
        self._telling.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        tasks.loop("periodic service", self._periodic.watch)

    def open(self, console: Console) -> None:
        console.commands.add(DispatchCommands(self._db, console))

    def routes(self) -> Iterator[object]:
        yield VisitRoutes(self.visits, self._listing)
        yield TechnicianRoutes(self.visits, self.steps)
        yield TrackingRoutes(self._tracking, self._whereabouts)
        yield VisitSetupRoutes(Kinds(self._db), self._telling, self._periodic)
        yield RunRoutes(self._runs, self._pricing)
