"""Reports, put together, and how they come to jobs, loops and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from access.people import People
from core.clock import Clock
from core.tasks import Tasks
from organisation.service import Organisation
from reports.http import ReportRoutes
from reports.schedules import Postman, Schedules
from reports.service import Reports
from storage import jobs
from storage.database import Database


@dataclass(frozen=True, slots=True)
class ReportHouse:
    reports: Reports
    schedules: Schedules

    @classmethod
    def build(cls, db: Database, clock: Clock, people: People, postman: Postman) -> Self:
        organisation = Organisation(db)
        reports = Reports(db, organisation)
        return cls(reports, Schedules(db, clock, people, organisation, reports, postman))

    def handle(self, worker: jobs.Worker) -> None:
        self.schedules.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        tasks.loop("reports", self.schedules.watch)

    def routes(self) -> Iterator[object]:
        yield ReportRoutes(self.reports, self.schedules)
