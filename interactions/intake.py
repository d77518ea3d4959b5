"""Intake: what strangers say is committed raw before it is acknowledged, and read afterwards as a job."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from pydantic_core import to_json

from channels.base import Account, Channel, RawInput
from core.tasks import Tasks
from interactions.accounts import ChannelAccounts
from interactions.reading import RawReader
from interactions.receive import Receiver
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row
from storage.groupcommit import GroupCommit

log = logging.getLogger(__name__)

# A surprise is tried twice more within seconds and then quarantined: order per account is kept meanwhile.
SCHEDULE = (0.5, 2.0)
STATUS_SCHEDULE = (1.0, 3.0, 10.0, 60.0)
_raws = Counter(
    "markaz_raw_inputs_total", "What strangers said, by channel and whether it was new.", ["channel", "known"]
)


@dataclass(frozen=True, slots=True)
class _Said:
    account_id: UUID
    raw: RawInput


class Intake:
    """The `Inbox` of all channels, and the job that reads what lies in it."""

    def __init__(self, db: Database, accounts: ChannelAccounts, receiver: Receiver, tasks: Tasks) -> None:
        self._db, self._accounts, self._receiver = db, accounts, receiver
        self._channels: dict[str, Channel] = {}
        self._commits = GroupCommit("raw", self._write, tasks)

    def serve(self, channels: dict[str, Channel]) -> None:
        self._channels = channels

    # --- the inbox

    async def deliver(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any] | None = None
    ) -> list[bool]:
        """Commit raws and the adapter's place; webhooks of many strangers share one commit."""
        if place is None and len(raws) == 1:
            new = [await self._commits.submit(_Said(account.id, raws[0]))]
        elif place is None:
            new = list(await asyncio.gather(*(self._commits.submit(_Said(account.id, raw)) for raw in raws)))
        else:
            new = await self._write_with_place(account, raws, place)
        for is_new in new:
            _raws.labels(account.kind, str(not is_new).lower()).inc()
        return new

    async def report(self, account: Account[Any], error: str | None, fault: str = "") -> None:
        await self._db.run(sql.report_account, id=account.id, error=error, fault=fault)

    async def _write(self, said: Sequence[_Said]) -> list[bool]:
        # One statement, hence one round trip: it is its own transaction.
        rows = await self._db.rows(sql.accept_raws, **_columns(said))
        kept = {(row["account_id"], row["external_id"]) for row in rows}
        self._wake(rows)
        answers = []
        for each in said:
            # Of two in one batch the first is the new one.
            key = (each.account_id, each.raw.external_id)
            answers.append(key in kept)
            kept.discard(key)
        return answers

    async def _write_with_place(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any]
    ) -> list[bool]:
        said = [_Said(account.id, raw) for raw in raws]
        async with self._db.transaction() as tx:
            rows = await tx.rows(sql.accept_raws, **_columns(said))
            await tx.run(sql.save_place, id=account.id, place=place)
        self._wake(rows)
        kept = {row["external_id"] for row in rows}
        return [raw.external_id in kept for raw in raws]

    def _wake(self, rows: Sequence[Row]) -> None:
        """Wake whoever reads, unless all of it stands behind what is being read: then its turn comes by itself."""
        if any(row["is_ready"] for row in rows):
            self._db.left_work()

    # --- reading

    def handle(self, worker: jobs.Worker) -> None:
        """Let a worker of this process read."""
        reader = RawReader(self._db, self._accounts, self._receiver, self._channels)
        worker.handle("intake", reader.take, schedule=SCHEDULE, on_give_up=self._give_up)
        worker.handle("long_text", reader.texts.due)
        worker.handle("status", reader.take_status, schedule=STATUS_SCHEDULE)

    async def _give_up(self, job: jobs.Job, reason: str) -> None:
        row = await self._db.row(sql.get_raw, id=job.payload["raw_id"])
        if row is not None:
            log.error("raw input %s is in quarantine: %s", row["id"], reason)


def _columns(said: Sequence[_Said]) -> dict[str, list[Any]]:
    return {
        "account_ids": [each.account_id for each in said],
        "external_ids": [each.raw.external_id for each in said],
        "kinds": [each.raw.kind for each in said],
        "headers": [to_json(dict(each.raw.headers)).decode() for each in said],
        "bodies": [each.raw.body for each in said],
    }
