"""The dialer, put together: how it comes to the receiver, to jobs, to its loop and to the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

from channels.base import Channel
from consents.http import ConsentRoutes
from consents.service import Consents
from core.clock import Clock
from dialer.attempts import Attempts
from dialer.campaigns import Campaigns
from dialer.desk import Desk
from dialer.http import CampaignRoutes, DialRoutes, ListRoutes, ReportRoutes, RuleRoutes
from dialer.latetexts import LateTexts
from dialer.lists import Lists
from dialer.live import Live
from dialer.report import Reports
from dialer.room.asking import Carrier
from dialer.room.room import Room
from dialer.rulebook import Rulebook
from interactions.accounts import ChannelAccounts
from interactions.callnews import CallNews
from interactions.conversations import Conversations
from interactions.dialled import DialledCalls, Owners
from interactions.receive import Receiver
from interactions.service import Interactions
from interactions.unasked import Unasked
from storage import jobs
from storage.database import Database

# Whoever answers and has nobody after this hears the message: what the strictest rules ask for.
WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class DialerHouse:
    attempts: Attempts
    carrier: Carrier
    room: Room
    campaigns: Campaigns
    lists: Lists
    desk: Desk
    live: Live
    reports: Reports
    rulebook: Rulebook
    consents: Consents

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        region: str,
        neck: tuple[Conversations, Interactions, Receiver, Unasked],
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
    ) -> Self:
        """Hear of calls beside whoever places others: call it when the receiver has its owner."""
        conversations, interactions, receiver, unasked = neck
        calls = DialledCalls(clock, conversations, interactions.work, CallNews(receiver), unasked)
        attempts = Attempts(db, clock, calls, WAIT_SECONDS)
        receiver.dialled = attempts
        receiver.owner = Owners(receiver.owner)
        carrier = Carrier(attempts, *carriers)
        campaigns = Campaigns(db, clock, conversations.routing)
        return cls(
            attempts=attempts,
            carrier=carrier,
            room=Room(db, attempts, carrier, conversations.routing.outbound),
            campaigns=campaigns,
            lists=Lists(db, clock, region),
            desk=Desk(attempts, carrier),
            live=Live(db, clock, conversations.routing.outbound, campaigns),
            reports=Reports(db, clock, campaigns),
            rulebook=Rulebook(db),
            consents=Consents(db, clock, region),
        )

    @property
    def late_texts(self) -> LateTexts:
        return LateTexts(self.attempts)

    def handle(self, worker: jobs.Worker) -> None:
        self.carrier.handle(worker)
        self.campaigns.handle(worker)

    def start(self, stack: AsyncExitStack) -> None:
        """Dial, in whichever process holds the lease."""
        self.room.start()
        stack.push_async_callback(self.room.stop)

    def routes(self) -> Iterator[object]:
        yield CampaignRoutes(self.campaigns, self.live)
        yield ReportRoutes(self.reports)
        yield ListRoutes(self.lists)
        yield DialRoutes(self.desk)
        yield RuleRoutes(self.rulebook)
        yield ConsentRoutes(self.consents)
