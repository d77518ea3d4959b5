"""Automation, put together: rules at work, the book of them, and how both come to the loops and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from automation.courier import Post
from automation.doing import Doing
from automation.http import AutomationRoutes
from automation.rulebook import Rulebook
from automation.service import Automation
from core.clock import Clock
from core.tasks import Tasks
from interactions.unasked import Unasked
from interactions.work import ConversationWork
from organisation.service import Organisation
from storage.database import Database
from tickets.house import ServiceDesk
from tickets.setup import Setup
from tickets.worklog import Worklog


@dataclass(frozen=True, slots=True)
class AutomationHouse:
    automation: Automation
    rulebook: Rulebook
    post: Post

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        desk: ServiceDesk,
        talk: tuple[ConversationWork, Unasked],
        organisation: Organisation,
    ) -> Self:
        post = Post(desk.tickets, talk[0], organisation, talk[1])
        doing = Doing(desk.tickets, Worklog(desk.tickets), post)
        automation = Automation(db, clock, desk.tickets, doing)
        return cls(automation, Rulebook(db, automation, doing, Setup(db)), post)

    def watch(self, tasks: Tasks) -> None:
        """Follow what happens and look at what lasts, while no other process does."""
        tasks.loop("automation", self.automation.follow)
        tasks.loop("automation on time", self.automation.watch)

    def routes(self) -> Iterator[object]:
        yield AutomationRoutes(self.rulebook)
