"""Texts to many: who gets one is decided and written down first, then they go one by one, each at most once.

Each text is a conversation of its author, as if they had written to each alone: an answer comes back to them.
"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID, uuid5

from access.model import Permission
from access.people import People
from channels.dialling import TEXT_KINDS
from consents import service as consents
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, MarkazError, NotFound
from core.placeholders import filled
from core.telephone import callable_number
from interactions.model import StartInteraction
from interactions.service import Interactions
from interactions.signatures import USUAL
from storage import jobs
from storage.database import Database, Row, Tx
from telephony.store import sql
from telephony.textmodel import Batch, BatchItem, BatchState, Left, NewBatch, TextBatchChanged

SEND = "text.batch"
_AT_ONCE = 20
_PAUSE_SECONDS = 1.0


class TextLaw(Protocol):
    """Who knows what the law of a country asks of texts."""

    async def signed(self, text: str, number: str) -> str:
        """Return a text to many with what has to stand at its end for who has this number."""


class Batches:
    def __init__(
        self, db: Database, clock: Clock, people: People, interactions: Interactions, region: str, law: TextLaw
    ) -> None:
        self._db, self._clock, self._people = db, clock, people
        self._interactions, self._region, self._law = interactions, region, law

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(SEND, self._send)

    async def add(self, actor: Actor, new: NewBatch) -> Batch:
        """Write down who gets the text, once per `client_id`; those who cannot or must not are left out, and why."""
        if actor.id is None:
            raise Invalid("A text to many has a person who answers for it.")
        batch_id = uuid5(actor.id, f"batch:{new.client_id}")
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            account = await tx.row(sql.account_branch, id=new.account_id)
            if account is None or account["kind"] not in TEXT_KINDS or not account["is_enabled"]:
                raise NotFound("There is no such enabled account of texts.")
            actor.must(Permission.TEXT_SEND_MANY, account["branch_id"])
            actor.must(Permission.INTERACTION_START, account["branch_id"])
            if await tx.row(sql.get_batch, id=batch_id) is None:
                send_at = new.send_at or now
                await tx.run(
                    sql.insert_batch,
                    id=batch_id,
                    account_id=new.account_id,
                    branch_id=account["branch_id"],
                    name=new.name,
                    text=new.text,
                    send_at=send_at,
                    created_by=actor.id,
                    created_at=now,
                )
                items = await self._items(tx, actor, new)
                await tx.many(sql.insert_item, [{"batch_id": batch_id, **item} for item in items])
                await jobs.enqueue(tx, SEND, {"batch_id": str(batch_id)}, key=f"batch:{batch_id}", run_at=send_at)
                tx.emit(TextBatchChanged(batch_id=batch_id, state="waiting", people=len(items)))
            return await self._view(tx, batch_id)

    async def _items(self, tx: Tx, actor: Actor, new: NewBatch) -> list[dict[str, object]]:
        rows = await tx.rows(sql.people_to_text, ids=new.customer_ids, branches=actor.branch_scope)
        found = {row["id"]: self._number_of(row) for row in rows}
        stopped = await consents.opted_out(tx, [each for each in found.values() if each], new.account_id)
        items: list[dict[str, object]] = []
        taken: set[str] = set()
        for customer_id in dict.fromkeys(new.customer_ids):
            if customer_id not in found:
                raise NotFound("There is no such customer.")
            number = found[customer_id]
            reason: Left | None = (
                "no_number"
                if number is None
                else "twice"
                if number in taken
                else "opted_out"
                if number in stopped
                else None
            )
            # Who has no number has a place in the list all the same.
            key = number if number is not None and number not in taken else f"-{customer_id}"
            taken.add(key)
            state = "waiting" if reason is None else "left_out"
            items.append({"number": key, "customer_id": customer_id, "state": state, "reason": reason})
        return items

    def _number_of(self, row: Row) -> str | None:
        return next((each for text in row["numbers"] if (each := callable_number(text, self._region))), None)

    async def _send(self, job: jobs.Job) -> None:
        """Send the next few, and come back for the rest: nobody else's texts wait behind a thousand."""
        batch_id = UUID(job.payload["batch_id"])
        batch = await self._db.row(sql.get_batch, id=batch_id)
        if batch is None or batch["state"] not in ("waiting", "sending"):
            return
        author = (await self._people.actors(self._db, [batch["created_by"]])).get(batch["created_by"])
        await self._set(batch_id, "sending")
        items = await self._db.rows(sql.next_items, batch_id=batch_id, most=_AT_ONCE)
        stopped = await consents.opted_out(self._db, [item["number"] for item in items], batch["account_id"])
        for item in items:
            await self._send_one(batch, item, author, is_stopped=item["number"] in stopped)
        if await self._db.value(sql.is_any_waiting, batch_id=batch_id):
            raise jobs.RetryLater(_PAUSE_SECONDS, "more of them wait", is_begun=False)
        await self._set(batch_id, "done")

    async def _send_one(self, batch: Row, item: Row, author: Actor | None, *, is_stopped: bool) -> None:
        text = filled(batch["text"], {"customer.name": item["customer_name"]}, USUAL["en"])
        state, interaction_id = "failed", None
        reason: str | None = "not_seen"
        if author is not None and is_stopped:
            state, reason = "left_out", "opted_out"
        elif author is not None:
            new = StartInteraction(
                account_id=batch["account_id"],
                customer_id=item["customer_id"],
                address=item["number"],
                client_id=uuid5(batch["id"], item["number"]).hex,
                text=await self._law.signed(text, item["number"]),
            )
            try:
                interaction_id = (await self._interactions.start(author, new)).id
                state, reason = "sent", None
            except MarkazError as error:
                reason = error.detail[:200]
        await self._db.run(
            sql.set_item,
            batch_id=batch["id"],
            number=item["number"],
            state=state,
            reason=reason,
            interaction_id=interaction_id,
        )

    async def _set(self, batch_id: UUID, state: BatchState) -> None:
        async with self._db.transaction() as tx:
            if await tx.value(sql.set_batch, id=batch_id, state=state) is not None:
                tx.emit(TextBatchChanged(batch_id=batch_id, state=state))

    async def cancel(self, actor: Actor, batch_id: UUID) -> Batch:
        """Send no more of it; what went has gone."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_batch, id=batch_id)
            if row is None:
                raise NotFound("There is no such batch.")
            actor.must(Permission.TEXT_SEND_MANY, row["branch_id"])
            if row["state"] not in ("waiting", "sending"):
                raise Conflict("It is over already.")
            await tx.value(sql.set_batch, id=batch_id, state="cancelled")
            tx.emit(TextBatchChanged(batch_id=batch_id, state="cancelled"))
            return await self._view(tx, batch_id)

    async def list_all(self, actor: Actor) -> list[Batch]:
        actor.must(Permission.TEXT_SEND_MANY)
        return [_batch(row) for row in await self._db.rows(sql.list_batches, branches=actor.branch_scope)]

    async def items(self, actor: Actor, batch_id: UUID) -> list[BatchItem]:
        row = await self._db.row(sql.get_batch, id=batch_id)
        if row is None:
            raise NotFound("There is no such batch.")
        actor.must(Permission.TEXT_SEND_MANY, row["branch_id"])
        return [BatchItem(**dict(each)) for each in await self._db.rows(sql.items_of, batch_id=batch_id)]

    async def _view(self, tx: Tx, batch_id: UUID) -> Batch:
        row = await tx.row(sql.get_batch, id=batch_id)
        if row is None:
            raise NotFound
        return _batch(row)


def _batch(row: Row) -> Batch:
    return Batch(**{name: row[name] for name in Batch.model_fields})
