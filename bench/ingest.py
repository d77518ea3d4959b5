"""What comes in and must not be lost: chat messages and webhooks to the disk, and what a waiting visitor weighs."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

from bench.children import Answer, Child
from bench.harness import Bench, CountError, expect_equal, interleaved
from bench.ingest_organisation import ACCOUNT_SID, AUTH_TOKEN, add_agents, add_numbers
from bench.postgres import bench_folder, fresh_database
from storage.database import Database, adhoc

_AGENTS = 80
_VISITORS = 240
_EACH, _WINDOW = 40, 4
_NUMBERS, _HOOKS, _LINES = 16, 2000, 64
_FIRST, _IDLE = 100, 1000
_DRAIN_SECONDS = 300.0
_MESSAGES = adhoc("select count(*) from message where client_id like :pattern::text")
_RAWS = adhoc(
    "select count(*) as raws, count(done_at) as done, count(*) filter (where outcome = 'taken') as taken,"
    " (select count(*) from message m where m.raw_id is not null) as messages,"
    " (select count(distinct raw_id) from message m) as read from raw_input"
)
_ROUND_RAWS = adhoc("select count(*) from raw_input where external_id like :pattern::text")


async def run(bench: Bench) -> None:
    async with bench_folder() as folder, fresh_database(folder) as dsn:
        place = Place(folder, dsn, Database(dsn, size=2))
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(place.markaz())
            await place.db.open()
            await _chat(bench, stack, place, ours)
        try:
            await _accept(bench, place)
        finally:
            await place.db.close()
        await _idle(bench, place)


@dataclass(frozen=True, slots=True)
class Place:
    """One data folder and database, on which servers run one after another."""

    folder: Path
    dsn: str
    db: Database

    def markaz(self, roles: str = "") -> Child:
        return Child("bench.ingest_server", "markaz", self.dsn, str(self.folder), roles)


async def _chat(bench: Bench, stack: AsyncExitStack, place: Place, ours: Child) -> None:
    """Visitors' messages, each counted when it is acknowledged, committed and on the socket of its agent."""
    stock = await stack.enter_async_context(Child("bench.ingest_server", "stock"))
    tokens = await add_agents(place.db, _AGENTS)
    walls: dict[str, list[float]] = {"ours": [], "stock": []}
    ways = {
        "ours": await _chatting(stack, ours, tokens, walls["ours"], place.db),
        "stock": await _chatting(stack, stock, [""] * _AGENTS, walls["stock"], None),
    }
    for warm_up in ways.values():
        await warm_up()
    cpu = await interleaved(ways)
    wall = {kind: statistics.median(paces[1:]) for kind, paces in walls.items()}
    peer = "stock python-socketio echo without a database"
    bench.compare("durable_chat_messages", "msg/s", wall["ours"], peer=peer, theirs=wall["stock"], goal=">= 0.5")
    bench.compare("durable_chat_messages_cpu", "msg/s of the server's CPU", cpu["ours"], peer=peer, theirs=cpu["stock"])


async def _chatting(
    stack: AsyncExitStack, server: Child, tokens: list[str], walls: list[float], db: Database | None
) -> Callable[[], Awaitable[float]]:
    clients = await stack.enter_async_context(Child("bench.ingest_clients"))
    port = server.hello["port"]
    expect_equal(
        "sockets",
        {
            "wanted": _VISITORS,
            **_only(await clients.ask(do="join", port=port, agents=tokens, visitors=_VISITORS), "visitors"),
        },
    )
    if db is not None:
        answer = await clients.ask(do="open")
        expect_equal(f"chats {answer['refused']}", {"opened": _VISITORS, **_only(answer, "accepted")})
    number = 0

    async def chat() -> float:
        nonlocal number
        number += 1
        cpu = await server.cpu_seconds()
        answer = await clients.ask(do="chat", round=number, each=_EACH, window=_WINDOW)
        spent = await server.cpu_seconds() - cpu
        counts = _only(answer, "sent", "acked", "arrived")
        if db is not None:
            counts["committed"] = int(await db.value(_MESSAGES, pattern=f"r{number}-%"))
        expect_equal(f"chat messages {answer['refused']}", {"wanted": _VISITORS * _EACH, **counts})
        if answer["doubled"]:
            raise CountError(f"{answer['doubled']} messages came twice")
        walls.append(answer["sent"] / answer["seconds"])
        print(
            f"    {'ours' if db else 'stock'} {walls[-1]:.0f} msg/s, {answer['sent'] / spent:.0f} by CPU",
            file=sys.stderr,
        )
        return float(answer["sent"] / spent)

    return chat


async def _accept(bench: Bench, place: Place) -> None:
    """Signed webhooks to a process with the role web alone; afterwards one with the role jobs reads them all."""
    numbers = await add_numbers(place.db, place.folder, _NUMBERS)
    accepted: list[int] = []
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(place.markaz("web"))
        bare = await stack.enter_async_context(Child("bench.ingest_server", "bare", place.dsn))
        carrier = await stack.enter_async_context(Child("bench.ingest_hooks"))
        ways = {
            "ours": _posting(carrier, ours, numbers, accepted, place.db),
            "bare": _posting(carrier, bare, numbers, [], None),
        }
        for warm_up in ways.values():
            await warm_up()
        pace = await interleaved(ways)
    bench.compare(
        "durable_accept",
        "webhooks/s (role web; the role jobs reads them afterwards)",
        pace["ours"],
        peer="bare aiohttp + one asyncpg insert per request, unsigned",
        theirs=pace["bare"],
        goal=">= 1",
    )
    await _drain(place, sum(accepted))


def _posting(
    carrier: Child, server: Child, numbers: list[UUID], accepted: list[int], db: Database | None
) -> Callable[[], Awaitable[float]]:
    hello, rounds = server.hello, count(1)

    async def post() -> float:
        number = next(rounds)
        answer = await carrier.ask(
            do="post",
            port=hello["port"],
            base_url=hello.get("base_url", ""),
            accounts=[str(account_id) for account_id in numbers],
            account_sid=ACCOUNT_SID,
            token=AUTH_TOKEN,
            round=number,
            count=_HOOKS,
            lines=_LINES,
        )
        counts = _only(answer, "accepted")
        if db is not None:
            counts["committed"] = int(await db.value(_ROUND_RAWS, pattern=f"in:SM{number:02d}%"))
        expect_equal("webhooks", {"sent": _HOOKS, **counts})
        accepted.append(answer["accepted"])
        return float(answer["accepted"] / answer["seconds"])

    return post


async def _drain(place: Place, accepted: int) -> None:
    """Let a process read what was accepted: each webhook becomes exactly one message."""
    async with place.markaz("jobs"):
        deadline = time.monotonic() + _DRAIN_SECONDS
        while True:
            row = await place.db.row(_RAWS)
            assert row is not None
            if row["done"] >= accepted or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
    expect_equal("webhooks read", {"accepted": accepted, **{name: int(row[name]) for name in row.keys()}})  # noqa: SIM118 - a record's own


async def _idle(bench: Bench, place: Place) -> None:
    """The resident memory that a visitor who only looks adds to the server."""
    kilobytes = await interleaved(
        {
            "ours": lambda: _growth(place.markaz()),
            "stock": lambda: _growth(Child("bench.ingest_server", "stock")),
        }
    )
    bench.compare(
        "idle_visitor_memory",
        "kB per connected widget",
        kilobytes["ours"],
        peer="stock python-socketio",
        theirs=kilobytes["stock"],
        goal="<= 1.5",
    )


async def _growth(starting: Child) -> float:
    """Return kB for each socket of a thousand, beyond the first hundred that warm everything up."""
    async with starting as server, Child("bench.ingest_clients") as clients:
        await clients.ask(do="idle", port=server.hello["port"], count=_FIRST)
        before = (await server.ask(do="resident"))["bytes"]
        answer = await clients.ask(do="idle", port=server.hello["port"], count=_IDLE)
        expect_equal("idle visitors", {"wanted": _FIRST + _IDLE, **_only(answer, "connected", "greeted")})
        after = (await server.ask(do="resident"))["bytes"]
    return float((after - before) / _IDLE / 1024)


def _only(answer: Answer, *names: str) -> dict[str, int]:
    return {name: answer[name] for name in names}
