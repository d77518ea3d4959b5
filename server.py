"""Markaz: settings become parts (`parts.py`), parts run, and stop in the opposite order.

This file is known by none. Reading it from top to bottom shows what a process does, by its roles.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import uvloop

from access.upgrades import give_new_permissions
from board.house import BoardHouse
from chat.letters import Letters
from core import commandline
from core import log as logs
from core.errors import MarkazError
from core.pages import Health, Pages
from core.realtime import tune_gc
from core.settings import Role, Settings
from customers.tiers import Tiers
from demo.carrier import start_carrier
from demo.field import DemoField
from demo.organisation import Demo
from demo.places import announce
from demo.walking import walk
from interactions.continued import ContinuedChats
from interactions.http import Hooks
from interactions.listeners import Listeners
from interactions.searchindex import SearchIndex
from mailroom.answering import TextAnswers
from mailroom.ticketing import MailTickets
from organisation.service import Organisation
from parts import VERSION, Floor, Ground, Live, Neck, Running, build_floor, build_live, build_neck, lay_ground
from rooms.team import Team
from routes import build_api
from storage.jobs import Worker
from storage.upkeep import Upkeep

log = logging.getLogger("markaz")


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
        await give_new_permissions(on.db)
        if settings.demo:
            await fill_demo(on, floor, neck, live)

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


async def fill_demo(on: Ground, floor: Floor, neck: Neck, live: Live) -> None:
    """Make the demo organisation; with the simulator, technicians whose phones move and visits of today."""
    people = (floor.access, floor.agents, floor.routing, Tiers(on.db))
    demo = Demo(on.settings, on.keys, *people, neck.accounts, neck.answers, live.site.widgets, neck.portal.setup)
    is_new = await demo.fill()
    if on.settings.simulator:
        staff = (floor.access, floor.agents, floor.people)
        field = DemoField(on.db, on.clock, staff, floor.customers, neck.geo, neck.dispatch)
        walkers = await field.fill(is_new=is_new)
        if Role.WEB in on.settings.roles:
            on.tasks.start("demo phones", walk(walkers, on.settings.port, on.clock))


def start_jobs(on: Ground, neck: Neck, board: BoardHouse, stack: AsyncExitStack) -> None:
    """Read what was taken in, send what was said, tell other systems, keep house."""
    worker = Worker(on.db)
    for part in (
        neck.intake,
        neck.outbox,
        neck.snoozes,
        neck.webhooks,
        neck.calling,
        neck.telephony,
        neck.interactions.held,
        neck.colleagues,
        neck.desk,
        MailTickets(on.db, neck.desk),
        TextAnswers(on.db, on.clock, neck.interactions.work, neck.dispatch.appointments),
        neck.reports,
        neck.solutions,
        neck.complaints,
        neck.dialer,
        neck.dispatch,
        neck.portal,
    ):
        part.handle(worker)
    continued = ContinuedChats(on.db, neck.accounts, neck.channels, neck.outbox.departures)
    Letters(on.db, on.clock, continued, Organisation(on.db)).handle(worker)
    worker.start()
    stack.push_async_callback(worker.stop)
    on.tasks.loop("webhooks", neck.webhooks.publish)
    on.tasks.loop("search", SearchIndex(on.db).follow)
    on.tasks.loop("colleagues", neck.colleagues.follow)
    board.count(on.tasks)
    neck.desk.watch(on.tasks)
    neck.telephony.watch(on.tasks)
    neck.automation.watch(on.tasks)
    neck.dialer.start(stack)
    neck.reports.watch(on.tasks)
    neck.dispatch.watch(on.tasks)
    neck.portal.watch(on.tasks)
    neck.geo.watch(on.tasks)
    on.tasks.loop("mailboxes", neck.mailboxes.turn)
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
