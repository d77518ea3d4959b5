"""What the carrier is asked for in calls that are under way: work that is left in a transaction, and its doing.

Everything may be done twice. What the carrier says of it later (`callnews.py`) is what is shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from channels.base import Channel
from channels.calls import Guest, Pressing, VoiceChannel
from core.clock import Clock
from core.errors import Invalid, MarkazError
from core.ids import StaffId
from customers.model import CustomerId
from interactions import store
from interactions.accounts import ChannelAccounts
from interactions.conversations import Conversations
from interactions.model import Call
from interactions.outbox import phone_of, voice_of
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row, Tx

log = logging.getLogger(__name__)

# Whoever hung up in the console is known to have by then; who is not back was lost.
_ALONE_AFTER = timedelta(seconds=3)
_SCHEDULE = (0.5, 1.0, 2.0, 5.0)
# The carrier says within seconds what became of a message; who says nothing at all has none.
_UNHEARD_AFTER = timedelta(minutes=2)


async def leave_alone(tx: Tx, row: Row, agent_id: UUID, now: datetime) -> None:
    """An agent's phone is gone from a call: see soon whether the customer is left alone."""
    await _leave(tx, "call.alone", row["id"], run_at=now + _ALONE_AFTER, agent_id=str(agent_id))


async def leave_unheard(tx: Tx, row: Row, now: datetime) -> None:
    """The call is over at the tone: see later whether the carrier has told of a message."""
    await _leave(tx, "call.unheard", row["id"], run_at=now + _UNHEARD_AFTER)


async def leave_joined(tx: Tx, row: Row, call: Call) -> None:
    """Agent and customer hear each other: take back who waited on hold for it, and record where that is so."""
    await _leave(tx, "call.joined", row["id"], was_held=call.is_held)


async def leave_recorded(tx: Tx, row: Row) -> None:
    """The customer knows that the call is recorded: begin."""
    await _leave(tx, "call.joined", row["id"], was_held=False)


async def leave_release(tx: Tx, row: Row, agent_id: UUID) -> None:
    """The call is handed over: the customer hears music, and the agent's phone goes."""
    await _leave(tx, "call.release", row["id"], agent_id=str(agent_id))


async def leave_party(tx: Tx, row: Row, op: Literal["in", "private", "together"], agent_id: UUID) -> None:
    """Call the third person in, or let the customer hear them or not."""
    await _leave(tx, "call.party", row["id"], op=op, agent_id=str(agent_id))


async def leave_out(tx: Tx, row: Row, label: str, *, with_customer: bool = False) -> None:
    """Hang up on one person; `with_customer`: whoever is left speaks with the customer again."""
    await _leave(tx, "call.out", row["id"], label=label, with_customer=with_customer)


async def leave_handed(tx: Tx, row: Row, label: str, old_agent: UUID, *, ends: bool) -> None:
    """The third person has the call now: the customer hears them, and the agent's phone goes."""
    await _leave(tx, "call.handed", row["id"], label=label, agent_id=str(old_agent), ends=ends)


async def leave_listen(tx: Tx, row: Row, label: str, staff_id: UUID) -> None:
    """Call a supervisor in, or change how they are heard."""
    await _leave(tx, "call.listen", row["id"], label=label, staff_id=str(staff_id))


async def leave_record(tx: Tx, interaction_id: UUID, wanted: Literal["on", "paused"]) -> None:
    await _leave(tx, "call.record", interaction_id, wanted=wanted)


async def _leave(tx: Tx, kind: str, interaction_id: UUID, *, run_at: datetime | None = None, **more: Any) -> None:
    # What waits for its moment must not hold up what is asked meanwhile.
    key = str(interaction_id) if run_at is None else None
    await jobs.enqueue(tx, kind, {"interaction_id": str(interaction_id), **more}, key=key, run_at=run_at)


class Missed(Protocol):
    """Who is told that an agent's phone was not answered, and who keeps what a call is."""

    async def missed(self, tx: Tx, row: Row, agent_id: UUID) -> None: ...

    async def call_changed(self, tx: Tx, row: Row, before: Call, call: Call) -> None: ...

    async def no_message(self, tx: Tx, row: Row) -> None: ...


@dataclass(frozen=True, slots=True)
class Legs:
    """Does it."""

    db: Database
    clock: Clock
    accounts: ChannelAccounts
    channels: dict[str, Channel]
    conversations: Conversations
    news: Missed

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("call.alone", self._alone, schedule=_SCHEDULE)
        worker.handle("call.leg_check", self._leg_check, schedule=(5.0, 30.0))
        worker.handle("call.unheard", self._unheard, schedule=_SCHEDULE)
        worker.handle("call.joined", self._joined, schedule=_SCHEDULE)
        worker.handle("call.release", self._release, schedule=_SCHEDULE)
        worker.handle("call.party", self._party, schedule=_SCHEDULE, on_give_up=self._party_failed)
        worker.handle("call.out", self._out, schedule=_SCHEDULE)
        worker.handle("call.handed", self._handed, schedule=_SCHEDULE)
        worker.handle("call.listen", self._listen, schedule=(0.5, 1.0), on_give_up=self._not_listening)
        worker.handle("call.record", self._record, schedule=(0.5, 1.0), on_give_up=self._not_recorded)

    async def _look(self, job: jobs.Job) -> tuple[Row, Call, Any, VoiceChannel]:
        row = await store.get(self.db, UUID(job.payload["interaction_id"]))
        account, channel = await voice_of(self.accounts, self.channels, row)
        return row, Call(**row["call"]), account, channel

    async def press(self, row: Row, call: Call, keys: str) -> None:
        """Send tones at once and by no job, which would keep them. Raises Invalid where the line has none."""
        account, channel = await voice_of(self.accounts, self.channels, row)
        if not isinstance(channel, Pressing):
            raise Invalid("Keys are pressed at the telephone itself.")
        party = call.party
        is_aside = party is not None and party.is_private and party.status == "talking"
        await channel.press(account, row["id"], party.label if party is not None and is_aside else call.call_id, keys)

    # --- the agent's own phone

    async def _alone(self, job: jobs.Job) -> None:
        """Ring an agent who was cut off once more, while they are there; else somebody else is asked."""
        row, call, account, channel = await self._look(job)
        agent_id = UUID(job.payload["agent_id"])
        if call.status != "joined" or row["agent_id"] != agent_id or row["state"] != "assigned":
            return
        if await channel.is_in(account, row["id"], channel.agent_label(agent_id)):
            return
        await self._hold(row, call, account, channel, is_held=True)
        async with self.db.transaction() as tx:
            row = await store.lock(tx, row["id"])
            before = Call(**row["call"])
            if before.status != "joined" or row["agent_id"] != agent_id or row["state"] != "assigned":
                return
            call = before.model_copy(update={"status": "waiting", "is_held": True})
            await tx.run(sql.set_call, id=row["id"], call=call.model_dump(mode="json"))
            await self.conversations.note_event(tx, row, "call.cut_off", self.clock(), row["agent_name"] or "")
            if await self.conversations.is_present(tx, StaffId(agent_id)):
                payload = {"interaction_id": str(row["id"]), "agent_id": str(agent_id)}
                await jobs.enqueue(tx, "call.join", payload, key=str(row["id"]))
                await self.conversations.tell(tx, row["id"], "call")
            else:
                await self.news.missed(tx, row, agent_id)

    async def _leg_check(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        agent_id = UUID(job.payload["agent_id"])
        if call.status not in ("ringing", "waiting") or row["agent_id"] != agent_id or row["state"] != "assigned":
            return
        is_in = await channel.is_in(account, row["id"], channel.agent_label(agent_id))
        async with self.db.transaction() as tx:
            row = await store.lock(tx, row["id"])
            before = Call(**row["call"])
            if before != call or row["agent_id"] != agent_id:
                return
            if is_in:
                now = self.clock()
                await self.news.call_changed(tx, row, before, before.changed("joined", -1, now, is_leg=True))
            else:
                await self.news.missed(tx, row, agent_id)

    async def _unheard(self, job: jobs.Job) -> None:
        async with self.db.transaction() as tx:
            await self.news.no_message(tx, await store.lock(tx, UUID(job.payload["interaction_id"])))

    async def _joined(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        if call.is_over:
            return
        if job.payload["was_held"]:
            await self._hold(row, call, account, channel, is_held=False)
        if not getattr(account.settings, "is_recorded", False) or call.recording != "off":
            return
        if _must_announce(row, account.settings) and not call.is_announced:
            await self._announce(row, call, account, channel)
            return
        await self._keep_recording(row["id"], "on" if await self._recorded(row, call, account, channel) else "off")

    async def _announce(self, row: Row, call: Call, account: Any, channel: VoiceChannel) -> None:
        """Have it said that the call is recorded; without the news that it was, nothing is."""
        language = row["details"].get("locale") or ""
        if not language:
            async with self.db.transaction() as tx:
                language = (await self.conversations.customers.card(tx, CustomerId(row["customer_id"]))).locale or ""
        try:
            await channel.announce(account, row["id"], call.call_id, language)
        except Invalid as error:
            log.warning("call %s is not recorded, since that cannot be said in it: %s", row["id"], error.detail)

    async def _recorded(self, row: Row, call: Call, account: Any, channel: VoiceChannel) -> bool:
        """Begin; a carrier that does not record is no reason to end a call."""
        try:
            return await channel.record(account, row["id"], call.call_id, "on")
        except Invalid as error:
            log.warning("call %s is not recorded: %s", row["id"], error.detail)
            return False

    async def _release(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        if call.is_over:
            return
        await self._hold(row, call, account, channel, is_held=True)
        await channel.send_out(account, row["id"], channel.agent_label(UUID(job.payload["agent_id"])))

    async def _hold(self, row: Row, call: Call, account: Any, channel: VoiceChannel, *, is_held: bool) -> None:
        try:
            await channel.hold(account, row["id"], call.call_id, is_held=is_held)
        except Invalid:
            # Who is not in the room hears nobody anyway.
            return
        await self._note(row["id"], is_held=is_held)

    # --- the third person

    async def _party(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        if call.status != "joined" or call.party is None or str(row["agent_id"]) != job.payload["agent_id"]:
            return
        op, party = job.payload["op"], call.party
        await self._hold(row, call, account, channel, is_held=op != "together")
        if op == "in":
            address = party.address or await phone_of(self.db, party.id) or ""
            address = address or (channel.browser_phone(party.id) if party.id else "")
            await channel.call_in(account, row["id"], Guest(party.label, address))

    async def _party_failed(self, job: jobs.Job, reason: str) -> None:
        log.warning("nobody was called into %s: %s", job.payload["interaction_id"], reason)
        async with self.db.transaction() as tx:
            row = await store.lock(tx, UUID(job.payload["interaction_id"]))
            call = Call(**row["call"])
            if call.party is not None and call.party.status == "calling":
                await self.drop_party(tx, row, call, "call.party_missed")

    async def drop_party(self, tx: Tx, row: Row, call: Call, event: str) -> None:
        """The third person is gone: agent and customer speak again."""
        if call.party is None:
            return
        label, name = call.party.label, call.party.name
        call = call.model_copy(update={"party": None})
        await tx.run(sql.set_call, id=row["id"], call=call.model_dump(mode="json"))
        await self.conversations.note_event(tx, row, event, self.clock(), name)
        await leave_out(tx, row, label, with_customer=True)
        await self.conversations.tell(tx, row["id"], "call")

    async def _out(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        if call.is_over:
            return
        await channel.send_out(account, row["id"], job.payload["label"])
        if job.payload["with_customer"]:
            await self._hold(row, call, account, channel, is_held=False)

    async def _handed(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        if call.is_over:
            return
        await channel.bind(account, row["id"], job.payload["label"], ends=job.payload["ends"])
        await self._hold(row, call, account, channel, is_held=False)
        await channel.send_out(account, row["id"], channel.agent_label(UUID(job.payload["agent_id"])))

    # --- supervisors

    async def _listen(self, job: jobs.Job) -> None:
        row, call, account, channel = await self._look(job)
        listener = next((each for each in call.listeners if each.label == job.payload["label"]), None)
        if listener is None or call.status != "joined" or row["agent_id"] is None:
            return
        staff_id = UUID(job.payload["staff_id"])
        address = await phone_of(self.db, staff_id) or channel.browser_phone(staff_id)
        mode: Literal["speak", "monitor", "whisper"] = "speak" if listener.mode == "barge" else listener.mode
        guest = Guest(listener.label, address, mode, row["agent_id"])
        if listener.status == "calling":
            await channel.call_in(account, row["id"], guest)
        else:
            await channel.change_guest(account, row["id"], guest, is_heard=mode == "speak")

    async def _not_listening(self, job: jobs.Job, reason: str) -> None:
        """Show nobody in the call who is not."""
        log.warning("nobody listens to %s: %s", job.payload["interaction_id"], reason)
        async with self.db.transaction() as tx:
            row = await store.lock(tx, UUID(job.payload["interaction_id"]))
            call = Call(**row["call"])
            left = [each for each in call.listeners if each.label != job.payload["label"]]
            await tx.run(
                sql.set_call,
                id=row["id"],
                call=call.model_copy(update={"listeners": left}).model_dump(mode="json"),
            )
            await self.conversations.tell(tx, row["id"], "call")

    # --- recording

    async def _record(self, job: jobs.Job) -> None:
        """Pause or go on; a pause that is not confirmed ends the recording, and fails the job until it is ended."""
        row, call, account, channel = await self._look(job)
        wanted: Literal["on", "paused"] = job.payload["wanted"]
        if call.is_over or call.recording == "off":
            return
        try:
            is_done = await channel.record(account, row["id"], call.call_id, wanted)
        except MarkazError:
            is_done = False
        if is_done:
            await self._keep_recording(row["id"], wanted, is_doubtful=False if wanted == "paused" else None)
        elif wanted == "paused":
            if not await channel.record(account, row["id"], call.call_id, "off"):
                raise jobs.RetryLater(0.5, "the carrier does not say that it stopped recording")
            await self._keep_recording(row["id"], "off")

    async def _not_recorded(self, job: jobs.Job, reason: str) -> None:
        """Nobody knows whether it is recorded: it stays marked, and what was recorded will not be kept."""
        log.error("whether call %s is recorded is not known: %s", job.payload["interaction_id"], reason)

    async def _keep_recording(
        self, interaction_id: UUID, state: Literal["on", "paused", "off"], *, is_doubtful: bool | None = None
    ) -> None:
        more = {} if is_doubtful is None else {"is_doubtful": is_doubtful}
        await self._note(interaction_id, recording=state, **more)

    async def _note(self, interaction_id: UUID, **change: Any) -> None:
        async with self.db.transaction() as tx:
            row = await store.lock(tx, interaction_id)
            before = Call(**row["call"])
            call = before.model_copy(update=change)
            if before.is_over or call == before:
                return
            await tx.run(sql.set_call, id=interaction_id, call=call.model_dump(mode="json"))
            await self.conversations.tell(tx, interaction_id, "call")


def _must_announce(row: Row, settings: Any) -> bool:
    """Tell whether customers are to hear first that it is recorded: the account, the flow or a law says so."""
    return bool(row["details"].get("announces_recording")) or bool(getattr(settings, "announces_recording", False))
