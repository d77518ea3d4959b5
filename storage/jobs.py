"""Jobs and outbox: leased rows with an epoch, retried on a schedule, in order per key, quarantined when hopeless.

A job is enqueued in the transaction of what it serves. It runs at least once; a handler that reaches a stranger makes
sure of once by the stranger's own ids.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import Invalid, MarkazError
from core.tasks import Tasks
from storage.database import Database, Row, Tx, sql

log = logging.getLogger(__name__)

_LEASE_SECONDS = 60.0
_POLL_SECONDS = 1.0
# 5 s, 30 s, 1, 5, 15 and 60 min, 3 h, then every 6 h to two days in all: RFC 5321 asks a mailer for days.
DEFAULT_SCHEDULE = (5.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 10800.0, *([21600.0] * 7))


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    kind: str
    key: str | None
    payload: dict[str, Any]
    attempts: int
    epoch: int
    created_at: datetime


Handler = Callable[[Job], Awaitable[None]]


class RetryLater(Exception):  # noqa: N818 - an outcome of a handler, not an error of the program
    """The handler asks for another turn after this many seconds; one that was not begun counts for nothing."""

    def __init__(self, seconds: float, reason: str, *, is_begun: bool = True) -> None:
        super().__init__(reason)
        self.seconds, self.is_begun = seconds, is_begun


@dataclass(frozen=True, slots=True)
class _Kind:
    handler: Handler
    schedule: Sequence[float]
    on_give_up: Callable[[Job, str], Awaitable[None]] | None


async def enqueue(
    tx: Tx, kind: str, payload: dict[str, Any], *, key: str | None = None, run_at: datetime | None = None
) -> int:
    """Leave work in this transaction; of one `key` the jobs run one after another."""
    tx.leaves_work = True
    return int(await tx.value(sql.enqueue_job, kind=kind, key=key, payload=payload, run_at=run_at))


async def done_beforehand(tx: Tx, job_ids: Sequence[int]) -> None:
    """Take jobs away that another one did along with its own, in the transaction of what was done."""
    if job_ids:
        await tx.value(sql.jobs_done_beforehand, ids=list(job_ids))


class Worker:
    """Runs the jobs of the kinds it was given; several workers on one database share them."""

    def __init__(self, db: Database, *, lanes: int = 16) -> None:
        self._db = db
        self._kinds: dict[str, _Kind] = {}
        self._tasks = Tasks("jobs")
        self._lanes = lanes
        self._running = 0
        self._draining = False
        self._wake = asyncio.Event()

    def handle(
        self,
        kind: str,
        handler: Handler,
        *,
        schedule: Sequence[float] = DEFAULT_SCHEDULE,
        on_give_up: Callable[[Job, str], Awaitable[None]] | None = None,
    ) -> None:
        """Run jobs of this kind. After the last wait of the schedule a failing job is quarantined."""
        self._kinds[kind] = _Kind(handler, schedule, on_give_up)

    def wake(self) -> None:
        """Look for work now: a hint after a commit."""
        self._wake.set()

    def start(self) -> None:
        self._db.on_work(self.wake)
        self._tasks.loop("claim", self._turn)

    async def stop(self, wait_seconds: float = 10.0) -> None:
        """Stop leasing, let what runs finish for a while; what does not is run again after its lease."""
        self._draining = True
        deadline = asyncio.get_running_loop().time() + wait_seconds
        while self._running and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - bounded, at the stop
            await asyncio.sleep(0.02)
        await self._tasks.stop()

    async def _turn(self) -> None:
        self._wake.clear()
        claimed = 0
        room = self._lanes - self._running
        if room > 0 and not self._draining:
            claimed = await self._claim(room)
        if claimed < room or room <= 0:
            await self._sleep()

    async def _claim(self, room: int) -> int:
        rows = await self._db.rows(sql.claim_jobs, kinds=list(self._kinds), most=room, lease_seconds=_LEASE_SECONDS)
        for row in rows:
            self._running += 1
            self._tasks.start(f"run-{row['id']}", self._run(_job(row)))
        return len(rows)

    async def _sleep(self) -> None:
        due = await self._db.value(sql.next_job_due, kinds=list(self._kinds))
        wait_seconds = _POLL_SECONDS if due is None else min(max(float(due), 0.02), _POLL_SECONDS)
        try:
            async with asyncio.timeout(wait_seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _run(self, job: Job) -> None:
        kind = self._kinds[job.kind]
        try:
            async with asyncio.timeout(_LEASE_SECONDS - 5):
                await kind.handler(job)
            await self._db.run(sql.finish_job, id=job.id, epoch=job.epoch)
        except asyncio.CancelledError:
            raise
        except RetryLater as later:
            await self._retry(job, later.seconds, str(later), is_begun=later.is_begun)
        except Exception as error:  # noqa: BLE001 - one job's surprise is that job's alone
            await self._failed(job, kind, error)
        finally:
            self._running -= 1
            self.wake()

    async def _failed(self, job: Job, kind: _Kind, error: Exception) -> None:
        reason = error.detail if isinstance(error, MarkazError) else f"{type(error).__name__}: {error}"
        hopeless = isinstance(error, Invalid) or job.attempts > len(kind.schedule)
        log.log(
            logging.WARNING if isinstance(error, MarkazError) else logging.ERROR,
            "job %s %s, attempt %s: %s",
            job.kind,
            job.id,
            job.attempts,
            reason,
            exc_info=None if isinstance(error, MarkazError) else error,
        )
        if not hopeless:
            await self._retry(job, kind.schedule[job.attempts - 1], reason)
            return
        if kind.on_give_up is not None:
            await kind.on_give_up(job, reason)
        await self._db.run(sql.quarantine_job, id=job.id, epoch=job.epoch, error=reason[:2000])

    async def _retry(self, job: Job, wait_seconds: float, reason: str, *, is_begun: bool = True) -> None:
        await self._db.run(
            sql.retry_job,
            id=job.id,
            epoch=job.epoch,
            wait_seconds=wait_seconds,
            given_back=0 if is_begun else 1,
            error=reason[:2000].replace("\x00", ""),
        )


def _job(row: Row) -> Job:
    return Job(row["id"], row["kind"], row["key"], row["payload"], row["attempts"], row["epoch"], row["created_at"])
