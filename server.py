"""Markaz: the wiring diagram. Settings become parts, parts run, and stop in the opposite order.

This file knows every folder and is known by none. Reading it from top to bottom shows what a server is made of.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvloop
from pydantic import SecretStr, ValidationError

import channels
from access.http import AccessRoutes
from access.model import NewStaff
from access.service import Access
from access.signin import SignIn
from agents.console import Console
from agents.http import AgentRoutes
from agents.service import Agents
from channels.base import Channel, ChannelContext
from chat.http import ChatRoutes
from chat.service import Chats
from chat.sockets import WidgetDoor
from core import log as logs
from core.clock import utc_now
from core.errors import MarkazError
from core.feed import NAMESPACES, Feed
from core.hints import Hints
from core.http import Api
from core.http.api import invalid
from core.ids import uuid7
from core.pages import Health, Pages
from core.realtime import SocketServer, tune_gc
from core.secrets import Keyring, new_token
from core.settings import Role, Settings, example
from core.tasks import Tasks
from core.workers import Workers
from customers.http import CustomerRoutes
from customers.service import Customers
from demo.carrier import start_carrier
from demo.organisation import AGENTS, MAILBOX, NUMBER, PASSWORD, Demo
from interactions.accounts import ChannelAccounts
from interactions.attachments import Attachments
from interactions.chatlane import ChatLane
from interactions.conversations import Conversations
from interactions.http import ChannelRoutes, Hooks, InteractionRoutes
from interactions.intake import Intake
from interactions.listeners import Listeners
from interactions.outbox import Outbox
from interactions.quarantine import Quarantine
from interactions.receive import Receiver
from interactions.service import Interactions
from interactions.sockets import InteractionCommands
from interactions.visitors import VisitorChats
from interactions.webhooks import Webhooks
from routing.explain import Explainer
from routing.http import RoutingRoutes
from routing.model import DEFAULT_CAPACITY, ChannelName, ChannelRule
from routing.router import Router
from routing.service import Routing
from routing.sockets import RoutingCommands
from storage.answers import Answers
from storage.bus import Bus
from storage.database import Database
from storage.embedded import Embedded
from storage.eventlog import LogReader, replayer
from storage.files import Files
from storage.jobs import Worker
from storage.migrate import migrate
from storage.upkeep import Upkeep
from storage.valkey import ValkeyBus

log = logging.getLogger("markaz")

VERSION = "0.1.0"
# What the router, the feed and the reader for other systems need at once, whatever requests do.
_LOOP_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, for whoever started it."""

    settings: Settings
    api: Api
    console: Console
    widget_door: WidgetDoor
    pages: Pages
    agents: Agents
    routing: Routing
    router: Router
    channel_rules: dict[ChannelName, ChannelRule]
    channels: dict[str, Channel]


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database: the one that is named, else the embedded one."""
    embedded = None
    if settings.database_url is None:
        embedded = Embedded(settings.data_dir)
        dsn = await embedded.start()
    else:
        dsn = settings.database_url.get_secret_value()
    db = Database(dsn, size=settings.pool_size)
    try:
        await db.open()
        for name in await migrate(db):
            log.info("applied migration %s", name)
        yield db
    finally:
        await db.close()
        if embedded is not None:
            await embedded.stop()


def channel_rules(kinds: dict[str, type[Channel]]) -> dict[ChannelName, ChannelRule]:
    """Tell the router how much of an agent one conversation of each channel takes."""
    return {
        ChannelName(kind): ChannelRule(
            weight=channel.units,
            most=max(1, DEFAULT_CAPACITY // channel.units),
            is_exclusive=channel.units >= DEFAULT_CAPACITY,
        )
        for kind, channel in kinds.items()
    }


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[Running]:  # noqa: C901, PLR0915 - the wiring diagram is one list on purpose
    """Make the parts, start those that this process's roles ask for, and stop them again."""
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(database(settings))
        loops = db.beside(_LOOP_CONNECTIONS)
        await loops.open()
        stack.push_async_callback(loops.close)
        tasks = await stack.enter_async_context(Tasks("server"))
        clock = utc_now
        keys = Keyring.load(
            settings.secret_key.get_secret_value() if settings.secret_key else None, settings.data_dir / "secret.key"
        )
        files = Files(settings.data_dir / "files")
        kinds = channels.discover()

        # Below the neck: who may, who is there, who calls, who gets it.
        sign_in = SignIn(db, keys, clock, hours=settings.session_hours, is_https=settings.is_https)
        access = Access(db, clock, sign_in.passwords)
        customers = Customers(db, clock, region=settings.default_region)
        agents = Agents(db, clock)
        routing = Routing(db, clock, agents)
        router = Router(loops, clock, Routing(loops, clock, agents), channel_rules(kinds))

        # The neck.
        accounts = ChannelAccounts(db, keys, kinds)
        conversations = Conversations(customers, routing, agents, clock)
        receiver = Receiver(db, clock, files, conversations, kinds)
        interactions = Interactions(db, clock, conversations, kinds)
        routing.serve("interaction", interactions)
        router.routing.serve("interaction", interactions)
        intake = Intake(db, accounts, receiver, tasks)
        workers = Workers(settings.parse_workers)
        stack.push_async_callback(workers.close)
        context = ChannelContext(settings, keys, clock, workers, accounts, intake)
        installed = {kind: channel(context) for kind, channel in kinds.items()}
        intake.serve(installed)
        outbox = Outbox(db, accounts, installed, files, conversations)
        attachments = Attachments(db, files, clock, most_bytes=settings.upload_megabytes << 20)
        webhooks = Webhooks(db, keys, may_reach_private=settings.webhooks_may_reach_private)

        # Live: the log to the sockets of this process, hints between processes.
        sockets = SocketServer(allowed_origins=["*"])
        reader = LogReader(loops)
        await reader.start_at_end()
        feed = Feed(reader, sockets.emit_now, replayer(db), reader.position)
        bus = hints_between_nodes(settings, db, reader)
        await bus.start()
        stack.push_async_callback(bus.stop)
        hint = wire_hints(bus, db, reader, sockets)
        chats_of_visitors = VisitorChats(db, conversations, interactions)
        feed.on("interaction.changed", chats_of_visitors.forget)
        chats = Chats(db, clock, keys, agents, receiver, ChatLane(db, clock, tasks), chats_of_visitors)
        console = Console(db, sockets, feed, sign_in, agents, clock, base_url=settings.base_url)
        for part in (
            routing_commands := RoutingCommands(routing),
            interaction_commands := InteractionCommands(interactions, hint),
        ):
            console.commands.add(part)
        console.add_part(routing_commands.part)
        console.add_part(interaction_commands.part)
        widget_door = WidgetDoor(db, sockets, feed, chats, hint)

        # The pages and the API.
        api = Api(sign_in, Answers(db), title="Markaz", version=VERSION)
        for routes in (
            AccessRoutes(access, sign_in),
            CustomerRoutes(customers),
            AgentRoutes(agents),
            RoutingRoutes(routing, Explainer(db, router, agents)),
            InteractionRoutes(interactions, attachments),
            ChannelRoutes(accounts, installed, webhooks, Quarantine(db)),
            ChatRoutes(chats, attachments),
        ):
            api.add(routes)
        hooks = Hooks(accounts, installed, intake, settings.base_url)
        health = Health(settings.internal_port, db.ping)
        pages = Pages(settings, api, sockets, hooks.take, health)
        if settings.demo:
            await Demo(settings, keys, access, agents, routing, accounts, chats).fill()

        # From here on things run; the stack stops them in the opposite order.
        await health.open()
        stack.push_async_callback(health.close)
        for channel in installed.values():
            await channel.open()
            stack.push_async_callback(channel.close)
        if Role.JOBS in settings.roles:
            worker = Worker(db)
            intake.handle(worker)
            outbox.handle(worker)
            webhooks.handle(worker)
            worker.start()
            stack.push_async_callback(worker.stop)
            tasks.loop("webhooks", webhooks.publish)
            tasks.loop("upkeep", Upkeep(db).turn)
        if Role.ROUTER in settings.roles:
            router.start()
            stack.push_async_callback(router.stop)
        if Role.MAIL in settings.roles:
            listeners = Listeners(db, accounts, installed, intake)
            listeners.start()
            stack.push_async_callback(listeners.stop)
        if Role.WEB in settings.roles:
            console.open()
            stack.push_async_callback(console.close)
            widget_door.open()
            tasks.loop("feed", feed.turn)
            await pages.open()
            stack.push_async_callback(pages.close)
            if settings.simulator:
                carrier = await start_carrier(settings, accounts)
                stack.push_async_callback(carrier.stop)
            stack.push_async_callback(pages.drain)
        yield Running(
            settings, api, console, widget_door, pages, agents, routing, router, channel_rules(kinds), installed
        )


def hints_between_nodes(settings: Settings, db: Database, reader: LogReader) -> Hints:
    """Carry hints by PostgreSQL, or by Redis or Valkey where there is one."""
    if settings.redis_url is not None:
        return ValkeyBus(settings.redis_url.get_secret_value(), on_reconnect=reader.wake)
    return Bus(db.dsn, on_reconnect=reader.wake)


def wire_hints(bus: Hints, db: Database, reader: LogReader, sockets: SocketServer) -> Any:
    """Carry what is not stored to the sockets of all processes, and wake their readers of the log."""

    def show(told: dict[str, Any]) -> None:
        sockets.emit_now(told["event"], told["data"], [told["room"]], NAMESPACES[told["room"].partition(":")[0]])

    def hint(event: str, room: str, data: dict[str, Any]) -> None:
        bus.publish("hint", {"event": event, "room": room, "data": data})

    own = uuid7().hex

    def committed(node: str) -> None:
        # The reader of this process was woken by the commit itself.
        if node != own:
            reader.wake()

    bus.subscribe("hint", show)
    bus.subscribe("log", committed)
    db.on_commit(lambda: bus.publish("log", own))
    return hint


def announce(settings: Settings) -> None:
    """Say where to look; the last line tells scripts that the server is ready."""
    base = settings.base_url
    lines = [
        ("Agent console", f"{base}/console/"),
        ("API", f"{base}/docs/"),
        ("Metrics", f"http://127.0.0.1:{settings.internal_port}/metrics"),
    ]
    if settings.demo:
        lines += [
            ("Demo page with the chat widget", f"{base}/demo/"),
            ("Sign in as", f"admin or {', '.join(a.login for a in AGENTS)}; password {PASSWORD}"),
        ]
    if settings.smtp_enabled:
        lines.append(
            (
                "Mail to us (SMTP)",
                f"{settings.smtp_host}:{settings.smtp_port}" + (f", such as {MAILBOX}" if settings.demo else ""),
            )
        )
    if settings.simulator:
        lines.append(
            (
                "Carrier simulator (texts, calls, mail)",
                f"http://127.0.0.1:{settings.simulator_port}/" + (f", our number {NUMBER}" if settings.demo else ""),
            )
        )
    for name, value in lines:
        print(f"  {name:40} {value}")
    print(f"ready {base}", flush=True)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    async with server(settings):
        tune_gc()
        announce(settings)
        await stop.wait()
        log.info("stopping")


async def add_administrator(settings: Settings, login: str) -> None:
    """Add somebody with every permission over the whole organisation; the password is shown this once."""
    password = new_token()[:20]
    async with database(settings) as db:
        keys = Keyring.load(None, settings.data_dir / "secret.key")
        sign_in = SignIn(db, keys, utc_now, hours=1, is_https=False)
        access = Access(db, utc_now, sign_in.passwords)
        try:
            new = NewStaff(login=login.lower(), name=login, password=SecretStr(password))
        except ValidationError as error:
            raise invalid(error) from error
        await access.add_administrator(new)
    print(f"sign in as {login.lower()} with {password}")


def main(arguments: Sequence[str]) -> int:
    """Start from the command line; what is wrong is one clear line and exit status 1."""
    parser = argparse.ArgumentParser(
        prog="server.py",
        description="Markaz, the omnichannel contact-centre server.",
        epilog="Settings come from the environment (MARKAZ_PORT=8080) or markaz.toml; markaz.toml.example lists them.",
    )
    parser.add_argument("--demo", action="store_true", help="fill an empty database with a demo organisation")
    parser.add_argument("--administrator", metavar="LOGIN", help="add a person with every permission, and end")
    parser.add_argument("--settings", action="store_true", help="print every setting with its default and end")
    parser.add_argument("--version", action="version", version=f"Markaz {VERSION}")
    chosen = parser.parse_args(arguments)
    if chosen.settings:
        print(example())
        return 0
    try:
        settings = (Settings(demo=True) if chosen.demo else Settings()).with_free_ports()
    except ValidationError as error:
        for wrong in error.errors():
            print(f"markaz: setting {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", file=sys.stderr)
        return 2
    logs.configure(settings.log_level, as_json=settings.log_json)
    try:
        uvloop.run(add_administrator(settings, chosen.administrator) if chosen.administrator else run(settings))
    except MarkazError as error:
        print(f"markaz: {error.detail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
