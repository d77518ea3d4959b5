"""What staff does with callbacks: promise one, look at them, move them, call them off; and what a queue offers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from access.model import Permission
from callbacks import store
from callbacks.model import (
    Callback,
    CallbackChange,
    CallbackQuery,
    CallbackRuleSaved,
    NewCallback,
    Rule,
    RuleChange,
    RuleView,
    is_a_time,
)
from callbacks.service import Callbacks, NoTelephone
from callbacks.store import sql
from consents.service import must_reach
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import BranchId, uuid7
from interactions.conversations import Conversations
from interactions.service import Interactions
from storage.database import Database, Row, Tx

_FIRST = UUID(int=0)


class UnderWay(Conflict):
    """It is being called at this moment, or is over."""


class CallbackDesk:
    """Callbacks as staff has them."""

    def __init__(
        self, db: Database, clock: Clock, conversations: Conversations, interactions: Interactions, callbacks: Callbacks
    ) -> None:
        self._db, self._clock, self._conversations = db, clock, conversations
        self._interactions, self._callbacks = interactions, callbacks

    async def search(self, actor: Actor, wanted: CallbackQuery, before: UUID | None) -> list[Callback]:
        """List callbacks in scope, newest first; without the permission to manage them only the own ones."""
        is_own = wanted.mine or not actor.may(Permission.CALLBACK_MANAGE)
        rows = await self._db.rows(
            sql.list_callbacks,
            branches=actor.branch_scope,
            queue_id=wanted.queue_id,
            customer_id=wanted.customer_id,
            owner=(actor.id or _FIRST) if is_own else None,
            is_open=wanted.state == "open",
            state=None if wanted.state == "open" else wanted.state,
            before=before,
            most=wanted.limit,
        )
        return [store.callback(row) for row in rows]

    async def promise(self, actor: Actor, new: NewCallback) -> Callback:
        """Have a customer called, now or at a moment; once per `client_id`."""
        now, number = self._clock(), self._callbacks.number(new.number)
        if new.at is not None and not is_a_time(new.at, now):
            raise Invalid("The moment lies in the future, at most 90 days ahead.", field="at")
        at = new.at or now
        if new.source_id is not None:
            await self._interactions.get(actor, new.source_id)
        async with self._db.transaction(actor) as tx:
            queue = await self._conversations.routing.queues.must_see(tx, actor, new.queue_id)
            actor.must(Permission.INTERACTION_START, queue.branch_id)
            await self._conversations.customers.must_read(tx, actor, new.customer_id)
            await must_reach(tx, number)
            known = await tx.value(sql.find_requested, requested_by=actor.label, client_id=new.client_id)
            if known is None:
                known = await self._write(tx, actor, new, number, at, queue.branch_id)
            return await store.get(tx, known)

    async def _write(
        self, tx: Tx, actor: Actor, new: NewCallback, number: str, at: datetime, branch_id: BranchId | None
    ) -> UUID:
        account_id = (await self._callbacks.rule(tx, new.queue_id)).account_id
        if account_id is None:
            raise NoTelephone
        if new.agent_id is not None:
            await self._conversations.must_know(tx, actor, new.agent_id)
        callback_id = uuid7()
        await tx.run(
            sql.insert_callback,
            id=callback_id,
            source_id=new.source_id,
            account_id=account_id,
            queue_id=new.queue_id,
            branch_id=branch_id,
            customer_id=new.customer_id,
            number=number,
            locale=actor.locale,
            first_enqueued_at=at,
            priority=0,
            is_emergency=False,
            attributes={},
            agent_id=new.agent_id,
            next_try_at=at,
            requested_by=actor.label,
            client_id=new.client_id,
            note=new.note,
            created_at=self._clock(),
        )
        await self._callbacks.schedule(tx, callback_id, at)
        await store.save(tx, await self._row(tx, callback_id), "scheduled", at, next_try_at=at)
        return callback_id

    async def change(self, actor: Actor, callback_id: UUID, change: CallbackChange) -> Callback:
        """Give it another moment, queue or agent; not while the telephone rings."""
        now = self._clock()
        if change.at is not None and not is_a_time(change.at, now):
            raise Invalid("The moment lies in the future, at most 90 days ahead.", field="at")
        async with self._db.transaction(actor) as tx:
            row = await self._mine(tx, actor, callback_id)
            if row["version"] != change.version:
                raise Conflict.overtaken()
            if change.queue_id is not None:
                await self._conversations.routing.queues.must_see(tx, actor, change.queue_id)
            if change.agent_id is not None:
                await self._conversations.must_know(tx, actor, change.agent_id)
            moved = {name: getattr(change, name) or row[name] for name in ("queue_id", "agent_id")}
            await self._move(tx, row, change.at, now, moved)
            return await store.get(tx, callback_id)

    async def _move(self, tx: Tx, row: Row, at: datetime | None, now: datetime, moved: dict[str, UUID | None]) -> None:
        """Wait for the new moment, or go on waiting elsewhere; another moment is another place in the queue."""
        when = at or row["next_try_at"]
        if row["state"] == "waiting" and at is None:
            # It goes on waiting, with its place, behind another door.
            when = now
        first = at or row["first_enqueued_at"]
        await self._callbacks.stop_waiting(tx, row, now)
        await self._callbacks.schedule(tx, row["id"], when)
        await store.save(tx, row, "scheduled", now, next_try_at=when, first_enqueued_at=first, **moved)

    async def cancel(self, actor: Actor, callback_id: UUID) -> Callback:
        """Call it off; not while the telephone rings."""
        async with self._db.transaction(actor) as tx:
            row = await self._mine(tx, actor, callback_id)
            await self._callbacks.end(tx, row, "cancelled", "by_staff", self._clock())
            return await store.get(tx, callback_id)

    async def cancel_by_customer(self, tx: Tx, callback_id: UUID, requested_by: str) -> None:
        """The customer needs no call any more; in the caller's transaction."""
        await self._interactions.work.lock(tx, callback_id)
        row = await self._row(tx, callback_id)
        if row["requested_by"] != requested_by:
            raise NotFound
        if row["closed_at"] is None:
            await _must_wait(tx, row)
            await self._callbacks.end(tx, row, "cancelled", "by_customer", self._clock())
        if row["source_id"] is not None:
            await tx.run(sql.name_source, id=row["source_id"], callback=None)

    # --- what a queue offers

    async def rules(self, actor: Actor) -> list[RuleView]:
        return [RuleView(**dict(row)) for row in await self._db.rows(sql.list_rules, branches=actor.branch_scope)]

    async def change_rule(self, actor: Actor, queue_id: UUID, change: RuleChange) -> Rule:
        """Say what a queue does for those who wait in it."""
        async with self._db.transaction(actor) as tx:
            queue = await self._conversations.routing.queues.must_see(tx, actor, queue_id)
            actor.must(Permission.QUEUE_MANAGE, queue.branch_id)
            if change.account_id is not None:
                branches = actor.branch_scope
                if not await tx.value(sql.is_telephone, id=change.account_id, branches=branches):
                    raise Invalid("This is no telephone account.", field="account_id")
            if await tx.value(sql.save_rule, queue_id=queue_id, **change.model_dump()) is None:
                raise Conflict.overtaken()
            tx.emit(
                CallbackRuleSaved(queue_id=queue_id, is_offered=change.is_offered, keep_minutes=change.keep_minutes)
            )
            return await self._callbacks.rule(tx, queue_id)

    # --- what several share

    async def _mine(self, tx: Tx, actor: Actor, callback_id: UUID) -> Row:
        """Lock a callback that the actor may move, and that is not on the line."""
        await self._interactions.work.lock(tx, callback_id)
        row = await self._row(tx, callback_id)
        actor.must(Permission.CALLBACK_MANAGE, row["branch_id"])
        await _must_wait(tx, row)
        return row

    async def _row(self, tx: Tx, callback_id: UUID) -> Row:
        row = await tx.row(sql.lock_callback, id=callback_id)
        if row is None:
            raise NotFound("There is no such callback.")
        return row


async def _must_wait(tx: Tx, row: Row) -> None:
    if not await store.still_waits(tx, row):
        raise UnderWay
