"""Reading what was kept raw: a job for each, but what waits behind it for the same account is read with it.

Order is kept where it matters: what may belong to one conversation is applied one after another, in the order in which
it came; what has nothing in common is applied at the same time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from channels.answers import AgentAnswer
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
from channels.longtexts import TextPart
from channels.originate import DialNews
from channels.spoken import Announced, PartyLeg, RecordingMade, Spoken
from core.errors import Invalid, MarkazError
from core.workers import TooCostly
from interactions.accounts import ChannelAccounts
from interactions.ahead import Ahead
from interactions.arrivals import Arrival, Kept, unreadable
from interactions.callnews import CallNews
from interactions.deliveries import Deliveries, UnknownMessage
from interactions.longtexts import LongTexts
from interactions.receive import Receiver
from interactions.store import sql
from storage import jobs
from storage.database import Database, DatabaseAway, Row, Tx

log = logging.getLogger(__name__)

_SECOND_READING_SECONDS = 0.5
_AT_ONCE = 64
_BYTES_AT_ONCE = 16 << 20
_THREADS_AT_ONCE = 6
# Whoever reads for an account is not to hold its lease too long over what is not its own.
_OTHERS_SECONDS = 20.0
_read = Counter("markaz_raw_read_total", "What became of raw input.", ["channel", "outcome"])


@dataclass(frozen=True, slots=True)
class _Read:
    """One raw and what it says; `unreadable` is why it says nothing that could be read."""

    row: Row
    readings: Sequence[Reading] = ()
    unreadable: str = ""

    def said(self) -> Sequence[Reading]:
        """Return what people see of it: what cannot be read is shown with the raw file."""
        return [_shown(self.row, self.unreadable)] if self.unreadable else self.readings


class RawReader:
    """Turns raws into messages, states and calls."""

    def __init__(
        self, db: Database, accounts: ChannelAccounts, receiver: Receiver, channels: dict[str, Channel]
    ) -> None:
        self._db, self._accounts, self._receiver, self._channels = db, accounts, receiver, channels
        self._calls = CallNews(receiver)
        self._deliveries = Deliveries(receiver)
        self.texts = LongTexts(db, accounts, receiver, channels)
        self._ahead = Ahead[_Read]()

    async def take(self, job: jobs.Job) -> None:
        """Read the raw of a job, and with it what waits behind it for the same account.

        Only the job's own raw decides what becomes of the job: of the others what does not work out is left to the
        jobs that they have.
        """
        # What failed before is tried by itself: nobody else has to wait for it twice.
        most = {"most": 2 * _AT_ONCE if job.attempts == 1 else 1, "most_bytes": _BYTES_AT_ONCE}
        found = await self._db.rows(sql.raws_to_read, job_id=job.id, key=job.key, **most)
        if not found or found[0]["job_id"] != job.id:
            return
        account, account_row = await self._accounts.get(found[0]["account_id"])
        begun = self._ahead.begin(account.id, account.settings, found, partial(self._read, account))
        rows, reading = found[:_AT_ONCE], begun[:_AT_ONCE]
        self._ahead.keep(account.id, account.settings, found[_AT_ONCE:], begun[_AT_ONCE:])
        try:
            first = await self._first(job, rows[0], reading[0])
            others = await _those_in_time(reading[1:])
        finally:
            for task in reading:
                task.cancel()
            # What went wrong with others is told by their own jobs; nobody else asks these tasks.
            await asyncio.gather(*reading, return_exceptions=True)
        await self._apply(account_row, [first, *others])

    async def _apply(self, account: Row, reads: Sequence[_Read]) -> None:
        """Apply what was read; raises only what goes wrong with the first, the job's own."""
        together, ways = [], []
        gate = asyncio.Semaphore(_THREADS_AT_ONCE)
        for thread in in_threads(reads):
            if all(map(_is_plain, thread)):
                together += thread
            else:
                ways.append(self._apply_thread(gate, account, thread, own=reads[0]))
        order = {id(read): place for place, read in enumerate(reads)}
        together.sort(key=lambda read: order[id(read)])
        failures = await asyncio.gather(self._apply_together(account, together, own=reads[0]), *ways)
        for failure in failures:
            if failure is not None:
                raise failure

    async def _read(self, account: Account[Any], row: Row) -> _Read:
        raw = RawInput(row["external_id"], row["kind"], bytes(row["body"]), row["headers"])
        return _Read(row, await self._channels[account.kind].read(account, raw))

    async def _first(self, job: jobs.Job, row: Row, reading: asyncio.Task[_Read]) -> _Read:
        try:
            return await reading
        except TooCostly as error:
            if job.attempts == 1:
                # A machine that was busy with something else looks the same from here: once more before people see it.
                raise jobs.RetryLater(_SECOND_READING_SECONDS, error.detail) from error
            return _Read(row, unreadable=error.detail)
        except Invalid as error:
            return _Read(row, unreadable=error.detail)

    async def _apply_together(self, account: Row, reads: Sequence[_Read], *, own: _Read) -> Exception | None:
        """Apply messages in as few transactions as their order allows; return what went wrong with the own one.

        When a transaction fails, what is left is tried one after another, so that one does not fail its neighbours;
        what may belong to one that fails waits for its own job.
        """
        left, is_alone = list(reads), False
        failed: set[str] = set()
        failure = None
        while left:
            tried = left[:1] if is_alone else left
            try:
                taken = await self._take(account, tried, own=own)
            except DatabaseAway as error:
                return failure or (error if own in left else None)
            except Exception as error:  # noqa: BLE001 - whatever it is, others go on
                if not is_alone and len(left) > 1:
                    is_alone = True
                    continue
                taken = tried
                failed.update(_names(left[0]))
                failure = self._failed(left[0], error, own=own) or failure
            gone = {id(read) for read in taken}
            left = _unless_named([read for read in left if id(read) not in gone], failed)
        return failure

    async def _apply_thread(
        self, gate: asyncio.Semaphore, account: Row, thread: list[_Read], *, own: _Read
    ) -> Exception | None:
        """Apply what may belong to one call in order; after one that fails the rest waits for its own job."""
        async with gate:
            for read in thread:
                try:
                    await self._take(account, [read], own=own)
                except Exception as error:  # noqa: BLE001 - whatever it is, other threads go on
                    return self._failed(read, error, own=own)
        return None

    def _failed(self, read: _Read, error: Exception, *, own: _Read) -> Exception | None:
        if read is own:
            return error
        reason = error.detail if isinstance(error, MarkazError) else type(error).__name__
        log.warning("raw input %s waits for its own turn: %s", read.row["id"], reason)
        return None

    async def _take(self, account: Row, reads: Sequence[_Read], *, own: _Read) -> list[_Read]:
        """Apply in one transaction those that go down together, always the first; return which they were."""
        arrivals = [(read, await self._arrivals(read)) for read in reads]
        answers = {
            id(answer): await self._receiver.store_files(answer.files)
            for read in reads
            for answer in read.readings
            if isinstance(answer, AgentAnswer)
        }
        plain = [(read, some[0]) for read, some in arrivals if some and _is_plain(read)]
        async with self._db.transaction() as tx:
            taken = await self._receiver.messages(tx, account, [arrival for _, arrival in plain]) if plain else {}
            left = {id(read) for place, (read, _) in enumerate(plain) if place not in taken}
            done = [read for read in reads if id(read) not in left]
            for read, some in arrivals:
                if not _is_plain(read):
                    await self._note_all(tx, account, read, some, answers)
            outcomes = [_outcome(read) for read in done]
            await tx.run(
                sql.raws_done,
                ids=[read.row["id"] for read in done],
                outcomes=[outcome for outcome, _ in outcomes],
                details=[detail for _, detail in outcomes],
            )
            await jobs.done_beforehand(tx, [read.row["job_id"] for read in done if read is not own])
        for read in done:
            _read.labels(account["kind"], "unreadable" if read.unreadable else "taken").inc()
        return done

    async def _arrivals(self, read: _Read) -> list[Arrival]:
        """Return the messages in a raw, their files stored."""
        if read.unreadable:
            log.warning("raw input %s cannot be read: %s", read.row["id"], read.unreadable)
        messages = [reading for reading in read.said() if isinstance(reading, InboundMessage)]
        return [
            Arrival(message, await self._receiver.store_files(message.files), read.row["id"]) for message in messages
        ]

    async def _note_all(
        self, tx: Tx, account: Row, read: _Read, arrivals: Sequence[Arrival], answers: Mapping[int, Sequence[Kept]]
    ) -> None:
        """Take what is more than one message, in its order."""
        messages = iter(arrivals)
        for reading in read.readings:
            if isinstance(reading, InboundMessage):
                await self._receiver.message(tx, account, next(messages))
            elif isinstance(reading, TextPart):
                await self.texts.take(tx, account, reading, read.row["id"])
            elif isinstance(reading, AgentAnswer):
                if self._receiver.colleagues is not None:
                    await self._receiver.colleagues.answered(tx, reading, answers[id(reading)])
            else:
                await self._note(tx, account, reading)

    async def _note(
        self, tx: Tx, account: Row, reading: DeliveryStatus | CallChange | CallbackAsked | AgentLeg | Spoken | Ignored
    ) -> None:
        match reading:
            case DeliveryStatus():
                await self._leave_status(tx, account, reading)
            case CallChange():
                await self._calls.call(tx, account, reading)
            case CallbackAsked():
                await self._calls.callback_asked(tx, account, reading)
            case AgentLeg():
                await self._calls.agent_leg(tx, account, reading)
            case PartyLeg() | RecordingMade() | Announced() | DialNews():
                await self._note_spoken(tx, account, reading)
            case Ignored():
                pass

    async def _note_spoken(self, tx: Tx, account: Row, reading: Spoken) -> None:
        match reading:
            case DialNews():
                if self._receiver.dialled is not None:
                    await self._receiver.dialled.heard(tx, account, reading)
            case PartyLeg():
                await self._calls.party_leg(tx, account, reading)
            case RecordingMade():
                await self._calls.recorded(tx, account, reading)
            case Announced():
                await self._calls.announced(tx, account, reading)

    async def _leave_status(self, tx: Tx, account: Row, status: DeliveryStatus) -> None:
        """A status may overtake the receipt of what it is about: wait for it aside, not in everybody's way."""
        try:
            await self._deliveries.status(tx, account, status)
        except UnknownMessage:
            payload = {
                "account_id": str(account["id"]),
                "external_id": status.external_id,
                "delivery": status.delivery,
                "error": status.error,
                "fault": status.fault,
            }
            await jobs.enqueue(tx, "status", payload, key=status.external_id)

    async def take_status(self, job: jobs.Job) -> None:
        _, account = await self._accounts.get(UUID(job.payload["account_id"]))
        said = job.payload
        status = DeliveryStatus(
            said["external_id"], Delivery(said["delivery"]), said["error"], fault=said.get("fault", "")
        )
        async with self._db.transaction() as tx:
            await self._deliveries.status(tx, account, status)


def _shown(row: Row, reason: str) -> InboundMessage:
    """Show people what cannot be read, with the raw file: nothing that was acknowledged is lost."""
    raw = RawInput(row["external_id"], row["kind"], bytes(row["body"]), row["headers"])
    sender = raw.headers.get("mail_from") or "unreadable sender"
    return unreadable(raw, reason, Address(IdentityKind.EMAIL, sender.lower()[:254]))


def _is_plain(read: _Read) -> bool:
    """Tell whether it is one message, or nothing for people: such go down many at a time."""
    rest = [reading for reading in read.said() if not isinstance(reading, Ignored)]
    return not rest or (len(rest) == 1 and isinstance(rest[0], InboundMessage))


def _unless_named(reads: Sequence[_Read], failed: set[str]) -> list[_Read]:
    """Leave out what may belong to one that failed, and what may belong to that."""
    left = []
    for read in reads:
        names = set(_names(read))
        if names & failed:
            failed |= names
        else:
            left.append(read)
    return left


def _outcome(read: _Read) -> tuple[str, str | None]:
    if read.unreadable:
        return "unreadable", read.unreadable[:500]
    ignored = [reading.reason for reading in read.readings if isinstance(reading, Ignored)]
    is_taken = len(ignored) < len(read.readings)
    return "taken" if is_taken else "ignored", ignored[-1] if ignored else None


async def _those_in_time(tasks: Sequence[asyncio.Task[_Read]]) -> list[_Read]:
    """Return what was read without trouble up to the first that was not: the rest has jobs of its own."""
    if tasks:
        await asyncio.wait(tasks, timeout=_OTHERS_SECONDS)
    found = []
    for task in tasks:
        if not task.done() or task.cancelled() or task.exception() is not None:
            break
        found.append(task.result())
    return found


def in_threads(reads: Sequence[_Read]) -> list[list[_Read]]:
    """Put together what may belong to one conversation, keeping the order; the first read is in the first one."""
    threads: list[tuple[set[str], list[_Read]]] = []
    for read in reads:
        names = set(_names(read))
        joined = [thread for thread in threads if thread[0] & names]
        if not joined:
            threads.append((names, [read]))
            continue
        kept = joined[0]
        for other in joined[1:]:
            kept[1].extend(other[1])
            kept[0].update(other[0])
            threads.remove(other)
        kept[0].update(names)
        kept[1].append(read)
    order = {id(read): place for place, read in enumerate(reads)}
    return [sorted(thread, key=lambda read: order[id(read)]) for _, thread in threads]


def _names(read: _Read) -> Iterable[str]:
    """Name what a raw has to do with: who sent it, which threads it names or begins, which call, which message."""
    yield f"raw:{read.row['id']}"
    for reading in read.readings:
        match reading:
            case PartyLeg() | RecordingMade() | Announced() | AgentLeg():
                yield from _spoken(reading)
            case InboundMessage():
                yield f"from:{reading.sender.value}"
                yield from (key.value for key in reading.thread)
                yield from reading.keys
            case DeliveryStatus():
                yield f"mid:{reading.external_id}"
            case CallChange() | CallbackAsked() | DialNews():
                yield f"call:{reading.call_id}"
            case AgentAnswer():
                yield f"agent:{reading.mail_id}"
            case TextPart():
                yield f"from:{reading.sender}"


def _spoken(reading: PartyLeg | RecordingMade | Announced | AgentLeg) -> Iterable[str]:
    if reading.interaction_id is not None:
        yield f"interaction:{reading.interaction_id}"
    if not isinstance(reading, PartyLeg | AgentLeg):
        yield f"call:{reading.call_id}"
