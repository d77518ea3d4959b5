"""Mails of the portal: what was said to a customer there follows them by mail, unless they have read it meanwhile.

It follows the event log, so that whoever writes into such a conversation, agent, rule or receipt, is mailed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid5

from access.model import Locale
from channels.base import Address, IdentityKind, Outgoing
from core.clock import Clock
from core.errors import NotFound
from core.events import LoggedEvent
from interactions.addresspost import AddressPost
from interactions.continued import ContinuedChats, Talk
from interactions.model import MessageView
from interactions.outbox import Outbox
from interactions.posted import Posted
from organisation.service import Organisation
from portal import store, words
from portal.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from storage.follower import Follower
from tickets.model import number

NAME = "portal"
LETTER = "portal.letter"
RECEIPT = "portal.receipt"
# What is said shortly after goes along; who reads it meanwhile on the portal gets no mail.
PAUSE = timedelta(seconds=20)
_AGAIN_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Ways:
    """How mails and texts leave."""

    continued: ContinuedChats
    outbox: Outbox
    post: AddressPost


class PortalPost(Follower):
    def __init__(self, db: Database, clock: Clock, ways: Ways, *, base_url: str) -> None:
        super().__init__(db, NAME, frozenset({"message.added"}), self._hear)
        self._clock, self._ways, self._organisation = clock, ways, Organisation(db)
        self._base_url = base_url

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(LETTER, self._letter)
        worker.handle(RECEIPT, self._receipt)

    async def _hear(self, tx: Tx, events: Sequence[LoggedEvent]) -> None:
        said = {UUID(each.data["interaction_id"]) for each in events if _is_said(each.data["message"])}
        if not said:
            return
        for row in await tx.rows(sql.talks_among, ids=sorted(said)):
            payload = {"interaction_id": str(row["id"])}
            await jobs.enqueue(tx, LETTER, payload, key=f"portal:{row['id']}", run_at=self._clock() + PAUSE)

    async def _letter(self, job: jobs.Job) -> None:
        """Mail what they have neither read nor had by mail; to a telephone goes only that there is an answer."""
        talk = await self._ways.continued.unseen(UUID(job.payload["interaction_id"]))
        if not talk.messages:
            return
        ticket = await self._db.row(sql.ticket_of_talk, interaction_id=talk.row["id"])
        locale = cast("Locale", talk.row["details"].get("locale") or "en")
        last = talk.messages[-1].seq
        if "@" not in talk.row["address"]:
            await self._text(talk, ticket, locale, last, job.attempts)
            return
        outgoing = await self._mail(talk, ticket, locale, last, job.attempts)
        try:
            account_id = await self._ways.continued.mailbox(None)
        except NotFound as error:
            raise jobs.RetryLater(_AGAIN_SECONDS, error.detail) from error
        await self._ways.continued.send(account_id, outgoing, seen_by_mail=last)

    async def _mail(self, talk: Talk, ticket: Row | None, locale: Locale, last: int, attempt: int) -> Outgoing:
        said = [(each.text, [file.name for file in each.attachments]) for each in talk.messages]
        subject = talk.row["subject"] or ("" if ticket is None else ticket["subject"])
        named = f"{subject} ({_number(ticket)})" if ticket is not None else subject
        note = words.answer_mail(locale, named, said, await self._link(ticket))
        files = [file.model_dump(mode="json") for each in talk.messages for file in each.attachments]
        return Outgoing(
            # More that is said meanwhile makes another mail of it: none of it is taken for told without being in it.
            message_id=uuid5(talk.row["id"], f"portal:{talk.messages[0].seq}:{last}"),
            interaction_id=talk.row["id"],
            number=talk.row["number"],
            to=Address(IdentityKind.EMAIL, talk.row["address"], talk.row["address_name"]),
            text=note.text,
            subject=note.subject,
            files=await self._ways.outbox.load_files(files),
            references=talk.references,
            is_automatic=all(_is_of_program(each) for each in talk.messages),
            attempt=attempt,
        )

    async def _text(self, talk: Talk, ticket: Row | None, locale: Locale, last: int, attempt: int) -> None:
        account_id = await self._db.value(sql.text_account)
        is_answer = any(not _is_of_program(each) for each in talk.messages)
        if account_id is not None and is_answer and ticket is not None:
            name = await self._organisation.name(self._db)
            text = words.answer_text(locale, name, _number(ticket), await self._link(ticket))
            text_id = uuid5(talk.row["id"], f"portal:{last}")
            told = Posted(account_id, text_id, talk.row["address"], text, interaction_id=talk.row["id"])
            await self._ways.post.text(told, attempt)
        await self._ways.continued.told(talk.row["id"], last)

    async def _link(self, ticket: Row | None) -> str:
        """Return where it can be read; nothing while the portal is off."""
        settings, _ = await store.settings(self._db)
        return f"{self._base_url}/portal/#/tickets/{ticket['id']}" if settings.is_on and ticket is not None else ""

    async def _receipt(self, job: jobs.Job) -> None:
        """Confirm what a form sent, to the address that was typed: not a word of what was written goes there."""
        locale = cast("Locale", job.payload["locale"])
        subjects, texts = words.receipt(job.payload["number"])
        message_id = UUID(job.payload["id"])
        outgoing = Outgoing(
            message_id=message_id,
            interaction_id=UUID(job.payload["interaction_id"]),
            number=0,
            to=Address(IdentityKind.EMAIL, job.payload["to"]),
            text=texts[locale],
            subject=subjects[locale],
            is_automatic=True,
            attempt=job.attempts,
        )
        await self._ways.continued.send(await self._ways.continued.mailbox(None), outgoing)


def _number(ticket: Row) -> str:
    return number(ticket["kind"], ticket["serial"])


def _is_said(message: dict[str, object]) -> bool:
    return message["direction"] == "outbound"


def _is_of_program(message: MessageView) -> bool:
    return message.author.kind == "system"
