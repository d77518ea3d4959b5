"""The console and the widget: from a visitor's word to the agent's screen, what waits in memory, what is loaded."""

from __future__ import annotations

import asyncio
import gzip
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bench.children import Answer, Child
from bench.harness import Bench, expect_equal, interleaved
from bench.ingest_organisation import add_agents
from bench.postgres import bench_folder, fresh_database
from storage.database import Database, adhoc

_AGENTS, _VISITORS = 200, 300
_PER_SECOND, _COUNT = 50, 750
_FIRST, _IDLE = 100, 600
_STOCK = "stock python-socketio relay: no database, no commit before the answer, no feed to resume"
_DIST = Path(__file__).parents[1] / "frontend" / "dist"
_WIDGET_KILOBYTES = 30.0
_LOADED = re.compile(r"(?:src|href)=\"/?console/(assets/[^\"]+|[^\"]+\.(?:js|css))\"")
_COMMITS = 300
_BARE_TABLE = adhoc("create table if not exists bench_bare (id bigint generated always as identity primary key)")
_BARE_ROW = adhoc("insert into bench_bare default values")
_COMMITTED = adhoc("select count(*) from message where client_id like :pattern::text")


async def run(bench: Bench) -> None:
    async with bench_folder() as folder, fresh_database(folder) as dsn:
        starting = ("bench.ingest_server", "markaz", dsn, str(folder), "")
        tokens = await _screens(bench, starting, dsn)
        await _idle(bench, starting, tokens)
    _loads(bench)


async def _screens(bench: Bench, starting: tuple[str, ...], dsn: str) -> list[str]:
    """Judge the p99: both servers have the same sockets, the same words and the same pace."""
    db = Database(dsn, size=2)
    p99s: dict[str, list[float]] = {"ours": [], "stock": []}
    medians: dict[str, list[float]] = {"ours": [], "stock": []}
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(Child(*starting))
        stock = await stack.enter_async_context(Child("bench.ingest_server", "stock"))
        await db.open()
        stack.push_async_callback(db.close)
        tokens = await add_agents(db, _AGENTS)
        ways = {
            "ours": await _pacing(stack, ours, tokens, (p99s["ours"], medians["ours"]), db),
            "stock": await _pacing(stack, stock, [""] * _AGENTS, (p99s["stock"], medians["stock"]), None),
        }
        for warm_up in ways.values():
            await warm_up()
        commits: list[float] = []
        ways["commit"] = lambda: _commit(db, commits)
        cpu = await interleaved(ways)
    p99 = {kind: statistics.median(seen[1:]) for kind, seen in p99s.items()}
    median = {kind: statistics.median(seen[1:]) for kind, seen in medians.items()}
    bench.compare("send_to_screen_p99", "ms", p99["ours"], peer=_STOCK, theirs=p99["stock"], goal="<= 3")
    commit = "p99 of one bare row committed on the same PostgreSQL between the rounds"
    bench.compare("send_to_screen_vs_commit", "ms", p99["ours"], peer=commit, theirs=statistics.median(commits))
    bench.compare("send_to_screen_median", "ms", median["ours"], peer=_STOCK, theirs=median["stock"])
    bench.compare(
        "send_to_screen_cpu", "ms of the server's CPU a message", cpu["ours"], peer=_STOCK, theirs=cpu["stock"]
    )
    return tokens


async def _pacing(
    stack: AsyncExitStack, server: Child, tokens: list[str], seen: tuple[list[float], list[float]], db: Database | None
) -> Callable[[], Awaitable[float]]:
    clients = await stack.enter_async_context(Child("bench.console_clients"))
    joined = await clients.ask(do="join", port=server.hello["port"], agents=tokens, visitors=_VISITORS)
    expect_equal("agents", {"wanted": _AGENTS, "connected": joined["agents"]})
    expect_equal("visitors", {"wanted": _VISITORS, "connected": joined["visitors"]})
    if db is not None:
        opened = await clients.ask(do="open")
        expect_equal(f"chats {opened['refused']}", {"opened": _VISITORS, "accepted": opened["accepted"]})
    number = 0

    async def pace() -> float:
        nonlocal number
        number += 1
        cpu = await server.cpu_seconds()
        answer = await clients.ask(do="pace", round=number, count=_COUNT, per_second=_PER_SECOND)
        spent = await server.cpu_seconds() - cpu
        await _all_there(answer, number, db)
        took = answer["milliseconds"]
        seen[0].append(took[int(len(took) * 0.99)])
        seen[1].append(statistics.median(took))
        print(f"    {'ours' if db else 'stock'} p99 {seen[0][-1]:.1f} ms, median {seen[1][-1]:.1f} ms", file=sys.stderr)
        return 1000 * spent / _COUNT

    return pace


async def _commit(db: Database, seen: list[float]) -> float:
    """Commit bare rows at the same pace, one after another: what the disk alone takes."""
    await db.run(_BARE_TABLE)
    took = []
    for _ in range(_COMMITS):
        start = time.perf_counter()
        await db.run(_BARE_ROW)
        took.append(1000 * (time.perf_counter() - start))
        await asyncio.sleep(1 / _PER_SECOND)
    seen.append(sorted(took)[int(_COMMITS * 0.99)])
    return seen[-1]


async def _all_there(answer: Answer, number: int, db: Database | None) -> None:
    counts = {name: int(answer[name]) for name in ("sent", "acked", "arrived")}
    if db is not None:
        counts["committed"] = int(await db.value(_COMMITTED, pattern=f"p{number}-%"))
    expect_equal(f"messages {answer['refused']}", {"wanted": _COUNT, **counts})


async def _idle(bench: Bench, starting: tuple[str, ...], tokens: list[str]) -> None:
    """The resident memory that an open console without work adds to the server."""
    kilobytes = await interleaved(
        {
            "ours": lambda: _growth(Child(*starting), tokens, syncs=True),
            "stock": lambda: _growth(Child("bench.ingest_server", "stock"), tokens, syncs=False),
        }
    )
    peer = "stock python-socketio, each in a room of its own; no snapshot, no rights"
    unit = "kB per connected console"
    bench.compare("idle_agent_memory", unit, kilobytes["ours"], peer=peer, theirs=kilobytes["stock"], goal="<= 2")


async def _growth(starting: Child, tokens: list[str], *, syncs: bool) -> float:
    """Return kB for each of some hundred sockets, beyond the first that warm everything up."""
    async with starting as server, Child("bench.console_clients") as clients:
        port = server.hello["port"]
        await clients.ask(do="idle", port=port, tokens=tokens, count=_FIRST, syncs=syncs)
        before = (await server.ask(do="resident"))["bytes"]
        answer = await clients.ask(do="idle", port=port, tokens=tokens, count=_IDLE, syncs=syncs)
        after = (await server.ask(do="resident"))["bytes"]
    greeted = answer["greeted"] if syncs else answer["connected"]
    expect_equal("consoles", {"wanted": _FIRST + _IDLE, "connected": answer["connected"], "greeted": greeted})
    return float((after - before) / _IDLE / 1024)


def _loads(bench: Bench) -> None:
    """What a browser gets over the wire, of what the build made."""
    widget, index = _DIST / "widget" / "markaz.js", _DIST / "console" / "index.html"
    if not (widget.is_file() and index.is_file()):
        bench.unjudged("widget_gzip_kb", "kB", 0.0, "the pages are not built", "<= 1")
        return
    bench.compare("widget_gzip_kb", "kB", _gzipped(widget), peer="its bound", theirs=_WIDGET_KILOBYTES, goal="<= 1")
    named = [_DIST / "console" / path for path in _LOADED.findall(index.read_text())]
    bench.inform(
        "console_first_load", "kB gzip of the page, its scripts and styles", sum(map(_gzipped, [index, *named]))
    )


def _gzipped(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 9)) / 1000
