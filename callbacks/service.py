"""Use-cases of callbacks: promised, waiting with the old place, tried, tried again, over.

Everybody locks the conversation first, then the callback, then the work. The calls themselves are placed by
`interactions.placed`; what becomes of them is told here, in the transaction in which it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from access.model import Locale
from callbacks import store
from callbacks.model import MOST_ATTEMPTS, Reason, Rule, State, next_try
from callbacks.store import sql
from core.clock import Clock
from core.errors import Invalid
from core.ids import BranchId, StaffId, uuid7
from core.telephone import callable_number
from customers.model import CustomerId
from interactions.conversations import Conversations
from interactions.model import Call
from interactions.placed import NewCall, PlacedCalls, leave_end
from interactions.work import ConversationWork
from notices.model import DocumentRef, Notice
from notices.service import Notices
from routing.values import KeptPlace, NewWork
from storage import jobs
from storage.database import Database, Row, Tx

_UNITS = 100


class NoNumber(Invalid):
    """The number cannot be called: write it with + and the country code."""


class NoTelephone(Invalid):
    """There is no telephone here to call from."""


class Callbacks:
    """Keeps promises. Told by routing whose turn it is, and by interactions what became of a call."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        conversations: Conversations,
        work: ConversationWork,
        placed: PlacedCalls,
        notices: Notices,
        region: str,
    ) -> None:
        self._db, self._clock, self._conversations = db, clock, conversations
        self._work, self._placed, self._notices, self._region = work, placed, notices, region
        self._routing = conversations.routing

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("callback.due", self._due)

    # --- promising

    def number(self, text: str) -> str:
        """Return a number as it is dialled. Raises NoNumber."""
        found = callable_number(text, self._region)
        if found is None:
            raise NoNumber(field="number")
        return found

    async def ask(
        self, tx: Tx, row: Row, text: str, client_id: str, *, requested_by: str, locale: Locale = "en"
    ) -> UUID:
        """Call whoever waits in this conversation back at a number, in their place; once per `client_id`.

        The conversation ends. When the number is being called back already, that one counts.
        """
        known = await tx.value(sql.find_requested, requested_by=requested_by, client_id=client_id)
        if known is not None:
            return UUID(str(known))
        now, number = self._clock(), self.number(text)
        account_id = (
            row["account_id"] if row["channel"] == "voice" else (await self.rule(tx, row["queue_id"])).account_id
        )
        if account_id is None:
            raise NoTelephone
        place = await self._routing.waits.kept(tx, row["id"])
        await tx.value(sql.lock_number, number=number)
        found = await tx.value(sql.find_open, number=number)
        if found is None:
            promised = {"requested_by": requested_by, "client_id": client_id, "locale": locale, "number": number}
            found = await self._promise(tx, row, place, now, account_id=account_id, **promised)
            await self._let_wait(tx, await self._lock(tx, found), now)
        await self._close_source(tx, row, UUID(str(found)), number, now)
        return UUID(str(found))

    async def _promise(self, tx: Tx, row: Row, place: KeptPlace | None, now: datetime, **promised: Any) -> UUID:
        callback_id = uuid7()
        await tx.run(
            sql.insert_callback,
            id=callback_id,
            source_id=row["id"],
            queue_id=row["queue_id"],
            branch_id=row["branch_id"],
            customer_id=row["customer_id"],
            first_enqueued_at=now if place is None else place.first_enqueued_at,
            priority=0 if place is None else place.priority,
            is_emergency=place is not None and place.is_emergency,
            attributes={} if place is None else place.attributes,
            agent_id=None,
            next_try_at=now,
            note="",
            created_at=now,
            **promised,
        )
        return callback_id

    async def _close_source(self, tx: Tx, row: Row, callback_id: UUID, number: str, now: datetime) -> None:
        await tx.run(sql.name_source, id=row["id"], callback={"id": str(callback_id), "number": number})
        await self._conversations.note_event(tx, row, "callback", now, number)
        if row["state"] == "queued":
            await self._routing.withdraw(tx, row["id"], cause="changed")
            await self._conversations.move(tx, row, "closed", now)
        await self._conversations.tell(tx, row["id"], "closed")

    async def schedule(self, tx: Tx, callback_id: UUID, at: datetime) -> None:
        """Leave a promise that was written to be kept at its moment."""
        await jobs.enqueue(tx, "callback.due", {"callback_id": str(callback_id), "at": at.isoformat()}, run_at=at)

    # --- its turn

    async def _due(self, job: jobs.Job) -> None:
        """Its moment has come; one that was changed since has another."""
        callback_id, now = UUID(job.payload["callback_id"]), self._clock()
        async with self._db.transaction() as tx:
            await self._work.lock(tx, callback_id)
            row = await self._lock(tx, callback_id)
            if row["state"] != "scheduled" or row["next_try_at"] != datetime.fromisoformat(job.payload["at"]):
                return
            await tx.value(sql.lock_number, number=row["number"])
            other = await tx.value(sql.find_open, number=row["number"])
            if other not in (None, callback_id):
                await store.save(tx, row, "cancelled", now, reason="merged")
                return
            await self._let_wait(tx, row, now)

    async def _let_wait(self, tx: Tx, row: Row, now: datetime) -> None:
        """Let it wait with its place: the work has the same key as what it stands for."""
        await store.save(tx, row, "waiting", now)
        call = NewCall(
            id=row["id"],
            account_id=row["account_id"],
            customer_id=CustomerId(row["customer_id"]),
            number=row["number"],
            queue_id=row["queue_id"],
            branch_id=row["branch_id"],
            subject=row["note"] or None,
            details={"callback": {"source_id": str(row["source_id"])}} if row["source_id"] else {},
        )
        interaction = await self._placed.open(tx, call, row["attempts"] + 1)
        work = NewWork(
            id=row["id"],
            kind="callback",
            queue_id=row["queue_id"],
            branch_id=None if row["branch_id"] is None else BranchId(row["branch_id"]),
            channel="voice",
            units=_UNITS,
            first_enqueued_at=row["first_enqueued_at"],
            priority=row["priority"],
            is_emergency=row["is_emergency"],
            attributes=row["attributes"],
            sticky_agent_id=row["agent_id"],
            summary=await self._conversations.summary(tx, interaction),
        )
        await self._routing.enqueue(tx, work)

    # --- what routing tells

    async def lock(self, tx: Tx, work_id: UUID) -> None:
        await self._work.lock(tx, work_id)
        await tx.row(sql.lock_callback, id=work_id)

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None:
        """An agent accepted: their phone rings, and then the customer's."""
        await self._work.assigned(tx, work_id, agent_id, now)
        row = await self._lock(tx, work_id)
        await store.save(tx, row, "dialling" if row["state"] == "waiting" else row["state"], now, agent_id=agent_id)

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None:
        await self._work.wrapped_up(tx, work_id, now)

    async def silent(self, reader: Database, before: datetime, most: int) -> list[UUID]:  # noqa: ARG002 - calls have no turns
        """Nobody is silent on the telephone."""
        return []

    async def calmed(self, tx: Tx, work_id: UUID) -> None:
        """It never is, since nobody is named silent."""

    async def waits_again(self, tx: Tx, work_id: UUID, queue_id: UUID | None, event: str, text: str) -> None:
        """Its agent is gone, or it waits in another queue: the promise goes along."""
        await self._work.waits_again(tx, work_id, queue_id, event, text)
        row = await self._lock(tx, work_id)
        state: State = "waiting" if row["state"] == "dialling" else row["state"]
        await store.save(tx, row, state, self._clock(), queue_id=queue_id or row["queue_id"])

    async def tell_customer(self, tx: Tx, work_id: UUID, texts: Mapping[Locale, str]) -> bool:
        return await self._work.tell_customer(tx, work_id, texts)

    async def offer(self, tx: Tx, work_id: UUID) -> bool:
        """Let whoever waits choose to be called back: what an overflow does. False when nobody waits, or it is one."""
        return await self._routing.waits.offer_callback(tx, work_id, self._clock())

    # --- what interactions tell

    async def wanted(self, tx: Tx, row: Row, number: str, client_id: str) -> None:
        """A caller pressed the keys for it."""
        await self.ask(tx, row, number, client_id, requested_by="caller")

    async def place(self, tx: Tx, row: Row, now: datetime) -> KeptPlace | None:
        """Return the place of somebody who was to be called and calls, or who left while waiting and is back."""
        if row["channel"] not in ("voice", "webchat"):
            return None
        promised = await self._called_again(tx, row, now) if row["channel"] == "voice" else None
        if promised is not None:
            return promised
        rule = await self.rule(tx, row["queue_id"])
        since = now - timedelta(minutes=rule.keep_minutes)
        recent = await tx.rows(sql.recent_of_address, account_id=row["account_id"], address=row["address"], since=since)
        if not recent:
            return None
        return await self._routing.waits.take_back(tx, [each["id"] for each in recent], row["queue_id"], since)

    async def _called_again(self, tx: Tx, row: Row, now: datetime) -> KeptPlace | None:
        """Who calls need not be called any more, unless their telephone rings already."""
        found = await tx.value(sql.find_open, number=row["address"])
        if found is None:
            return None
        await self._work.lock(tx, found)
        promise = await self._lock(tx, found)
        if not await store.still_waits(tx, promise):
            return None
        await self.end(tx, promise, "done", "called_again", now)
        return KeptPlace(**{name: promise[name] for name in KeptPlace.model_fields})

    async def answered(self, tx: Tx, row: Row) -> None:
        promise = await self._lock(tx, row["id"])
        await store.save(tx, promise, "connected", self._clock())

    async def ended(self, tx: Tx, row: Row, call: Call) -> bool:
        """A call is over: talked, or tried; whoever was not reached is tried again, three times in all."""
        now, promise = self._clock(), await self._lock(tx, row["id"])
        if promise["closed_at"] is not None:
            return False
        if call.answered_at is not None:
            await store.save(tx, promise, "done", now, reason="talked")
            return False
        if row["state"] in ("wrap_up", "closed"):
            await store.save(tx, promise, "cancelled", now, reason="by_agent")
            return False
        await self._conversations.note_event(tx, row, f"call.{call.status}", now)
        await self._routing.withdraw(tx, row["id"], cause="changed")
        await self._conversations.move(tx, row, "closed", now, agent_id=row["agent_id"])
        await leave_end(tx, row["id"])
        await self._try_again(tx, promise, call, now)
        return True

    async def _try_again(self, tx: Tx, row: Row, call: Call, now: datetime) -> None:
        attempts = min(row["attempts"] + 1, MOST_ATTEMPTS)
        reason: Reason = "busy" if call.status == "busy" else "unreachable" if call.status == "failed" else "no_answer"
        again = next_try(attempts, now)
        if again is not None:
            await store.save(tx, row, "scheduled", now, attempts=attempts, next_try_at=again, reason=reason)
            await self.schedule(tx, row["id"], again)
            return
        await store.save(tx, row, "failed", now, attempts=attempts, reason=reason)
        if row["agent_id"] is not None:
            ref = DocumentRef(kind="interaction", id=row["id"])
            notice = Notice(kind="callback_failed", source=f"callback:{row['id']}", text=row["number"])
            await self._notices.notify(tx, [row["agent_id"]], ref, notice)

    async def agent_missed(self, tx: Tx, row: Row) -> None:
        """The agent's phone was not answered: it waits again where it was, and this was no try."""
        now, promise = self._clock(), await self._lock(tx, row["id"])
        await self._routing.requeue(tx, row["id"])
        await self._conversations.move(tx, row, "queued", now)
        await self._conversations.tell(tx, row["id"], "requeued")
        await store.save(tx, promise, "waiting", now)

    # --- what several share

    async def rule(self, reader: Tx | Database, queue_id: UUID) -> Rule:
        return await store.rule(reader, queue_id)

    async def end(self, tx: Tx, row: Row, state: Any, reason: Reason, now: datetime) -> None:
        """End a promise under whose conversation's lock this is; what waits for it waits no longer."""
        await self.stop_waiting(tx, row, now)
        await store.save(tx, row, state, now, reason=reason)

    async def stop_waiting(self, tx: Tx, row: Row, now: datetime) -> None:
        """Take it out of the queue, if it is in one."""
        if row["state"] != "waiting":
            return
        await self._routing.withdraw(tx, row["id"], cause="changed")
        await self._work.drop(tx, row["id"], now)

    async def _lock(self, tx: Tx, callback_id: UUID) -> Row:
        row = await tx.row(sql.lock_callback, id=callback_id)
        if row is None:
            raise Invalid("There is no such callback.")
        return row
