"""The outbox: what people said is a row first; a job hands it to the channel, and its end is kept on the message."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, get_args
from uuid import UUID

from prometheus_client import Counter

from channels.base import (
    Account,
    Address,
    Channel,
    Delivery,
    IdentityKind,
    NoSuchAddress,
    Outgoing,
    OutgoingFile,
    Receipt,
    Uncertain,
)
from channels.calls import VoiceChannel
from channels.dialling import TEXT_KINDS, DialSettings
from channels.faults import TextFault
from consents.mail import MailOptOuts
from consents.service import HasOptedOut, heard_by_carrier
from consents.wishes import WISHES, refusal
from core.errors import Invalid, MarkazError, Unavailable
from interactions import bounced, store
from interactions.accounts import ChannelAccounts
from interactions.conversations import Conversations
from interactions.departures import Departures, HeldBack
from interactions.dialguard import CapReached, DialGuard
from interactions.model import Call, supersedes
from interactions.recipients import Recipient, from_row
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from storage.files import Files

log = logging.getLogger(__name__)
_TOO_LATE = "Its hours were over before it could leave."
_CAP_SECONDS = 60.0
_COPY_SCHEDULE = (30.0, 300.0, 1800.0)
FOLLOW_UP_PAUSE = timedelta(seconds=20)
# Longer than an agent's phone rings: what became of it was not told.
_LEG_AFTER = timedelta(seconds=60)
_sent = Counter("markaz_messages_sent_total", "What became of outbound messages.", ["channel", "outcome"])


async def leave_message(tx: Tx, interaction_id: UUID, message_id: UUID) -> None:
    """Leave a message to be sent; of one conversation they go in order."""
    await jobs.enqueue(tx, "message.send", {"message_id": str(message_id)}, key=str(interaction_id))


async def leave_connecting(tx: Tx, row: Row, agent_id: UUID) -> None:
    """Leave an agent to be brought into a call: joined with who waits in it, or rung first when we place it."""
    # Whom the dialer has reached is on the line already, as a caller is.
    is_placed = row["direction"] == "outbound" and "dial" not in row["details"]
    kind = "call.ring_agent" if is_placed else "call.join"
    payload = {"interaction_id": str(row["id"]), "agent_id": str(agent_id)}
    await jobs.enqueue(tx, kind, payload, key=str(row["id"]))


async def leave_unseen(tx: Tx, interaction_id: UUID, now: datetime) -> None:
    """Leave a reply to follow its customer by mail, should they be gone; what is said shortly after goes along."""
    payload = {"interaction_id": str(interaction_id)}
    await jobs.enqueue(tx, "chat.follow_up", payload, key=f"mail:{interaction_id}", run_at=now + FOLLOW_UP_PAUSE)


async def leave_hang_up(tx: Tx, row: Row) -> None:
    """Leave a call to be ended; of one that we placed nobody may have answered yet, so that all its phones are."""
    is_placed = row["direction"] == "outbound" and "dial" not in row["details"]
    kind = "call.end_room" if is_placed else "call.hang_up"
    await jobs.enqueue(tx, kind, {"interaction_id": str(row["id"])}, key=str(row["id"]))


async def leave_control(tx: Tx, interaction_id: UUID, agent_id: UUID, control: dict[str, bool]) -> None:
    """Leave a joined call to be muted or held, or the opposite; of one call they go in order."""
    payload = {"interaction_id": str(interaction_id), "agent_id": str(agent_id), **control}
    await jobs.enqueue(tx, "call.control", payload, key=str(interaction_id))


class Lateness(Protocol):
    """Who knows of texts that may leave at their hours only."""

    async def may_leave(self, interaction_id: UUID, message_id: UUID) -> bool:
        """Tell whether a text may leave now; what follows where it may not is theirs."""


class Outbox:
    """Sends, and keeps what became of it."""

    def __init__(
        self,
        db: Database,
        accounts: ChannelAccounts,
        channels: dict[str, Channel],
        files: Files,
        conversations: Conversations,
    ) -> None:
        self._db, self._accounts, self._channels = db, accounts, channels
        self._files, self._conversations = files, conversations
        self.departures = Departures(db, files, conversations.clock)
        # The links by which mail that goes to many is ended; set by whoever builds it.
        self.opt_outs: MailOptOuts | None = None
        self.lateness: Lateness | None = None

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("message.send", self._send, on_give_up=self._failed)
        worker.handle("message.copy", self._copy, schedule=_COPY_SCHEDULE)
        worker.handle("call.join", self._join, schedule=(0.5, 1.0, 2.0, 5.0))
        worker.handle("call.control", self._control, schedule=(0.5, 1.0))
        worker.handle("call.hang_up", self._hang_up, schedule=(0.5, 1.0, 5.0))

    async def _send(self, job: jobs.Job) -> None:
        message_id = UUID(job.payload["message_id"])
        row = await self._db.row(sql.get_message, id=message_id)
        if row is None or row["delivery"] not in (Delivery.QUEUED, Delivery.SENDING, Delivery.UNCERTAIN):
            return
        account, known = await self._accounts.get(row["account_id"])
        channel = self._channels[account.kind]
        outgoing = await self._outgoing(row, job.attempts)
        receipt: Receipt | None = None
        if row["delivery"] != Delivery.QUEUED:
            # An attempt was cut off, or its answer was lost: whoever took it may have it already.
            receipt = await channel.find_sent(account, outgoing)
        if receipt is None:
            why = await refusal(self._db, outgoing.to, account.id, row["details"].get("mail_list"))
            if why is not None:
                await self._mark(message_id, Delivery.FAILED, why, fault=WISHES[why])
                _sent.labels(account.kind, "opted_out").inc()
                return
            if await self._is_late(account, row):
                await self._mark(message_id, Delivery.FAILED, _TOO_LATE, fault="too_late")
                _sent.labels(account.kind, "too_late").inc()
                return
            try:
                outgoing = await self.departures.prepared(account, channel, outgoing)
            except HeldBack as error:
                await self._mark(message_id, Delivery.FAILED, str(error))
                _sent.labels(account.kind, "held_back").inc()
                return
            await self._may_go(account, row, outgoing)
            await self._mark(message_id, Delivery.SENDING)
            receipt = await self._hand_over(channel, account, known, outgoing)
        await self._report(known, None)
        await self._sent(row, receipt, is_copied=channel.keeps_copies(account))
        _sent.labels(account.kind, "sent").inc()

    async def _is_late(self, account: Account[Any], row: Row) -> bool:
        if self.lateness is None or account.kind not in TEXT_KINDS or row["author_kind"] != "system":
            return False
        return not await self.lateness.may_leave(row["interaction_id"], row["id"])

    def _unsubscribe_url(self, row: Row, to: Address) -> str:
        mail_list = row["details"].get("mail_list")
        if mail_list is None or self.opt_outs is None or to.kind is not IdentityKind.EMAIL:
            return ""
        return self.opt_outs.link(mail_list, to.value)

    async def _hand_over(self, channel: Channel, account: Account[Any], known: Row, outgoing: Outgoing) -> Receipt:
        """Hand it to the channel; what goes wrong is kept where it belongs, and raised."""
        try:
            return await channel.send(account, outgoing)
        except Uncertain as error:
            await self._mark(outgoing.message_id, Delivery.UNCERTAIN, error.detail)
            raise
        except NoSuchAddress as error:
            await self._refused(outgoing.interaction_id, error)
            raise
        except MarkazError as error:
            await self._report(known, error)
            fault = str(error.extra.get("fault", ""))
            if fault == "opted_out":
                await self._opted_out(account.id, outgoing)
                raise HasOptedOut from error
            if fault in get_args(TextFault):
                await self._mark(outgoing.message_id, Delivery.SENDING, fault=fault)
            raise

    async def _report(self, account: Row, error: MarkazError | None) -> None:
        """Keep whether the account can send; what is wrong with one mail says nothing of it."""
        if error is None:
            if account["sending_error"] is not None:
                await self._db.run(sql.report_sending, id=account["id"], error=None, fault="")
        elif is_of_account(error):
            fault = str(error.extra.get("fault", "other"))
            await self._db.run(sql.report_sending, id=account["id"], error=error.detail[:500], fault=fault)

    async def _may_go(self, account: Any, row: Row, outgoing: Outgoing) -> None:
        """Refuse a text to who may not be reached; too many in an hour wait for their turn."""
        if not isinstance(account.settings, DialSettings) or row["delivery"] != Delivery.QUEUED:
            return
        try:
            async with self._db.transaction() as tx:
                guard = DialGuard(self._conversations.clock)
                await guard.begin(tx, account, outgoing.to.value, "text", row["interaction_id"])
        except CapReached as error:
            raise jobs.RetryLater(_CAP_SECONDS, error.detail, is_begun=False) from error

    async def _opted_out(self, account_id: UUID, outgoing: Outgoing) -> None:
        """The carrier knows that they stopped: so do we."""
        async with self._db.transaction() as tx:
            now, source = self._conversations.clock(), f"message:{outgoing.message_id}"
            await heard_by_carrier(tx, outgoing.to.value, account_id, source, now)
            await self._save(tx, outgoing.message_id, Delivery.SENDING, None, None, fault="opted_out")

    async def _copy(self, job: jobs.Job) -> None:
        """Lay a copy down at the mailbox; what becomes of it changes nothing of the message."""
        row = await self._db.row(sql.get_message, id=UUID(job.payload["message_id"]))
        if row is None or row["external_id"] is None:
            return
        account, _ = await self._accounts.get(row["account_id"])
        await self.departures.copy_to_account(account, self._channels[account.kind], row["id"], row["external_id"])

    async def _refused(self, interaction_id: UUID, error: NoSuchAddress) -> None:
        async with self._db.transaction() as tx:
            interaction = await store.lock(tx, interaction_id)
            await bounced.refused(tx, interaction, error.bounced, self._conversations.clock())

    async def _outgoing(self, row: Row, attempt: int) -> Outgoing:
        interaction = await store.get(self._db, row["interaction_id"])
        kind = self._channels[interaction["channel"]].identity
        customer = Address(kind, interaction["address"], interaction["address_name"])
        chosen = from_row(row["recipients"])
        to = (customer,) if chosen is None else _addresses(kind, chosen.to)
        keys = await self._db.rows(sql.references_of, interaction_id=row["interaction_id"])
        return Outgoing(
            message_id=row["id"],
            interaction_id=row["interaction_id"],
            number=interaction["number"],
            to=to[0],
            more_to=to[1:],
            cc=_addresses(kind, chosen.cc) if chosen else (),
            bcc=_addresses(kind, chosen.bcc) if chosen else (),
            text=row["text"],
            html=row["html"],
            subject=row["details"].get("subject") or interaction["subject"],
            files=await self.load_files(row["attachments"]),
            references=tuple(key["key"].removeprefix("mid:") for key in reversed(keys)),
            author_name=row["author_name"],
            # What no person wrote says so (RFC 3834), whoever of us had it said.
            is_automatic=bool(row["details"].get("is_automatic")) or row["author_kind"] == "system",
            signature=row["details"].get("signature", ""),
            unsubscribe_url=self._unsubscribe_url(row, to[0]),
            attempt=attempt,
        )

    async def load_files(self, attachments: Sequence[dict[str, Any]]) -> tuple[OutgoingFile, ...]:
        """Return the files that a message keeps, to go along with it."""
        rows = await self._db.rows(sql.files_of_message, ids=[UUID(each["id"]) for each in attachments])
        return tuple(
            [
                OutgoingFile(
                    row["name"], row["content_type"], await self._files.get(bytes(row["sha256"])), cid=str(row["id"])
                )
                for row in rows
            ]
        )

    async def _mark(self, message_id: UUID, delivery: Delivery, error: str | None = None, *, fault: str = "") -> None:
        async with self._db.transaction() as tx:
            await self._save(tx, message_id, delivery, error, None, fault=fault)

    async def _sent(self, row: Row, receipt: Receipt, *, is_copied: bool) -> None:
        async with self._db.transaction() as tx:
            interaction = await store.lock(tx, row["interaction_id"])
            for each in receipt.bounced:
                await bounced.refused(tx, interaction, each, self._conversations.clock())
            await self._save(tx, row["id"], receipt.delivery, receipt.warning, receipt.external_id)
            if is_copied:
                key = f"copy:{row['account_id']}"
                await jobs.enqueue(tx, "message.copy", {"message_id": str(row["id"])}, key=key)
            await store.add_keys(tx, row["account_id"], row["interaction_id"], list(receipt.keys))

    async def _save(
        self,
        tx: Tx,
        message_id: UUID,
        delivery: Delivery,
        error: str | None,
        external_id: str | None,
        *,
        fault: str = "",
    ) -> None:
        found = await tx.row(sql.get_message, id=message_id)
        if found is None:
            return
        interaction = await store.lock(tx, found["interaction_id"])
        known = await tx.row(sql.lock_message, id=message_id)
        if known is None:
            return
        kept = (
            delivery if supersedes(delivery, known["delivery"]) or delivery == Delivery.SENDING else known["delivery"]
        )
        await tx.run(sql.set_delivery, id=message_id, delivery=kept, error=error, external_id=external_id, fault=fault)
        changed = await tx.row(sql.get_message, id=message_id)
        if changed is not None:
            self._conversations.tell_message(tx, store.message(changed), interaction)

    async def _failed(self, job: jobs.Job, reason: str) -> None:
        """Show on the message that it did not arrive, and why."""
        async with self._db.transaction() as tx:
            await self._save(tx, UUID(job.payload["message_id"]), Delivery.FAILED, reason[:500], None)
        _sent.labels("any", "failed").inc()

    # --- calls

    async def _join(self, job: jobs.Job) -> None:
        """Bring caller and agent together; that they are joined is what the carrier tells later."""
        interaction_id, agent_id = UUID(job.payload["interaction_id"]), UUID(job.payload["agent_id"])
        row = await store.get(self._db, interaction_id)
        call = Call(**row["call"])
        if call.is_over or row["agent_id"] != agent_id:
            return
        account, channel = await voice_of(self._accounts, self._channels, row)
        try:
            phone = await phone_of(self._db, agent_id) or ""
            await channel.join(account, call.call_id, interaction_id, agent_id, phone)
        except Invalid as error:
            log.warning("call %s cannot be joined: %s", call.call_id, error.detail)
            return
        payload = {"interaction_id": str(interaction_id), "agent_id": str(agent_id)}
        async with self._db.transaction() as tx:
            await jobs.enqueue(tx, "call.leg_check", payload, run_at=self._conversations.clock() + _LEG_AFTER)

    async def _control(self, job: jobs.Job) -> None:
        """Mute or hold at the carrier; only what the carrier took is kept and shown."""
        interaction_id, agent_id = UUID(job.payload["interaction_id"]), UUID(job.payload["agent_id"])
        change: dict[str, bool] = {name: job.payload[name] for name in ("is_muted", "is_held") if name in job.payload}
        row = await store.get(self._db, interaction_id)
        call = Call(**row["call"])
        if call.status != "joined" or row["agent_id"] != agent_id:
            return
        account, channel = await voice_of(self._accounts, self._channels, row)
        if "is_muted" in change:
            await channel.mute(account, interaction_id, agent_id, is_muted=change["is_muted"])
        if "is_held" in change:
            await channel.hold(account, interaction_id, call.call_id, is_held=change["is_held"])
        await self._controlled(interaction_id, agent_id, change)

    async def _controlled(self, interaction_id: UUID, agent_id: UUID, change: dict[str, bool]) -> None:
        async with self._db.transaction() as tx:
            row = await store.lock(tx, interaction_id)
            before = Call(**row["call"])
            call = before.model_copy(update=change)
            if before.status != "joined" or row["agent_id"] != agent_id or call == before:
                return
            await tx.run(sql.set_call, id=interaction_id, call=call.model_dump(mode="json"))
            await self._conversations.tell(tx, interaction_id, "call")

    async def _hang_up(self, job: jobs.Job) -> None:
        row = await store.get(self._db, UUID(job.payload["interaction_id"]))
        call = Call(**row["call"])
        if not call.is_over:
            account, channel = await voice_of(self._accounts, self._channels, row)
            await channel.hang_up(account, call.call_id)


def is_of_account(error: MarkazError) -> bool:
    """Tell whether nothing at all can be sent for this reason: the server is away, or lets the account not in."""
    fault = error.extra.get("fault")
    return fault == "sender" or (isinstance(error, Unavailable) and fault != "recipient")


def _addresses(kind: IdentityKind, people: Sequence[Recipient]) -> tuple[Address, ...]:
    return tuple(Address(kind, each.address, each.name) for each in people)


async def phone_of(db: Database, staff_id: UUID | None) -> str | None:
    """Return the number or SIP address at which somebody answers; None: in the browser."""
    found = None if staff_id is None else await db.value(sql.phone_of, staff_id=staff_id)
    return None if found is None else str(found)


async def voice_of(accounts: ChannelAccounts, channels: dict[str, Channel], row: Row) -> tuple[Any, VoiceChannel]:
    """Return the account and the channel of a call."""
    account, _ = await accounts.get(row["account_id"])
    channel = channels[account.kind]
    if not isinstance(channel, VoiceChannel):
        raise Invalid("This is not a channel of calls.")
    return account, channel
