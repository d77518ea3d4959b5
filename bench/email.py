"""Mail from a stranger's DATA to an interaction that the router has, beside a server that only keeps the file."""

from __future__ import annotations

import asyncio
import email
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bench.children import Child
from bench.harness import Bench, expect_equal, interleaved
from bench.postgres import bench_folder, fresh_database
from channels.mailbox.parse import parse_mail
from demo.organisation import MAILBOX
from storage.database import Database, adhoc

_MAILS = 600
_DRAIN_SECONDS = 120.0
_PARSES = 300
# Asked again and again while the server works, so it has to cost nothing; who they are is looked at once, at the end.
_WAITING = adhoc("select count(*) from work where state in ('queued', 'offered')")
_ROUTED = adhoc(
    "select count(*) from interaction i join work w on w.id = i.id and w.state in ('queued', 'offered')"
    " where i.address like :pattern::text"
)
_RAWS = adhoc("select count(*) from raw_input where headers->>'mail_from' like :pattern::text")
_OWN = Path(__file__).parent.parent / "tests" / "mails"


async def run(bench: Bench) -> None:
    async with bench_folder() as folder, fresh_database(folder) as dsn, AsyncExitStack() as stack:
        ours = await stack.enter_async_context(Child("bench.ingest_server", "markaz", dsn, str(folder / "data"), ""))
        spool = folder / "spool"
        spool.mkdir()
        bare = await stack.enter_async_context(Child("bench.email_server", str(spool)))
        clients = await stack.enter_async_context(Child("bench.email_clients"))
        db = Database(dsn, size=2)
        await db.open()
        stack.push_async_callback(db.close)
        accepts: list[float] = []
        ways = {
            "ours": _routed(clients, int(ours.hello["smtp_port"]), db, accepts),
            "bare": _kept(clients, int(bare.hello["port"])),
        }
        for warm_up in ways.values():
            await warm_up()
        accepts.clear()
        pace = await interleaved(ways)
        peer = "bare aiosmtpd that fsyncs each mail"
        bench.compare("mails_to_routed", "mails/s", pace["ours"], peer=peer, theirs=pace["bare"], goal=">= 0.5")
        accepted = statistics.median(accepts)
        bench.compare("mails_accepted", "mails/s", accepted, peer=peer, theirs=pace["bare"])
    _parsing(bench)


def _routed(clients: Child, port: int, db: Database, accepts: list[float]) -> Callable[[], Awaitable[float]]:
    number = 0

    async def go() -> float:
        nonlocal number
        number += 1
        pattern = f"r{number}n%"
        before = await db.value(_WAITING)
        begin = time.perf_counter()
        answer = await clients.ask(do="send", port=port, to=MAILBOX, mails=_MAILS, round=number)
        accepts.append(answer["taken"] / answer["seconds"])
        async with asyncio.timeout(_DRAIN_SECONDS):
            while await db.value(_WAITING) < before + _MAILS:  # noqa: ASYNC110 - it is the database that is asked
                await asyncio.sleep(0.02)
        seconds = time.perf_counter() - begin
        routed = await db.value(_ROUTED, pattern=pattern)
        raws = await db.value(_RAWS, pattern=pattern)
        expect_equal("mails", {"sent": _MAILS, "taken": answer["taken"], "raw": raws, "routed": routed})
        print(f"    ours {_MAILS / seconds:.0f} mails/s, accepted at {accepts[-1]:.0f}", file=sys.stderr)
        return _MAILS / seconds

    return go


def _kept(clients: Child, port: int) -> Callable[[], Awaitable[float]]:
    number = 0

    async def go() -> float:
        nonlocal number
        number += 1
        answer = await clients.ask(do="send", port=port, to="a@b.example", mails=_MAILS, round=number)
        expect_equal("mails", {"sent": _MAILS, "taken": answer["taken"]})
        pace = float(answer["taken"] / answer["seconds"])
        print(f"    bare {pace:.0f} mails/s", file=sys.stderr)
        return pace

    return go


def _parsing(bench: Bench) -> None:
    """Tell what reading costs beside the standard library's parser alone, which cleans, trims and judges nothing."""
    raws = [path.read_bytes() for path in sorted(_OWN.glob("*.eml"))]
    raws = (raws * (_PARSES // len(raws) + 1))[:_PARSES]

    def pace(read: Callable[[bytes], object]) -> float:
        begin = time.process_time()
        for raw in raws:
            read(raw)
        return len(raws) / (time.process_time() - begin)

    rounds = [(pace(parse_mail), pace(email.message_from_bytes)) for _ in range(3)]
    ours, stdlib = (statistics.median(each) for each in zip(*rounds, strict=True))
    bench.compare("read_mails", "mails/s of CPU", ours, peer="email.message_from_bytes alone", theirs=stdlib)
