"""Solutions, put together: drafts from tickets, sending, and how both come to jobs and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from automation.courier import Post
from core.clock import Clock
from knowledge.house import Knowledge
from solutions.drafting import Drafting
from solutions.http import SolutionRoutes
from solutions.service import Solutions
from storage import jobs
from storage.database import Database
from tickets.house import ServiceDesk


@dataclass(frozen=True, slots=True)
class SolutionHouse:
    solutions: Solutions
    knowledge: Knowledge
    _drafting: Drafting

    @classmethod
    def build(cls, db: Database, clock: Clock, desk: ServiceDesk, post: Post, knowledge: Knowledge) -> Self:
        solutions = Solutions(db, clock, desk, post, knowledge.reading)
        return cls(solutions, knowledge, Drafting(db, desk.tickets, knowledge.articles, knowledge.reading))

    def handle(self, worker: jobs.Worker) -> None:
        self.solutions.handle(worker)

    def routes(self) -> Iterator[object]:
        yield SolutionRoutes(self.solutions, self._drafting)
        yield from self.knowledge.routes()
