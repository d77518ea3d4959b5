"""The service desk with a million tickets: opened, changed, listed, searched, beside the bare SQL of the same."""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from access.people import People
from access.signin import Passwords
from agents.service import Agents
from bench.harness import Bench, expect_equal
from bench.postgres import bench_folder, fresh_database
from bench.tickets_world import CLOSED, FEW, QUEUES, WORDS, grow, opened, page_statement, raised, search_statement
from core.actor import SYSTEM
from core.clock import utc_now
from core.ids import uuid7
from customers.service import Customers
from notices.service import Notices
from routing.service import Routing
from storage.database import Database, adhoc
from storage.migrate import migrate
from tickets.house import ServiceDesk
from tickets.listing import TicketQuery
from tickets.model import NewTicket, TicketChange

_TIMES = 400
_WARM = 40
_PAGE = 50

Way = Callable[[int], Awaitable[int]]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tickets", type=int, default=1_000_000, help="how many there are (default: 1,000,000)")


async def run(bench: Bench, chosen: argparse.Namespace | None = None) -> None:
    many = 1_000_000 if chosen is None else chosen.tickets
    async with bench_folder() as folder, fresh_database(folder) as dsn:
        db = Database(dsn, size=4)
        await db.open()
        await migrate(db)
        pool = await asyncpg.create_pool(dsn, min_size=2, max_size=2)
        try:
            await _measure(bench, _desk(db), db, pool, many)
        finally:
            await pool.close()
            await db.close()


def _desk(db: Database) -> ServiceDesk:
    people = People(db, Passwords())
    notices = Notices(db, utc_now, people)
    agents, customers = Agents(db, utc_now), Customers(db, utc_now, notices, region="IR")
    routing = Routing(db, utc_now, agents, notices)
    return ServiceDesk.build(db, utc_now, (customers, agents, notices), routing, (routing,))


async def _measure(bench: Bench, desk: ServiceDesk, db: Database, pool: asyncpg.Pool[Any], many: int) -> None:
    await grow(pool, 0, FEW)
    few = await _p99s({"ours": _pages(desk), "bare": _bare_pages(pool)})
    await grow(pool, FEW, many)
    pairs: dict[str, dict[str, Way]] = {
        "list_page": {"ours": _pages(desk), "bare": _bare_pages(pool)},
        "search_arabic": {"ours": _searches(desk), "bare": _bare_searches(pool)},
        "board_counts": {"ours": _counts(desk), "bare": _bare_counts(pool)},
        "open": {"ours": _opens(desk), "bare": _bare_opens(pool)},
        "update": {"ours": _updates(desk, pool), "bare": _bare_updates(pool)},
    }
    for what, ways in pairs.items():
        found = await _p99s(ways)
        bench.compare(f"{what}_p99", "ms", found["ours"], peer="the bare SQL", theirs=found["bare"], goal="<= 2")
        if what == "list_page":
            theirs = few["ours"]
            bench.compare(
                "growth_10k_to_1m", "ms", found["ours"], peer="list_page at 10k", theirs=theirs, goal="<= 1.5"
            )
    added = 2 * (_TIMES + _WARM)
    number = await db.value(adhoc("select count(*) from ticket"))
    expect_equal("tickets", {"there": number, "made": many + added})


async def _p99s(ways: Mapping[str, Way]) -> dict[str, float]:
    """Call each in turn and return the p99 of each in ms; what they return must be the same number in all."""
    seen: dict[str, list[float]] = {name: [] for name in ways}
    answers = dict.fromkeys(ways, 0)
    for number in range(-_WARM, _TIMES):
        for name, way in ways.items():
            start = time.perf_counter()
            answers[name] += await way(number)
            if number >= 0:
                seen[name].append(time.perf_counter() - start)
        await asyncio.sleep(0)
    expect_equal("rows", answers)
    return {name: sorted(values)[int(len(values) * 0.99)] * 1e3 for name, values in seen.items()}


# --- pages


def _asked(number: int) -> dict[str, Any]:
    """Return what page is asked for, in turn: everything, what is open, a team's, what falls due, a customer's."""
    queue = QUEUES[number % len(QUEUES)]
    customer = UUID(int=1_000_000 + random.Random(number).randrange(1_000))
    pages: list[dict[str, Any]] = [
        {},
        {"open_only": True},
        {"open_only": True, "queue_id": queue},
        {"order": "due", "open_only": True},
        {"customer_id": customer},
    ]
    return pages[number % len(pages)]


def _pages(desk: ServiceDesk) -> Way:
    async def page(number: int) -> int:
        items, _ = await desk.listing.page(SYSTEM, TicketQuery(limit=_PAGE, **_asked(number)))
        return len(items)

    return page


def _bare_pages(pool: asyncpg.Pool[Any]) -> Way:
    async def page(number: int) -> int:
        statement, values = page_statement(_asked(number), _PAGE)
        return len(await pool.fetch(statement, *values))

    return page


# --- search


def _searches(desk: ServiceDesk) -> Way:
    async def search(number: int) -> int:
        items, _ = await desk.listing.page(SYSTEM, TicketQuery(q=_looked_for(number), limit=_PAGE))
        return len(items)

    return search


def _looked_for(number: int) -> str:
    """Return two words of Arabic, of which one is rare, as somebody types them."""
    return f"{WORDS[number % len(WORDS)]} رقم{abs(number) % 5000}"


def _bare_searches(pool: asyncpg.Pool[Any]) -> Way:
    async def search(number: int) -> int:
        return len(await pool.fetch(*search_statement(_looked_for(number), _PAGE)))

    return search


# --- the board


def _counts(desk: ServiceDesk) -> Way:
    async def count(_: int) -> int:
        return sum(each.number for each in await desk.listing.counts(SYSTEM, None))

    return count


def _bare_counts(pool: asyncpg.Pool[Any]) -> Way:
    async def count(_: int) -> int:
        rows = await pool.fetch(
            "select kind, status_id, sla, count(*) as number from ticket"
            " where category not in ('solved', 'closed') group by kind, status_id, sla"
        )
        return sum(row["number"] for row in rows)

    return count


# --- writing


async def _closed(pool: asyncpg.Pool[Any], number: int) -> asyncpg.Record:
    """Return one of the closed tickets, which nobody else changes."""
    row: asyncpg.Record | None = await pool.fetchrow(CLOSED, number)
    if row is None:
        raise LookupError(f"there is no closed ticket {number}")
    return row


def _opens(desk: ServiceDesk) -> Way:
    async def one(number: int) -> int:
        customer = UUID(int=1_000_000 + number % 1_000)
        new = NewTicket(kind="support_request", subject=f"الجهاز لا يعمل {number}", customer_id=customer)
        await desk.tickets.open(SYSTEM, new)
        return 1

    return one


def _bare_opens(pool: asyncpg.Pool[Any]) -> Way:
    async def one(number: int) -> int:
        ticket_id = uuid7()
        async with pool.acquire() as connection, connection.transaction():
            for statement, values in opened(ticket_id, number):
                await connection.execute(statement, *values)
        return 1

    return one


def _updates(desk: ServiceDesk, pool: asyncpg.Pool[Any]) -> Way:
    async def one(number: int) -> int:
        row = await _closed(pool, number + _WARM)
        change = TicketChange(version=row["version"], priority="high" if row["priority"] != 2 else "low")
        await desk.tickets.change(SYSTEM, row["id"], change)
        return 1

    return one


def _bare_updates(pool: asyncpg.Pool[Any]) -> Way:
    async def one(number: int) -> int:
        row = await _closed(pool, number + _WARM + 2 * _TIMES)
        async with pool.acquire() as connection, connection.transaction():
            for statement, values in raised(row["id"]):
                await connection.execute(statement, *values)
        return 1

    return one
