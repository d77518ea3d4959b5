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

from channels.base import (
    Account,
    Address,
    AgentLeg,
    CallbackAsked,
    CallChange,
    Channel,
    Delivery,
    DeliveryStatus,
    IdentityKind,
    Ignored,
    InboundMessage,
    RawInput,
    Reading,
)
from core.errors import Invalid
from core.tasks import Tasks
from core.workers import TooCostly
from interactions.accounts import ChannelAccounts
from interactions.callnews import CallNews
from interactions.receive import Receiver, UnknownMessage, unreadable
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from storage.groupcommit import GroupCommit

log = logging.getLogger(__name__)

# A surprise is tried twice more within seconds and then quarantined: order per account is kept meanwhile.
SCHEDULE = (0.5, 2.0)
_SECOND_READING_SECONDS = 0.5
STATUS_SCHEDULE = (1.0, 3.0, 10.0, 60.0)
_raws = Counter(
    "markaz_raw_inputs_total", "What strangers said, by channel and whether it was new.", ["channel", "known"]
)
_read = Counter("markaz_raw_read_total", "What became of raw input.", ["channel", "outcome"])


@dataclass(frozen=True, slots=True)
class _Said:
    account_id: UUID
    raw: RawInput


class Intake:
    """The `Inbox` of all channels, and the job that reads what lies in it."""

    def __init__(self, db: Database, accounts: ChannelAccounts, receiver: Receiver, tasks: Tasks) -> None:
        self._db, self._accounts, self._receiver = db, accounts, receiver
        self._calls = CallNews(receiver)
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

    async def report(self, account: Account[Any], error: str | None) -> None:
        await self._db.run(sql.report_account, id=account.id, error=error)

    async def _write(self, said: Sequence[_Said]) -> list[bool]:
        # One statement, hence one round trip: it is its own transaction.
        rows = await self._db.rows(sql.accept_raws, **_columns(said))
        kept = {(row["account_id"], row["external_id"]) for row in rows}
        self._db.left_work()
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
            kept = {row["external_id"] for row in await tx.rows(sql.accept_raws, **_columns(said))}
            await tx.run(sql.save_place, id=account.id, place=place)
        self._db.left_work()
        return [raw.external_id in kept for raw in raws]

    # --- reading

    def handle(self, worker: jobs.Worker) -> None:
        """Let a worker of this process read."""
        worker.handle("intake", self._take, schedule=SCHEDULE, on_give_up=self._give_up)
        worker.handle("status", self._take_status, schedule=STATUS_SCHEDULE)

    async def _take(self, job: jobs.Job) -> None:
        row = await self._db.row(sql.get_raw, id=job.payload["raw_id"])
        if row is None or row["outcome"] is not None:
            return
        account, account_row = await self._accounts.get(row["account_id"])
        raw = RawInput(row["external_id"], row["kind"], bytes(row["body"]), row["headers"])
        try:
            readings = await self._channels[account.kind].read(account, raw)
        except TooCostly as error:
            if job.attempts == 1:
                # A machine that was busy with something else looks the same from here: once more before people see it.
                raise jobs.RetryLater(_SECOND_READING_SECONDS, error.detail) from error
            await self._keep_unreadable(row, account_row, raw, error.detail)
            return
        except Invalid as error:
            await self._keep_unreadable(row, account_row, raw, error.detail)
            return
        await self._apply(row, account_row, readings)
        _read.labels(account.kind, "taken").inc()

    async def _apply(self, row: Row, account: Row, readings: Sequence[Reading]) -> None:
        files = {
            id(reading): await self._receiver.store_files(reading.files)
            for reading in readings
            if isinstance(reading, InboundMessage)
        }
        async with self._db.transaction() as tx:
            outcome, detail = "ignored", None
            for reading in readings:
                match reading:
                    case InboundMessage():
                        await self._receiver.message(tx, account, reading, files[id(reading)], row["id"])
                        outcome = "taken"
                    case DeliveryStatus():
                        await self._leave_status(tx, account, reading)
                        outcome = "taken"
                    case CallChange():
                        await self._calls.call(tx, account, reading)
                        outcome = "taken"
                    case CallbackAsked():
                        await self._calls.callback_asked(tx, account, reading)
                        outcome = "taken"
                    case AgentLeg():
                        await self._calls.agent_leg(tx, account, reading)
                        outcome = "taken"
                    case Ignored():
                        detail = reading.reason
            await tx.run(sql.raw_done, id=row["id"], outcome=outcome, detail=detail)

    async def _leave_status(self, tx: Tx, account: Row, status: DeliveryStatus) -> None:
        """A status may overtake the receipt of what it is about: wait for it aside, not in everybody's way."""
        try:
            await self._receiver.status(tx, account, status)
        except UnknownMessage:
            payload = {
                "account_id": str(account["id"]),
                "external_id": status.external_id,
                "delivery": status.delivery,
                "error": status.error,
            }
            await jobs.enqueue(tx, "status", payload, key=status.external_id)

    async def _take_status(self, job: jobs.Job) -> None:
        _, account = await self._accounts.get(UUID(job.payload["account_id"]))
        status = DeliveryStatus(job.payload["external_id"], Delivery(job.payload["delivery"]), job.payload["error"])
        async with self._db.transaction() as tx:
            await self._receiver.status(tx, account, status)

    async def _keep_unreadable(self, row: Row, account: Row, raw: RawInput, reason: str) -> None:
        """Show people what cannot be read, with the raw file: nothing that was acknowledged is lost."""
        log.warning("raw input %s of %s cannot be read: %s", row["id"], account["name"], reason)
        sender = raw.headers.get("mail_from") or "unreadable sender"
        inbound = unreadable(raw, reason, Address(IdentityKind.EMAIL, sender.lower()[:254]))
        files = await self._receiver.store_files(inbound.files)
        async with self._db.transaction() as tx:
            await self._receiver.message(tx, account, inbound, files, row["id"])
            await tx.run(sql.raw_done, id=row["id"], outcome="unreadable", detail=reason[:500])
        _read.labels(account["kind"], "unreadable").inc()

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
