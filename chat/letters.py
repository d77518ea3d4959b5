"""Mails about chats: transcripts, and replies that follow a visitor who has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import cast
from uuid import UUID, uuid5

from access.model import Locale
from channels.base import Address, IdentityKind, Outgoing
from chat import letter, store
from chat.letter import Letter
from chat.model import Widget, said
from chat.store import sql
from chat.words import DEFAULT_TITLE
from core.clock import Clock
from core.dates import written
from core.errors import Invalid, NotFound
from interactions.continued import ContinuedChats, Talk
from organisation.service import Organisation
from storage import jobs
from storage.database import Database, Row

# A visitor who is there is looked at again this often; a mailbox that is missing may be set up meanwhile.
_AGAIN_SECONDS = 60.0
_PATIENCE = timedelta(days=1)


class Letters:
    """Handles the jobs that visitors and replies leave."""

    def __init__(self, db: Database, clock: Clock, continued: ContinuedChats, organisation: Organisation) -> None:
        self._db, self._clock, self._continued, self._organisation = db, clock, continued, organisation

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("chat.transcript", self._transcript)
        worker.handle("chat.follow_up", self._follow_up)

    async def _transcript(self, job: jobs.Job) -> None:
        """Send what was said to who asked for it."""
        talk = await self._continued.whole(UUID(job.payload["interaction_id"]))
        visitor, widget = await self._whose(talk)
        locale = cast("Locale", job.payload["locale"])
        title = said(widget.settings.title, locale, DEFAULT_TITLE[locale])
        told = letter.transcript(talk.messages, title, locale, await self._when(widget, locale))
        outgoing = _outgoing(UUID(job.payload["id"]), talk, job.payload["to"], visitor["name"], told, job.attempts)
        # Asked for by a person, written by none (RFC 3834); the address is whatever they typed.
        await self._continued.send(await self._mailbox(widget), replace(outgoing, is_automatic=True))

    async def _follow_up(self, job: jobs.Job) -> None:
        """Send replies that were not seen once their visitor is gone; several go in one mail."""
        talk = await self._continued.unseen(UUID(job.payload["interaction_id"]))
        to = talk.row["details"].get("email")
        if not talk.messages or not to or self._clock() - job.created_at > _PATIENCE:
            return
        visitor, widget = await self._whose(talk)
        gone_at = visitor["seen_at"] + timedelta(minutes=widget.settings.mail_after_minutes)
        left_seconds = (gone_at - self._clock()).total_seconds()
        if left_seconds > 0:
            raise jobs.RetryLater(min(left_seconds, _AGAIN_SECONDS), "The visitor may still be there.")
        locale = cast("Locale", visitor["locale"] or "en")
        told = letter.follow_up(talk.messages, locale, await self._when(widget, locale))
        last = talk.messages[-1].seq
        # Tried twice, the same replies have the same id; more that is said meanwhile makes another mail of it.
        message_id = uuid5(talk.row["id"], f"mail:{talk.messages[0].seq}:{last}")
        outgoing = _outgoing(message_id, talk, to, visitor["name"], told, job.attempts)
        await self._continued.send(await self._mailbox(widget), outgoing, seen_by_mail=last)

    async def _whose(self, talk: Talk) -> tuple[Row, Widget]:
        visitor = await self._db.row(sql.get_visitor, id=UUID(talk.row["address"]))
        if visitor is None:
            raise Invalid("The visitor of this chat is not known any more.")
        return visitor, await store.get_widget(self._db, visitor["site"])

    async def _mailbox(self, widget: Widget) -> UUID:
        try:
            return await self._continued.mailbox(widget.settings.mail_account_id)
        except NotFound as error:
            raise jobs.RetryLater(_AGAIN_SECONDS * 10, error.detail) from error

    async def _when(self, widget: Widget, locale: Locale) -> letter.When:
        """Return how moments are written: in the zone of the site's hours, without hours in the organisation's."""
        hours = widget.settings.hours
        zone = await self._organisation.time_zone() if hours is None else hours.zone
        calendar = await self._organisation.calendar(self._db, locale)
        return partial(written, locale=locale, calendar=calendar, zone=zone)


def _outgoing(message_id: UUID, talk: Talk, to: str, name: str | None, told: Letter, attempt: int) -> Outgoing:
    return Outgoing(
        message_id=message_id,
        interaction_id=talk.row["id"],
        number=talk.row["number"],
        to=Address(IdentityKind.EMAIL, to, name or ""),
        text=told.text,
        html=told.html,
        subject=told.subject,
        references=talk.references,
        attempt=attempt,
    )
