"""Agents by mail: what customers write to an agent who is away, and the agent's answer to that mail.

An answer is believed when it came to the address that we signed for this one mail, or when our own mail server vouches
for its sender; and it is taken when the agent may give it now, whatever was so when the mail went out. Everything else
changes nothing, and the agent hears why.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from access.model import Permission
from access.people import People
from channels.answers import AgentAnswer, InboundFile
from channels.base import Address, Channel, IdentityKind, Outgoing
from channels.email import EmailChannel
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId, uuid7
from interactions import colleague_words as said
from interactions import store
from interactions.accounts import ChannelAccounts
from interactions.conversations import author_of, must_answer
from interactions.departures import Departures, HeldBack
from interactions.receive import Receiver
from interactions.service import Interactions
from interactions.speaking import Letter
from interactions.store import sql
from interactions.words import Words
from storage import jobs
from storage.database import Database, Row, Tx
from storage.files import StoredFile
from storage.leases import Lease

log = logging.getLogger(__name__)

_LOOK_SECONDS = 10.0
_AT_ONCE = 50
_ANSWERABLE = timedelta(days=14)


class Colleagues:
    """Tells agents by mail, and takes what they answer."""

    def __init__(
        self,
        db: Database,
        accounts: ChannelAccounts,
        channels: dict[str, Channel],
        talk: tuple[Receiver, Interactions, Departures],
        people: People,
        base_url: str,
    ) -> None:
        self._db, self._accounts, self._channels, self._people = db, accounts, channels, people
        self._receiver, self._interactions, self._departures = talk
        self._clock, self._base_url = self._receiver.clock, base_url
        self._lease = Lease(db, "agent_mail")

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("agent.mail", self._send)
        worker.handle("agent.mail_refused", self._send_refusal, schedule=(30.0, 300.0))

    # --- telling

    async def follow(self) -> None:
        """Look for what has to be told, for ever, while this process is the one that does."""
        if await self._lease.renew():
            await self.look()
        await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Leave a mail for each message that an agent who is away has not read; once for each."""
        now = self._clock()
        rows = await self._db.rows(sql.agent_mails_due, now=now, most=_AT_ONCE)
        for row in rows:
            async with self._db.transaction() as tx:
                mail_id = uuid7()
                kept = await tx.value(
                    sql.insert_agent_mail,
                    id=mail_id,
                    now=now,
                    **{name: row[name] for name in ("interaction_id", "staff_id", "message_id", "address")},
                    account_id=row["account_id"],
                )
                if kept is not None:
                    await jobs.enqueue(tx, "agent.mail", {"mail_id": str(mail_id)}, key=f"agent:{row['staff_id']}")

    async def _send(self, job: jobs.Job) -> None:
        row = await self._db.row(sql.get_agent_mail, id=UUID(job.payload["mail_id"]))
        if row is None or row["locale"] is None:
            return
        link = f"{self._base_url}/console/#/conversations/{row['interaction_id']}"
        text = said.told(row["locale"], row["customer_name"], row["text"], link)
        subject = said.subject(row["locale"], row["customer_name"], row["number"])
        await self._mail(row, row["id"], subject, text, job.attempts)

    async def _send_refusal(self, job: jobs.Job) -> None:
        row = await self._db.row(sql.get_agent_mail, id=UUID(job.payload["mail_id"]))
        if row is None or row["locale"] is None:
            return
        text = said.refused(row["locale"], job.payload["reason"])
        refusal_id = uuid5(row["id"], job.payload["external_id"])
        try:
            await self._mail(row, refusal_id, said.refusal_subject(row["locale"]), text, job.attempts, is_braked=True)
        except HeldBack as error:
            log.warning("an agent is not told of a refusal: %s", error)

    async def _mail(
        self, row: Row, message_id: UUID, subject: str, text: str, attempt: int, *, is_braked: bool = False
    ) -> None:
        account, _ = await self._accounts.get(row["account_id"])
        channel = self._channels[account.kind]
        if not isinstance(channel, EmailChannel):
            return
        reply_to = channel.marks.agent_address(account.settings, row["id"])
        outgoing = Outgoing(
            message_id=message_id,
            # It belongs to no conversation: what answers it is an agent's, never a customer's.
            interaction_id=message_id,
            number=0,
            to=Address(IdentityKind.EMAIL, row["address"], row["staff_name"]),
            text=text,
            subject=subject,
            reply_to=reply_to or account.settings.address,
            is_automatic=True,
            attempt=attempt,
        )
        prepared = await self._departures.prepared(account, channel, outgoing, is_braked=is_braked)
        await channel.send(account, prepared)

    # --- answering

    async def answered(self, tx: Tx, answer: AgentAnswer, files: Sequence[tuple[InboundFile, StoredFile]]) -> None:
        """Take an agent's answer in the transaction that reads it, or say why not."""
        mail = await tx.row(sql.get_agent_mail, id=answer.mail_id)
        if mail is None:
            log.warning("an answer to a mail that we do not know: %s", answer.external_id)
            return
        reason = doubted(answer, mail["address"], mail["at"], self._clock())
        if not reason:
            reason = await self._take(tx, mail, answer, files)
        if reason:
            log.warning("an agent's answer by mail is refused (%s): %s", reason, answer.external_id)
            payload = {"mail_id": str(mail["id"]), "reason": reason, "external_id": answer.external_id}
            await jobs.enqueue(tx, "agent.mail_refused", payload)

    async def _take(
        self, tx: Tx, mail: Row, answer: AgentAnswer, files: Sequence[tuple[InboundFile, StoredFile]]
    ) -> str:
        """Say it to the customer; returns why not."""
        row = await store.lock(tx, mail["interaction_id"])
        actor = (await self._people.actors(tx, [mail["staff_id"]])).get(StaffId(mail["staff_id"]))
        if actor is None:
            return "permission"
        client_id = _client_id(answer)
        author = author_of(actor)
        given = {"author_kind": "agent", "author_id": actor.id, "client_id": client_id}
        if await tx.row(sql.find_client_message, interaction_id=row["id"], **given) is not None:
            return ""
        if not answer.text.strip() and not files:
            return "empty"
        reason = await self._may(tx, actor, row)
        if reason:
            return reason
        await self._interactions.held.release(tx, row, with_undo=True)
        kept = await self._receiver.attach(tx, row["id"], files)
        letter = Letter(details={"by_mail": True})
        await self._interactions.speaking.send(tx, row, author, Words(answer.text), client_id, kept, letter)
        if row["state"] == "queued":
            await self._answered_from_the_queue(tx, actor, row)
        return ""

    async def _may(self, tx: Tx, actor: Actor, row: Row) -> str:
        """Return why the agent may not answer now; one whose conversation waits for nobody else may."""
        try:
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            if row["state"] == "queued" and await tx.value(sql.waits_for, id=row["id"], staff_id=actor.id):
                return ""
            must_answer(actor, row)
        except (Forbidden, NotFound):
            return "permission"
        except Conflict:
            return "not_yours"
        return ""

    async def _answered_from_the_queue(self, tx: Tx, actor: Actor, row: Row) -> None:
        """Nobody has to take what is answered: the customer's next word opens it again, for the same agent first."""
        now = self._clock()
        await self._interactions.work.answered(tx, row["id"], StaffId(actor.id or row["id"]), now)


def doubted(answer: AgentAnswer, address: str, sent_at: datetime, now: datetime) -> str:
    """Return why an answer must not be believed; empty when it may be. Pure."""
    if answer.sender.lower() != address.lower():
        return "sender"
    if answer.doubt:
        return "doubt"
    if not (answer.is_signed or answer.is_vouched):
        return "unproven"
    return "old" if now - sent_at > _ANSWERABLE else ""


def _client_id(answer: AgentAnswer) -> str:
    """Derive an id from the mail's own, so that the same mail again, by whatever way, has no second effect."""
    return f"mail:{hashlib.sha256(answer.message_id.encode()).hexdigest()[:48]}"
