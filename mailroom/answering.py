"""Texts that the machine answers: how a customer's own requests stand and when somebody comes, told to their telephone.

A text comes from whoever has the telephone, or says so: what is told goes back to that number, so a forged sender
learns nothing. Whoever asks too often, or more than the account answers in an hour, waits for people like everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from access.model import Locale
from channels.base import IdentityKind, InboundMessage
from channels.dialling import TEXT_KINDS
from complaints.receipts import Writer
from complaints.words import STAGES
from core.actor import SYSTEM
from core.clock import Clock
from core.text import preview
from interactions.model import MessageView
from mailroom import keywords, store
from mailroom.keywords import Asked
from mailroom.store import sql
from mailroom.words import ABOUT_REQUESTS, NO_REQUEST, OPEN_REQUESTS, REQUEST
from storage import jobs
from storage.database import Database, Row, Tx
from storage.database import sql as storage_sql
from tickets.model import number

KIND = "mailroom.text"
CHANNELS = TEXT_KINDS
_TEXTS_AN_HOUR, _ANSWERS_AN_HOUR = 6, 500
_SHOWN, _SUBJECT = 3, 60


async def asked(tx: Tx, account: Row, new: Sequence[InboundMessage], clock: Clock) -> list[dict[str, Any] | None]:
    """Say which of these the machine answers, and what they ask."""
    if account["kind"] not in CHANNELS:
        return [None] * len(new)
    chosen = await store.self_service(tx, account["id"])
    if not chosen.is_on:
        return [None] * len(new)
    found: list[dict[str, Any] | None] = []
    for each in new:
        what = keywords.read(each.text, chosen.words) if _may_ask(each) else None
        is_served = what is not None and await _has_room(tx, account["id"], each.sender.value, clock())
        found.append({name: getattr(what, name) for name in Asked.__slots__} if is_served else None)
    return found


async def leave_answer(tx: Tx, row: Row, message: MessageView) -> None:
    await jobs.enqueue(tx, KIND, {"message_id": str(message.id)}, key=f"{KIND}:{row['id']}")


class Appointments(Protocol):
    """Who knows when somebody comes to a customer."""

    async def told(self, tx: Tx, phone: str, tickets: Sequence[UUID] | None, locale: Locale) -> list[str]:
        """Return a line for each appointment of the customer of a telephone; of these tickets, or of all."""
        ...


class TextAnswers:
    """Answers what was left."""

    def __init__(self, db: Database, clock: Clock, writer: Writer, appointments: Appointments) -> None:
        self._db, self._clock, self._writer, self._appointments = db, clock, writer, appointments

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(KIND, self._answer)

    async def _answer(self, job: jobs.Job) -> None:
        async with self._db.transaction(SYSTEM) as tx:
            text = await tx.row(sql.text_asked, id=UUID(job.payload["message_id"]))
            if text is None or text["asked"] is None:
                return
            what = Asked(**text["asked"])
            named = {"code": what.code, "serial": what.serial, "kind": what.kind}
            rows = await tx.rows(sql.own_requests, phone=text["address"], most=_SHOWN, **named)
            is_named = what.code is not None or what.serial is not None
            tickets = [row["id"] for row in rows] if is_named else None
            coming = await self._appointments.told(tx, text["address"], tickets, what.locale)
            noted = {"message_id": text["id"], "account_id": text["account_id"], "now": self._clock()}
            if await tx.value(sql.note_served, found=len(rows) + len(coming), **noted) is None:
                return
            said = answer(what.locale, rows, coming, is_named=is_named)
            only: dict[Locale, str] = {"en": said, "ar": said, "fa": said}
            await self._writer.confirm(tx, text["interaction_id"], only, ABOUT_REQUESTS)


def answer(locale: Locale, rows: Sequence[Row | dict[str, Any]], coming: Sequence[str] = (), *, is_named: bool) -> str:
    """Return what is said of these requests, and when somebody comes."""
    if not rows and not coming:
        return (NO_REQUEST if is_named else OPEN_REQUESTS)[locale]
    return "\n".join([*(_line(locale, row) for row in rows), *coming])


def _line(locale: Locale, row: Row | dict[str, Any]) -> str:
    names, shown = row["stage_names"], row["complaint_stage"]
    stage = (
        STAGES[shown][locale]
        if shown is not None
        else names.get(locale) or names.get("en") or next(iter(names.values()))
    )
    # What is confidential is not written on a telephone that may lie on a table.
    subject = "" if row["is_confidential"] else f" ({preview(row['subject'], _SUBJECT)})"
    return REQUEST[locale].format(number=number(row["kind"], row["serial"]), subject=subject, stage=stage)


def _may_ask(inbound: InboundMessage) -> bool:
    is_plain = not inbound.files and not inbound.is_automatic
    return is_plain and inbound.is_sender_verified and inbound.sender.kind is IdentityKind.PHONE


async def _has_room(tx: Tx, account_id: UUID, phone: str, now: datetime) -> bool:
    hour = now.replace(minute=0, second=0, microsecond=0)
    tries = await tx.value(storage_sql.count_rate, key=f"self_service:{phone}", window_start=hour)
    if tries > _TEXTS_AN_HOUR:
        return False
    return bool(await tx.value(sql.served_lately, account_id=account_id, now=now) < _ANSWERS_AN_HOUR)
