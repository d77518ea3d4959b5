"""What comes in and must not be lost: chat messages and webhooks to the disk, and what a waiting visitor weighs."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bench.children import Answer, Child
from bench.harness import Bench, CountError, expect_equal, interleaved
from bench.ingest_organisation import add_agents
from bench.postgres import bench_folder, fresh_database
from storage.database import Database, adhoc

_AGENTS = 80
_VISITORS = 240
_EACH, _WINDOW = 40, 4
_MESSAGES = adhoc("select count(*) from message where client_id like :pattern::text")


async def run(bench: Bench) -> None:
    async with bench_folder() as folder, fresh_database(folder) as dsn, AsyncExitStack() as stack:
        db = Database(dsn)
        await _chat(bench, stack, db, dsn, folder)


async def _chat(bench: Bench, stack: AsyncExitStack, db: Database, dsn: str, folder: Path) -> None:
    ours = await stack.enter_async_context(Child("bench.ingest_server", "markaz", dsn, str(folder), ""))
    stock = await stack.enter_async_context(Child("bench.ingest_server", "stock"))
    await db.open()
    stack.push_async_callback(db.close)
    tokens = await add_agents(db, _AGENTS)
    walls: dict[str, list[float]] = {"ours": [], "stock": []}
    ways = {
        "ours": await _chatting(stack, ours, tokens, walls["ours"], db),
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


def _only(answer: Answer, *names: str) -> dict[str, int]:
    return {name: answer[name] for name in names}
