"""Tickets of what comes in, by the rule that sorted it: opened, or joined, once for each conversation.

Opened by a job that the conversation's own transaction leaves: no message waits for a ticket, and none is without.
"""

from __future__ import annotations

from uuid import UUID

from core.actor import Actor, ActorKind
from core.text import preview
from mailroom.model import TicketAction
from mailroom.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from tickets.house import ServiceDesk
from tickets.model import NewTicket

KIND = "mailroom.ticket"
_SUBJECT, _DESCRIPTION = 300, 20_000


async def leave_ticket(tx: Tx, row: Row, rule: str, asked: TicketAction) -> None:
    """Leave a ticket to be opened for a conversation; those of one customer are opened one after another."""
    payload = {"interaction_id": str(row["id"]), "rule": rule, "ticket": asked.model_dump(mode="json")}
    await jobs.enqueue(tx, KIND, payload, key=f"{KIND}:{row['customer_id']}")


class MailTickets:
    """Opens what was left."""

    def __init__(self, db: Database, desk: ServiceDesk) -> None:
        self._db, self._desk = db, desk

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(KIND, self._open)

    async def _open(self, job: jobs.Job) -> None:
        interaction_id, asked = UUID(job.payload["interaction_id"]), TicketAction(**job.payload["ticket"])
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name=job.payload["rule"], branches=None)
        async with self._db.transaction(actor) as tx:
            mail = await tx.row(sql.mail_for_ticket, id=interaction_id)
            if mail is None or await tx.value(sql.has_ticket, id=interaction_id):
                return
            known = await self._known(tx, mail, asked)
            if known is not None:
                await self._desk.join(tx, known, interaction_id)
                return
            new = NewTicket(
                kind=asked.kind,
                subject=preview(mail["subject"] or mail["text"], _SUBJECT) or f"#{mail['number']}",
                description=mail["text"][:_DESCRIPTION].replace("\x00", ""),
                priority=asked.priority,
                type_id=asked.type_id,
                queue_id=asked.queue_id,
                interaction_id=interaction_id,
                client_id=f"mail:{interaction_id}",
            )
            await self._desk.tickets.open_in(tx, actor, new, source=mail["channel"])

    async def _known(self, tx: Tx, mail: Row, asked: TicketAction) -> UUID | None:
        """Return the open ticket that it belongs to."""
        of_thread: UUID | None = await tx.value(sql.open_ticket_before, id=mail["id"], kind=asked.kind)
        if of_thread is not None or asked.joins == "thread":
            return of_thread
        wanted = {"customer_id": mail["customer_id"], "kind": asked.kind, "type_id": asked.type_id}
        found: UUID | None = await tx.value(sql.open_ticket_of_customer, **wanted)
        return found
