"""The parts of a server, put together: ground, floor, neck, live. `server.py` runs them.

Knows every folder and is known by `server.py` alone.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

import channels
from access.people import People
from access.service import Access
from access.signin import SignIn
from agents.console import Console
from agents.lists import LiveLists
from agents.service import Agents
from automation.house import AutomationHouse
from board.house import BoardHouse
from callbacks.line import Line
from callbacks.parts import CallingBack
from channels.base import Channel, ChannelContext
from chat.site import Site
from chat.sockets import WidgetDoor
from complaints.house import ComplaintHouse
from consents.mail import MailOptOuts
from core.clock import Clock, utc_now
from core.feed import Feed
from core.hints import Hint, wire
from core.http import Api
from core.pages import Pages
from core.realtime import SocketServer
from core.secrets import Keyring
from core.settings import Settings
from core.tasks import Tasks
from core.workers import Workers
from customers.documents import CustomerDocuments
from customers.service import Customers
from dialer.house import DialerHouse
from dialer.textrules import TextRules
from dispatch.house import DispatchHouse
from extensions.service import Extensions
from flows.calls import FlowCalls
from geo.house import GeoHouse
from interactions.accounts import ChannelAccounts
from interactions.addresspost import AddressPost
from interactions.answers import CannedAnswers
from interactions.attachments import Attachments
from interactions.colleagues import Colleagues
from interactions.continued import ContinuedChats
from interactions.conversations import Conversations
from interactions.desk import DeskCommands
from interactions.desk_settings import DeskSettings
from interactions.documents import InteractionDocuments
from interactions.drafts import Drafts
from interactions.grants import StoredGrants
from interactions.housepost import HousePost
from interactions.intake import Intake
from interactions.mailboxes import MailboxDocuments, MailboxWatch
from interactions.outbox import Outbox
from interactions.post import PostCommands
from interactions.receive import Receiver
from interactions.service import Interactions
from interactions.snooze import Snoozes
from interactions.sockets import InteractionCommands
from interactions.unasked import Unasked
from interactions.watching import Watching
from interactions.webhooks import Webhooks
from knowledge.house import Knowledge
from mailroom.sorting import Sorting
from notices.service import Notices
from organisation.service import Organisation
from portal.house import Carriers, PortalHouse
from reports.house import ReportHouse
from rooms.team import Team
from routing.channels import channel_rules
from routing.model import ChannelName, ChannelRule
from routing.router import Router
from routing.service import Routing
from routing.sockets import RoutingCommands
from solutions.house import SolutionHouse
from storage.database import Database
from storage.eventlog import LogReader, replayer
from storage.files import Files
from storage.hints import hints_between_nodes
from storage.opened import opened
from telephony.house import TelephonyHouse
from tickets.house import ServiceDesk
from tickets.work import CHANNEL as TICKET
from tickets.work import RULE as TICKET_RULE

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

    @property
    def channel_rules(self) -> dict[ChannelName, ChannelRule]:
        """How much of an agent a work of each channel takes."""
        return channel_rules(self.kinds, {TICKET: TICKET_RULE})


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
    calling: CallingBack
    telephony: TelephonyHouse
    desk: ServiceDesk
    automation: AutomationHouse
    solutions: SolutionHouse
    reports: ReportHouse
    mailboxes: MailboxWatch
    colleagues: Colleagues
    complaints: ComplaintHouse
    dialer: DialerHouse
    dispatch: DispatchHouse
    portal: PortalHouse
    geo: GeoHouse


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
    notices.serve("mailbox", MailboxDocuments())
    return Floor(
        sign_in=sign_in,
        access=Access(db, clock, sign_in.passwords, Organisation(db).usual),
        people=people,
        notices=notices,
        customers=Customers(db, clock, notices, region=settings.default_region),
        agents=agents,
        routing=Routing(db, clock, agents, notices),
        router=Router(on.loops, clock, Routing(on.loops, clock, agents, notices), on.channel_rules),
    )


def build_neck(on: Ground, floor: Floor, stack: AsyncExitStack) -> Neck:
    settings, db, clock = on.settings, on.db, on.clock
    accounts = ChannelAccounts(db, on.keys, on.kinds, floor.routing.queues)
    conversations = Conversations(floor.customers, floor.routing, floor.agents, clock)
    receiver = Receiver(db, clock, on.files, conversations, on.kinds)
    receiver.ask(Sorting(clock, conversations, Organisation(db)))
    interactions = Interactions(db, clock, conversations, on.kinds, floor.people)
    for routing in (routings := (floor.routing, floor.router.routing)):
        routing.serve("interaction", interactions.work)
    intake = Intake(db, accounts, receiver, on.tasks)
    workers = Workers(settings.parse_workers)
    stack.push_async_callback(workers.close)
    receiver.flows = flows = FlowCalls(db, clock)
    line = Line(db, floor.routing.waits)
    grants = StoredGrants(db, on.keys)
    context = ChannelContext(settings, on.keys, clock, workers, accounts, intake, line, flows, grants)
    installed = {kind: channel(context) for kind, channel in on.kinds.items()}
    intake.serve(installed)
    talk, carriers = (conversations, interactions, receiver), (accounts, installed)
    people = (floor.customers, floor.agents, floor.notices)
    unasked = Unasked(clock, conversations, interactions.work, on.kinds)
    outbox = Outbox(db, accounts, installed, on.files, conversations)
    outbox.opt_outs = MailOptOuts(db, on.keys, clock, settings.base_url)
    continued = ContinuedChats(db, *carriers, outbox.departures)
    letters = (receiver, interactions, outbox.departures)
    attachments = Attachments(db, on.files, clock, most_bytes=settings.upload_megabytes << 20)
    receiver.colleagues = colleagues = Colleagues(db, accounts, installed, letters, floor.people, settings.base_url)
    # After whoever calls back, whom it lets hear of all other calls.
    calling = CallingBack.build(db, clock, settings.default_region, talk, carriers, floor.notices, routings)
    dialer = DialerHouse.build(db, clock, settings.default_region, (*talk, unasked), carriers)
    outbox.lateness = dialer.late_texts
    return Neck(
        accounts=accounts,
        channels=installed,
        conversations=conversations,
        receiver=receiver,
        interactions=interactions,
        attachments=attachments,
        intake=intake,
        outbox=outbox,
        snoozes=Snoozes(db, clock, conversations, receiver, floor.notices),
        answers=CannedAnswers(db, floor.routing.queues),
        webhooks=Webhooks(db, on.keys, may_reach_private=settings.webhooks_may_reach_private),
        calling=calling,
        telephony=TelephonyHouse.build(
            db,
            clock,
            (on.files, on.keys, settings.default_region),
            carriers,
            (receiver, interactions),
            floor.people,
            TextRules(db, clock),
        ),
        desk=(desk := ServiceDesk.build(db, clock, people, floor.routing, routings)),
        automation=(
            automation := AutomationHouse.build(db, clock, desk, (interactions.work, unasked), Organisation(db))
        ),
        solutions=SolutionHouse.build(db, clock, desk, automation.post, Knowledge.build(db, clock, on.keys)),
        reports=ReportHouse.build(db, clock, floor.people, HousePost(continued)),
        mailboxes=MailboxWatch(db, clock, floor.notices),
        colleagues=colleagues,
        complaints=(
            complaints := ComplaintHouse.build(db, clock, desk.tickets, floor.people, floor.notices, interactions.work)
        ),
        geo=(geo := GeoHouse.build(stack, db, clock, on.keys, on.tasks, settings, floor.customers)),
        dialer=dialer,
        dispatch=DispatchHouse.build(
            (db, clock, on.keys, settings.base_url),
            (floor.people, floor.customers, floor.notices),
            desk.tickets,
            (automation.post, unasked, AddressPost((db, clock), *carriers, continued)),
            (on.files, attachments),
            (stack, geo),
        ),
        portal=PortalHouse.build(
            (db, clock, on.keys, settings),
            floor.customers,
            desk,
            complaints.complainants,
            (receiver, interactions, attachments),
            Carriers(*carriers, outbox),
        ),
    )


async def _hints(on: Ground, reader: LogReader, sockets: SocketServer, stack: AsyncExitStack) -> Hint:
    """Tell the other processes what is not numbered, and hear it from them."""
    redis_url = on.settings.redis_url
    hints = hints_between_nodes(on.db, reader, redis_url.get_secret_value() if redis_url else None)
    await hints.start()
    stack.push_async_callback(hints.stop)
    return wire(hints, sockets.emit_now, on.db.on_commit, reader.wake)


async def build_live(on: Ground, floor: Floor, neck: Neck, team: Team, stack: AsyncExitStack) -> Live:
    """From the log to sockets; who may connect from where is decided at the doors."""
    sockets = SocketServer(allowed_origins=["*"])
    reader = LogReader(on.loops)
    await reader.start_at_end()
    feed = Feed(reader, sockets.emit_now, replayer(on.db), reader.position)
    hint = await _hints(on, reader, sockets, stack)

    console = Console(on.db, sockets, feed, floor.sign_in, floor.agents, on.clock, base_url=on.settings.base_url)
    watching = Watching(on.db, neck.conversations)
    desk = DeskCommands(watching, neck.snoozes, Drafts(on.db, on.clock), console, hint)
    post = PostCommands(neck.interactions.held, DeskSettings(on.db))
    console.commands.add(neck.calling.calls.commands)
    for part in (RoutingCommands(floor.routing), InteractionCommands(neck.interactions, hint), desk, post):
        console.commands.add(part)
        console.add_part(part.part)
    LiveLists(console, sockets.emit_now, feed).open(console.commands, on.tasks)
    team.open(console, feed, hint)
    neck.desk.open(console.sift, feed)
    neck.dispatch.open(console)
    neck.geo.open(console, feed, sockets.emit_now, on.tasks)
    extensions = Extensions(on.db, on.clock, on.keys, floor.customers, neck.interactions, on.settings)
    organisation = Organisation(on.db)
    for known in (extensions.part, organisation.part):
        console.add_part(known)
    told = (neck.conversations, neck.interactions, neck.receiver, neck.attachments, neck.calling)
    ground, wires = (on.db, on.clock, on.keys, on.tasks), (sockets, feed, hint)
    site = Site.build(
        *ground,
        floor.agents,
        floor.routing,
        floor.notices,
        (*told, neck.solutions.knowledge.reading),
        wires,
        burst=on.settings.visitor_burst,
    )
    site.follow(feed)
    tell = (console, feed, sockets.emit_now)
    board = BoardHouse.build(on.db, on.clock, floor.notices, on.kinds, tell, floor.routing.waits.seconds)
    return Live(sockets, feed, console, site, board, extensions, organisation)
