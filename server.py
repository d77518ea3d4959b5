"""Markaz: the wiring diagram. Settings become parts, parts run, and stop in the opposite order.

This file knows every folder and is known by none. Reading it from top to bottom shows what a server is made of.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import uvloop

import channels
from access.http import AccessRoutes, ViewRoutes
from access.people import People
from access.service import Access
from access.signin import SignIn
from access.views import Views
from agents.console import Console
from agents.http import AgentRoutes
from agents.service import Agents
from board.house import BoardHouse
from channels.base import Channel, ChannelContext
from chat.history import RatingHistory
from chat.letters import Letters
from chat.site import Site
from chat.sockets import WidgetDoor
from core import commandline
from core import log as logs
from core.clock import Clock, utc_now
from core.errors import MarkazError
from core.feed import Feed
from core.hints import wire
from core.http import Api
from core.pages import Health, Pages
from core.realtime import SocketServer, tune_gc
from core.secrets import Keyring
from core.settings import Role, Settings
from core.tasks import Tasks
from core.workers import Workers
from customers.documents import CustomerDocuments
from customers.http import CustomerRoutes
from customers.overview import Overviews
from customers.service import Customers
from customers.tiers import TierRoutes, Tiers
from customers.timeline import Timelines
from demo.carrier import start_carrier
from demo.organisation import Demo
from demo.places import announce
from extensions.http import ExtensionRoutes
from extensions.service import Extensions
from interactions.accounts import ChannelAccounts
from interactions.answers import CannedAnswers
from interactions.attachments import Attachments
from interactions.continued import ContinuedChats
from interactions.conversations import Conversations
from interactions.desk import DeskCommands
from interactions.documents import InteractionDocuments
from interactions.drafts import Drafts
from interactions.history import History
from interactions.http import AnswerRoutes, ChannelRoutes, Hooks, InteractionRoutes
from interactions.intake import Intake
from interactions.listeners import Listeners
from interactions.outbox import Outbox
from interactions.quarantine import Quarantine
from interactions.receive import Receiver
from interactions.search import Search
from interactions.search_http import SearchRoutes
from interactions.searchindex import SearchIndex
from interactions.service import Interactions
from interactions.snooze import Snoozes
from interactions.sockets import InteractionCommands
from interactions.watching import Watching
from interactions.webhooks import Webhooks
from mailroom.http import MailroomRoutes
from mailroom.service import Mailroom
from mailroom.sorting import Sorting
from notices.service import Notices
from organisation.http import OrganisationRoutes
from organisation.service import Organisation
from rooms.team import Team
from routing.channels import channel_rules
from routing.planning import planning
from routing.router import Router
from routing.service import Routing
from routing.sockets import RoutingCommands
from storage.answers import Answers
from storage.database import Database
from storage.eventlog import LogReader, replayer
from storage.files import Files
from storage.hints import hints_between_nodes
from storage.jobs import Worker
from storage.opened import opened
from storage.upkeep import Upkeep

log = logging.getLogger("markaz")

VERSION = "0.1.0"
# What the router and the feed need at once.
_LOOP_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything stands on."""

    settings: Settings
    db: Database
    loops: Database
    tasks: Tasks
    keys: Keyring
    files: Files
    kinds: dict[str, type[Channel]]
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Floor:
    """Below the neck: who may, who calls, who is there, who gets it."""

    sign_in: SignIn
    access: Access
    people: People
    notices: Notices
    customers: Customers
    agents: Agents
    routing: Routing
    router: Router


@dataclass(frozen=True, slots=True)
class Neck:
    """Every message, in and out."""

    accounts: ChannelAccounts
    channels: dict[str, Channel]
    conversations: Conversations
    receiver: Receiver
    interactions: Interactions
    attachments: Attachments
    intake: Intake
    outbox: Outbox
    snoozes: Snoozes
    answers: CannedAnswers
    webhooks: Webhooks


@dataclass(frozen=True, slots=True)
class Live:
    """Sockets of this process, and the log that feeds them."""

    sockets: SocketServer
    feed: Feed
    console: Console
    site: Site
    board: BoardHouse
    extensions: Extensions
    organisation: Organisation

    @property
    def widget_door(self) -> WidgetDoor:
        return self.site.door


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, for whoever started it."""

    api: Api
    floor: Floor
    neck: Neck
    live: Live
    pages: Pages


async def lay_ground(settings: Settings, stack: AsyncExitStack) -> Ground:
    """Open the database and the key; loops get connections of their own, whatever requests do."""
    db = await stack.enter_async_context(opened(settings))
    loops = db.beside(_LOOP_CONNECTIONS)
    await loops.open()
    stack.push_async_callback(loops.close)
    tasks = await stack.enter_async_context(Tasks("server"))
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    keys = Keyring.load(secret, settings.data_dir / "secret.key")
    return Ground(settings, db, loops, tasks, keys, Files(settings.data_dir / "files"), channels.discover())


def build_floor(on: Ground) -> Floor:
    settings, db, clock = on.settings, on.db, on.clock
    sign_in = SignIn(db, on.keys, clock, hours=settings.session_hours, is_https=settings.is_https)
    agents = Agents(db, clock)
    people = People(db, sign_in.passwords)
    notices = Notices(db, clock, people)
    notices.serve("customer", CustomerDocuments())
    notices.serve("interaction", InteractionDocuments())
    return Floor(
        sign_in=sign_in,
        access=Access(db, clock, sign_in.passwords, Organisation(db).usual),
        people=people,
        notices=notices,
        customers=Customers(db, clock, notices, region=settings.default_region),
        agents=agents,
        routing=Routing(db, clock, agents, notices),
        router=Router(on.loops, clock, Routing(on.loops, clock, agents, notices), channel_rules(on.kinds)),
    )


def build_neck(on: Ground, floor: Floor, stack: AsyncExitStack) -> Neck:
    settings, db, clock = on.settings, on.db, on.clock
    accounts = ChannelAccounts(db, on.keys, on.kinds, floor.routing.queues)
    conversations = Conversations(floor.customers, floor.routing, floor.agents, clock)
    receiver = Receiver(db, clock, on.files, conversations, on.kinds)
    receiver.ask(Sorting(clock, conversations, Organisation(db)))
    interactions = Interactions(db, clock, conversations, on.kinds)
    for routing in (floor.routing, floor.router.routing):
        routing.serve("interaction", interactions.work)
    intake = Intake(db, accounts, receiver, on.tasks)
    workers = Workers(settings.parse_workers)
    stack.push_async_callback(workers.close)
    context = ChannelContext(settings, on.keys, clock, workers, accounts, intake)
    installed = {kind: channel(context) for kind, channel in on.kinds.items()}
    intake.serve(installed)
    return Neck(
        accounts=accounts,
        channels=installed,
        conversations=conversations,
        receiver=receiver,
        interactions=interactions,
        attachments=Attachments(db, on.files, clock, most_bytes=settings.upload_megabytes << 20),
        intake=intake,
        outbox=Outbox(db, accounts, installed, on.files, conversations),
        snoozes=Snoozes(db, clock, conversations, receiver, floor.notices),
        answers=CannedAnswers(db),
        webhooks=Webhooks(db, on.keys, may_reach_private=settings.webhooks_may_reach_private),
    )


async def build_live(on: Ground, floor: Floor, neck: Neck, team: Team, stack: AsyncExitStack) -> Live:
    """From the log to sockets; who may connect from where is decided at the doors."""
    sockets = SocketServer(allowed_origins=["*"])
    reader = LogReader(on.loops)
    await reader.start_at_end()
    feed = Feed(reader, sockets.emit_now, replayer(on.db), reader.position)
    redis_url = on.settings.redis_url
    hints = hints_between_nodes(on.db, reader, redis_url.get_secret_value() if redis_url else None)
    await hints.start()
    stack.push_async_callback(hints.stop)
    hint = wire(hints, sockets.emit_now, on.db.on_commit, reader.wake)

    console = Console(on.db, sockets, feed, floor.sign_in, floor.agents, on.clock, base_url=on.settings.base_url)
    watching = Watching(on.db, neck.conversations)
    desk = DeskCommands(watching, neck.snoozes, Drafts(on.db, on.clock), console, hint)
    for part in (RoutingCommands(floor.routing), InteractionCommands(neck.interactions, hint), desk):
        console.commands.add(part)
        console.add_part(part.part)
    team.open(console, feed, hint)
    extensions = Extensions(on.db, on.clock, on.keys, floor.customers, neck.interactions, on.settings)
    organisation = Organisation(on.db)
    console.add_part(extensions.part)
    console.add_part(organisation.part)
    talk = (neck.conversations, neck.interactions, neck.receiver, neck.attachments)
    ground = (on.db, on.clock, on.keys, on.tasks)
    wires, burst = (sockets, feed, hint), on.settings.visitor_burst
    site = Site.build(*ground, floor.agents, floor.routing, floor.notices, talk, wires, burst=burst)
    site.follow(feed)
    board = BoardHouse.build(on.db, on.clock, floor.notices, on.kinds, (console, feed, sockets.emit_now))
    return Live(sockets, feed, console, site, board, extensions, organisation)


def _customer_routes(on: Ground, floor: Floor) -> CustomerRoutes:
    """A customer's page: each folder that knows something of customers is a source of it."""
    sources = (History(floor.customers), RatingHistory())
    timelines = Timelines(on.db, floor.customers, sources)
    return CustomerRoutes(floor.customers, timelines, Overviews(on.db, floor.customers, on.clock, sources))


def build_api(on: Ground, floor: Floor, neck: Neck, team: Team, live: Live) -> Api:
    api = Api(floor.sign_in, Answers(on.db), title="Markaz", version=VERSION)
    for routes in (
        AccessRoutes(floor.access, floor.sign_in),
        _customer_routes(on, floor),
        TierRoutes(Tiers(on.db)),
        AgentRoutes(floor.agents),
        *planning(on.db, on.clock, floor.routing, floor.agents, floor.customers, channel_rules(on.kinds)),
        InteractionRoutes(neck.interactions, neck.attachments),
        AnswerRoutes(neck.answers),
        ChannelRoutes(neck.accounts, neck.channels, neck.webhooks, Quarantine(on.db)),
        *live.site.routes(),
        *live.board.routes(),
        ViewRoutes(Views(on.db, on.clock)),
        SearchRoutes(Search(on.db, floor.customers)),
        ExtensionRoutes(live.extensions),
        OrganisationRoutes(live.organisation),
        MailroomRoutes(Mailroom(on.db, neck.accounts, floor.routing)),
        *team.routes(),
    ):
        api.add(routes)
    return api


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[Running]:
    """Make the parts, start those that this process's roles ask for, and stop them in the opposite order."""
    async with AsyncExitStack() as stack:
        on = await lay_ground(settings, stack)
        floor = build_floor(on)
        neck = build_neck(on, floor, stack)
        team = Team.build(on.db, on.clock, floor.people, floor.notices, neck.attachments, settings.base_url)
        live = await build_live(on, floor, neck, team, stack)
        api = build_api(on, floor, neck, team, live)
        health = Health(settings.internal_port, on.db.ping)
        hooks = Hooks(neck.accounts, neck.channels, neck.intake, settings.base_url)
        pages = Pages(settings, api, live.sockets, hooks.take, health, live.extensions.origins, hooks.speaks_by_twilio)
        if settings.demo:
            people = (floor.access, floor.agents, floor.routing, Tiers(on.db))
            await Demo(settings, on.keys, *people, neck.accounts, neck.answers, live.site.widgets).fill()

        await health.open()
        stack.push_async_callback(health.close)
        for channel in neck.channels.values():
            await channel.open()
            stack.push_async_callback(channel.close)
        if Role.JOBS in settings.roles:
            start_jobs(on, neck, live.board, stack)
        if Role.ROUTER in settings.roles:
            floor.router.start(is_alone=settings.roles == {Role.ROUTER})
            stack.push_async_callback(floor.router.stop)
        if Role.MAIL in settings.roles:
            listeners = Listeners(on.db, neck.accounts, neck.channels, neck.intake)
            listeners.start()
            stack.push_async_callback(listeners.stop)
        if Role.WEB in settings.roles:
            await start_web(on, neck, live, pages, stack)
        yield Running(api, floor, neck, live, pages)


def start_jobs(on: Ground, neck: Neck, board: BoardHouse, stack: AsyncExitStack) -> None:
    """Read what was taken in, send what was said, tell other systems, keep house."""
    worker = Worker(on.db)
    neck.intake.handle(worker)
    neck.outbox.handle(worker)
    neck.snoozes.handle(worker)
    neck.webhooks.handle(worker)
    Letters(on.db, on.clock, ContinuedChats(on.db, neck.accounts, neck.channels), Organisation(on.db)).handle(worker)
    worker.start()
    stack.push_async_callback(worker.stop)
    on.tasks.loop("webhooks", neck.webhooks.publish)
    on.tasks.loop("search", SearchIndex(on.db).follow)
    board.count(on.tasks)
    on.tasks.loop("upkeep", Upkeep(on.db).turn)


async def start_web(on: Ground, neck: Neck, live: Live, pages: Pages, stack: AsyncExitStack) -> None:
    """Serve pages, API and sockets; the simulated carrier belongs to the first process that serves."""
    live.console.open()
    stack.push_async_callback(live.console.close)
    live.site.open(on.tasks)
    live.board.open(on.tasks)
    on.tasks.loop("feed", live.feed.turn)
    await pages.open()
    stack.push_async_callback(pages.close)
    if on.settings.simulator:
        carrier = await start_carrier(on.settings, neck.accounts)
        stack.push_async_callback(carrier.stop)
    stack.push_async_callback(pages.drain)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with server(settings):
        tune_gc()
        announce(settings)
        await stop.wait()
        log.info("stopping")


async def add_administrator(settings: Settings, login: str) -> None:
    """Add somebody with every permission over the whole organisation; the password is shown this once."""
    async with AsyncExitStack() as stack:
        floor = build_floor(await lay_ground(settings, stack))
        password = await floor.access.add_administrator(login.lower())
    print(f"sign in as {login.lower()} with {password}")


def main(arguments: Sequence[str]) -> int:
    """Start from the command line; what is wrong is one clear line and exit status 1."""
    settings, administrator = commandline.read(arguments, VERSION)
    logs.configure(settings.log_level, as_json=settings.log_json)
    try:
        uvloop.run(add_administrator(settings, administrator) if administrator else run(settings))
    except MarkazError as error:
        print(f"markaz: {error.detail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
