"""The portal, put together: how it comes to jobs, the event log, pages and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from channels.base import Channel
from complaints.complainant import Complainants
from core.clock import Clock
from core.http import CUSTOMER, Api
from core.secrets import Keyring
from core.settings import Settings
from core.tasks import Tasks
from customers.service import Customers
from interactions.accounts import ChannelAccounts
from interactions.addresspost import AddressPost
from interactions.attachments import Attachments
from interactions.continued import ContinuedChats
from interactions.outbox import Outbox
from interactions.receive import Receiver
from interactions.seen import SeenOutside
from interactions.service import Interactions
from portal.desk import Around, CustomerDesk
from portal.doors import CODE, SCHEDULE, Doors
from portal.forms import Forms
from portal.http import FormRoutes, PortalRoutes, PortalSetupRoutes
from portal.post import PortalPost, Ways
from portal.raising import Raising
from portal.setting import PortalSetup
from storage import jobs
from storage.database import Database
from tickets.above import Above
from tickets.house import ServiceDesk


@dataclass(frozen=True, slots=True)
class Carriers:
    """What carries mails and texts."""

    accounts: ChannelAccounts
    channels: dict[str, Channel]
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class PortalHouse:
    doors: Doors
    setup: PortalSetup
    _desk: CustomerDesk
    _forms: Forms
    _post: PortalPost
    _attachments: Attachments

    @classmethod
    def build(
        cls,
        ground: tuple[Database, Clock, Keyring, Settings],
        customers: Customers,
        desk: ServiceDesk,
        complainants: Complainants,
        talk: tuple[Receiver, Interactions, Attachments],
        carriers: Carriers,
    ) -> Self:
        (db, clock, keys, settings), (receiver, interactions, attachments) = ground, talk
        continued = ContinuedChats(db, carriers.accounts, carriers.channels, carriers.outbox.departures)
        post = AddressPost((db, clock), carriers.accounts, carriers.channels, continued)
        raising = Raising(receiver, desk.tickets)
        seen = SeenOutside(receiver.conversations)
        around = Around(raising, interactions.work, seen, complainants, desk.sla, Above(desk.tickets))
        at = {"base_url": settings.base_url}
        return cls(
            doors=Doors(db, clock, keys, customers, post, region=settings.default_region, **at),
            _desk=CustomerDesk(db, clock, around),
            _forms=Forms(db, clock, keys, raising, complainants),
            setup=PortalSetup(db, clock, customers, megabytes=settings.upload_megabytes, **at),
            _post=PortalPost(db, clock, Ways(continued, carriers.outbox, post), **at),
            _attachments=attachments,
        )

    def open(self, api: Api) -> None:
        """Let customers in where routes are for them."""
        api.let_in(CUSTOMER, self.doors)

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(CODE, self.doors.send, schedule=SCHEDULE)
        self._post.handle(worker)

    def watch(self, tasks: Tasks) -> None:
        """Mail what is said, while no other process does."""
        tasks.loop("portal", self._post.follow)

    def routes(self) -> Iterator[object]:
        yield PortalRoutes(self.doors, self._desk, self.setup, self._attachments)
        yield FormRoutes(self._forms)
        yield PortalSetupRoutes(self.setup)
