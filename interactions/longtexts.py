"""Long texts that a stranger hands over in parts: they come in any order, twice, late, or not at all.

The reference that a text has is one octet at many phones and comes again: only parts that come close together are one
text. A part that is there already with other words begins another text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from channels.base import Account, Channel, InboundMessage, RawInput
from channels.longtexts import Joining, TextPart
from core.errors import Invalid
from interactions.accounts import ChannelAccounts
from interactions.arrivals import Arrival
from interactions.receive import Receiver
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row, Tx

# Jasmin waits 300 s after the last part that came, Kannel half an hour in all.
PATIENCE = timedelta(minutes=5)
_LONGEST = timedelta(minutes=30)
# For how long a part that comes again, or late, is taken for one of the same text; one that still waits, as after we
# were down, takes more for as long as centres usually try.
_NEAR, _TRIED = timedelta(hours=1), timedelta(days=1)
# Whoever was away when the time was up hears the rest within this, if there is a rest.
_LATE = timedelta(seconds=30)
_GRACE = timedelta(minutes=1)
Outcome = Literal["whole", "gaps", "repeat"]


@dataclass(frozen=True, slots=True)
class LongText:
    """What came of one text; without an outcome it waits for more. `parts` are digests by their places."""

    id: int
    total: int
    opened_at: datetime
    outcome: Outcome | None = None
    parts: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return len(self.parts) == self.total

    def repeats(self, other: LongText) -> bool:
        """Whether all that is here was in the other one, which people see."""
        is_shown = other.outcome in ("whole", "gaps") and near(self.opened_at, other.opened_at)
        return is_shown and self.parts.items() <= other.parts.items()


def place(part: TextPart, texts: Sequence[LongText]) -> tuple[LongText | None, Literal["add", "late", "drop", "new"]]:
    """Say to which of the texts of its name a part belongs, the newest first, and what becomes of it there.

    Among those that wait, one that has the very part makes it a repetition. Of a text that was shown nothing is taken
    for a repetition before its time is up: who has one reference for all texts may begin two of them alike.
    """
    newest = sorted(texts, key=lambda text: text.id, reverse=True)
    waiting = [text for text in newest if text.outcome is None and near(part.at, text.opened_at, _TRIED)]
    for text in waiting:
        if text.parts.get(part.place) == part.digest:
            return text, "drop"
    for text in waiting:
        if part.place not in text.parts:
            return text, "add"
    for text in newest:
        if text.outcome == "gaps" and near(part.at, text.opened_at) and part.place not in text.parts:
            return text, "late"
    return None, "new"


def near(one: datetime, other: datetime, within: timedelta = _NEAR) -> bool:
    return abs(one - other) <= within


def outcome_of(text: LongText, texts: Sequence[LongText]) -> Outcome:
    """Say how a text ends that is whole or whose time is up."""
    if any(text.repeats(other) for other in texts if other.id != text.id):
        return "repeat"
    return "whole" if text.is_whole else "gaps"


def until(opened_at: datetime, latest_at: datetime) -> datetime:
    """Return when a text is shown with what it has."""
    return min(latest_at + PATIENCE, opened_at + _LONGEST)


class LongTexts:
    """Keeps parts until their text is whole or its time is up, and shows it then, once."""

    def __init__(
        self, db: Database, accounts: ChannelAccounts, receiver: Receiver, channels: Mapping[str, Channel]
    ) -> None:
        self._db, self._accounts, self._receiver, self._channels = db, accounts, receiver, channels

    async def take(self, tx: Tx, account: Row, part: TextPart, raw_id: int) -> None:
        """Take one part, in the transaction in which its raw is done."""
        texts = await self._texts(tx, account["id"], part.key, part.at)
        text, what = place(part, texts)
        if text is None:
            opened = {"account_id": account["id"], "key": part.key, "total": part.total, "opened_at": part.at}
            text = LongText(await tx.value(sql.open_long_text, **opened), part.total, part.at)
            payload = {"text_id": text.id}
            await jobs.enqueue(tx, "long_text", payload, run_at=until(part.at, part.at))
        if what == "drop":
            return
        await tx.run(
            sql.add_part, text_id=text.id, place=part.place, raw_id=raw_id, digest=part.digest, came_at=part.at
        )
        if what == "late":
            await self._show_late(tx, account, text, part, raw_id)
            return
        text = LongText(text.id, text.total, text.opened_at, None, {**text.parts, part.place: part.digest})
        if text.is_whole:
            await self._end(tx, account, text, texts)

    async def due(self, job: jobs.Job) -> None:
        """Show a text whose time is up with what it has."""
        known = await self._db.row(sql.get_long_text, id=job.payload["text_id"])
        if known is None or known["outcome"] is not None:
            return
        _, account = await self._accounts.get(known["account_id"])
        async with self._db.transaction() as tx:
            texts = await self._texts(tx, account["id"], known["key"], known["opened_at"])
            text = next((text for text in texts if text.id == known["id"] and text.outcome is None), None)
            wait = None if text is None else await self._wait(tx, text)
            if text is not None and wait is None:
                await self._end(tx, account, text, texts)
        if wait is not None:
            raise jobs.RetryLater(max(wait.total_seconds(), 0.1), "more may come", is_begun=False)

    async def _wait(self, tx: Tx, text: LongText) -> timedelta | None:
        """Say how long more is waited for; None: no more. Where nobody was here to hear it, once for a moment."""
        (row,) = await tx.rows(sql.long_text_times, id=text.id)
        now = self._receiver.clock()
        end = until(text.opened_at, row["latest_at"])
        if now < end:
            return end - now
        if now < end + _LATE or row["waited_on"]:
            return None
        await tx.run(sql.wait_on_long_text, id=text.id)
        return _GRACE

    async def _texts(self, tx: Tx, account_id: UUID, key: str, at: datetime) -> list[LongText]:
        """Return the texts of this name; whoever asks has them until the end of the transaction."""
        await tx.rows(sql.lock_thread, account_id=str(account_id), key=f"long:{key}")
        rows = await tx.rows(sql.long_texts, account_id=account_id, key=key, since=at - _NEAR)
        return [
            LongText(
                row["id"],
                row["total"],
                row["opened_at"],
                row["outcome"],
                dict(zip(row["places"], map(bytes, row["digests"]), strict=True)),
            )
            for row in rows
        ]

    async def _end(self, tx: Tx, account: Row, text: LongText, texts: Sequence[LongText]) -> None:
        outcome = outcome_of(text, texts)
        await tx.run(sql.end_long_text, id=text.id, outcome=outcome)
        if outcome == "repeat":
            return
        rows = await tx.rows(sql.raws_of_long_text, text_id=text.id)
        raws = {row["place"]: _raw(row) for row in rows}
        channel, opened = self._joining(account)
        await self._show(tx, account, channel.join(opened, f"long:{text.id}", raws, text.total), rows[-1]["id"])

    async def _show_late(self, tx: Tx, account: Row, text: LongText, part: TextPart, raw_id: int) -> None:
        rows = {row["place"]: row for row in await tx.rows(sql.raws_of_long_text, text_id=text.id)}
        channel, opened = self._joining(account)
        said = channel.late(opened, f"long:{text.id}:{part.place}", _raw(rows[part.place]))
        await self._show(tx, account, said, raw_id)

    async def _show(self, tx: Tx, account: Row, said: InboundMessage, raw_id: int) -> None:
        await self._receiver.message(tx, account, Arrival(said, raw_id=raw_id))

    def _joining(self, account: Row) -> tuple[Joining, Account[Any]]:
        channel = self._channels[account["kind"]]
        if not isinstance(channel, Joining):
            detail = f"{account['kind']} reads parts and cannot join them."
            raise Invalid(detail)
        return channel, self._accounts.open(account)


def _raw(row: Row) -> RawInput:
    return RawInput(row["external_id"], row["kind"], bytes(row["body"]), row["headers"])
