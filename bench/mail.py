"""Every mail of a folder through the server: kept word for word, read, threaded; none lost, none twice, none slow.

`python -m bench mail --corpus DIR`; without a folder the project's own corpus (tests/mails). With `--readings FILE` the
reading of each mail is written as a line of JSON, to be compared with what a set expects.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import parts
import server
from bench.harness import Bench, expect_equal
from bench.postgres import bench_folder, fresh_database
from channels.base import Account, RawInput
from channels.mailbox.listener import content_id
from channels.mailbox.parse import Unreadable, parse_mail
from core.actor import SYSTEM
from core.realtime import tune_gc
from core.settings import Settings
from interactions.accounts import NewAccount
from storage.database import Database, adhoc

_OWN = Path(__file__).parent.parent / "tests" / "mails"
_ADDRESS = "bench@markaz.example"
_NO_MAILS = {".yaml", ".json"}
_BATCH = 200
_SLOW_SECONDS = 2.0
_LAG_SECONDS = 0.1
_TICK_SECONDS = 0.02
_QUIET_SECONDS = 900.0

_KEPT = adhoc(
    "select external_id, encode(sha256(body), 'hex') as sha, outcome from raw_input where account_id = :id::uuid"
)
_LEFT = adhoc("select count(*) from raw_input where account_id = :id::uuid and outcome is null")
_GIVEN_UP = adhoc("select count(*) from job where kind = 'intake' and quarantined_at is not null")
_MESSAGES = adhoc("select count(*) from message")


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=_OWN, help="a folder of mails, one a file")
    parser.add_argument("--readings", type=Path, help="write what each mail says here, a line of JSON each")


@dataclass(slots=True)
class Watch:
    """How long each reading took, how late the loop was, and how often its own work was why.

    On a machine that has more to do than it can, the loop waits for its turn like everybody else.
    """

    slow: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    busy: int = 0

    def timed(self, read: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def reading(*arguments: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            try:
                return await read(*arguments, **named)
            finally:
                if (took := time.perf_counter() - begin) > _SLOW_SECONDS:
                    self.slow.append(took)

        return reading

    async def look(self) -> None:
        while True:
            begin, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_TICK_SECONDS)
            self.busy += time.thread_time() - worked > _LAG_SECONDS
            if (late := time.perf_counter() - begin - _TICK_SECONDS) > _LAG_SECONDS:
                self.lags.append(late)


async def run(bench: Bench, chosen: argparse.Namespace) -> None:
    files = sorted(
        path for path in chosen.corpus.rglob("*") if path.is_file() and path.suffix not in {".yaml", ".json"}
    )
    mails = {path: path.read_bytes() for path in files}
    if chosen.readings:
        raised = write_readings(chosen.readings, chosen.corpus, mails)
        bench.judge("readings_raised", "mails", raised, "= 0")
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(_desk(stack))
        # The first reading starts the worker process.
        await desk.take([b"From: first@bench.example\r\nSubject: first\r\n\r\nfirst\r\n"])
        await desk.settle()
        desk.watch.slow.clear()
        await desk.take(list(mails.values()))
        await desk.judge(bench, list(mails.values()))


@dataclass(slots=True)
class Desk:
    """A server with one mailbox."""

    running: parts.Running
    db: Database
    account: Account[Any]
    watch: Watch

    async def take(self, mails: Sequence[bytes]) -> list[bool]:
        """Hand mails over as the mailbox does; they are committed when this returns."""
        new: list[bool] = []
        for start in range(0, len(mails), _BATCH):
            raws = [RawInput(content_id(mail), "mail", mail, {}) for mail in mails[start : start + _BATCH]]
            unique = list({raw.external_id: raw for raw in raws}.values())
            new += await self.running.neck.intake.deliver(self.account, unique, {"reached": start})
        return new

    async def settle(self) -> None:
        """Wait until every raw was read."""
        async with asyncio.timeout(_QUIET_SECONDS):
            while await self._left():  # noqa: ASYNC110 - it is the database that is asked
                await asyncio.sleep(0.1)

    async def _left(self) -> int:
        left: int = await self.db.value(_LEFT, id=self.account.id) - await self.db.value(_GIVEN_UP)
        return left

    async def judge(self, bench: Bench, mails: Sequence[bytes]) -> None:
        begin = time.perf_counter()
        looking = asyncio.create_task(self.watch.look(), name="bench:lag")
        await self.settle()
        seconds = time.perf_counter() - begin
        rows = await self.db.rows(_KEPT, id=self.account.id)
        expected = {hashlib.sha256(mail).hexdigest() for mail in mails}
        kept = [row["sha"] for row in rows]
        expect_equal("each distinct mail is kept once", {"distinct": len(expected), "kept": len(kept) - 1})
        before = await self.db.value(_MESSAGES)
        again = await self.take(mails)
        await self.settle()
        looking.cancel()
        changes = sum(again) + await self.db.value(_MESSAGES) - before
        bench.inform("files", "mails", len(mails))
        bench.inform("mails_read", "mails/s", len(rows) / seconds)
        bench.judge("lost", "mails", len(expected - set(kept)), "= 0")
        bench.judge("raised", "mails", await self.db.value(_GIVEN_UP), "= 0")
        bench.judge("over_2s", "mails", len(self.watch.slow), "= 0")
        bench.judge("reingest_changes", "rows", changes, "= 0")
        bench.judge("busy_over_100ms", "times", self.watch.busy, "= 0")
        bench.judge("lag_over_100ms", "times", len(self.watch.lags), "= 0")


@asynccontextmanager
async def _desk(stack: AsyncExitStack) -> AsyncIterator[Desk]:
    folder = await stack.enter_async_context(bench_folder())
    dsn = await stack.enter_async_context(fresh_database(folder))
    settings = Settings.model_validate(
        {
            "database_url": dsn, "data_dir": folder / "data", "port": 0, "internal_port": 0, "smtp_port": 0,
            "simulator": False, "demo": True, "log_level": "ERROR",
        }
    ).with_free_ports()  # fmt: skip
    running = await stack.enter_async_context(server.server(settings))
    tune_gc()
    db = Database(dsn, size=2)
    await db.open()
    stack.push_async_callback(db.close)
    accounts = running.neck.accounts
    queue: UUID = next(row["queue_id"] for row in await accounts.all() if row["kind"] == "email")
    new = NewAccount(kind="email", name="Bench", queue_id=queue, settings={"address": _ADDRESS})
    made = await accounts.add(SYSTEM, new)
    account, _ = await accounts.get(made.id)
    watch = Watch()
    channel = running.neck.channels["email"]
    workers = channel.context.workers
    # A handful of mails in a process; one by one they are faster than that.
    workers.run = watch.timed(workers.run)  # type: ignore[assignment,method-assign]  # only timed
    yield Desk(running, db, account, watch)


def write_readings(where: Path, corpus: Path, mails: dict[Path, bytes]) -> int:
    """Write what each mail says; return how many could not be read."""
    raised = 0
    with where.open("w", encoding="utf-8") as out:
        for path, raw in mails.items():
            try:
                said = reading(raw)
            except Unreadable as error:
                raised += 1
                said = {"error": error.detail}
            out.write(json.dumps({"file": str(path.relative_to(corpus)), **said}, ensure_ascii=False) + "\n")
    return raised


def reading(raw: bytes) -> dict[str, Any]:
    """Return what a mail says, in the shape that sets of expectations have."""
    mail = parse_mail(raw)
    return {
        "from_email": mail.sender.address,
        "from_name": mail.sender.name,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "reply_to": list(mail.reply_to),
        "subject": mail.subject,
        "verdict": mail.sender.doubt or "ok",
        "automatic": mail.automatic.value,
        "attachments": [
            {
                # Not the name that we give a file without one.
                "name": file.name if file.is_named else "",
                "type": file.content_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in mail.files
        ],
    }
