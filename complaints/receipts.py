"""The receipt: written once where they complained, or told; and what anybody learns who has the code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from access.model import Locale, Permission
from complaints import codes
from complaints.cases import Cases
from complaints.model import PublicStage, ToldReceipt
from complaints.store import sql
from complaints.words import SUBJECT, receipt
from core.actor import SYSTEM, Actor
from core.errors import Conflict, NotFound, RateLimited
from storage import jobs
from storage.database import Tx
from storage.database import sql as storage_sql

RECEIPT = "complaint.receipt"
_WINDOW_SECONDS = 600
_TRIES_PER_ADDRESS = 30


class Writer(Protocol):
    """Who writes into conversations."""

    async def confirm(
        self, tx: Tx, interaction_id: UUID, texts: Mapping[Locale, str], subjects: Mapping[Locale, str]
    ) -> UUID | None: ...


async def leave_receipt(tx: Tx, ticket_id: UUID) -> None:
    """Leave the receipt to be written; the commit of the complaint does not wait for it."""
    await jobs.enqueue(tx, RECEIPT, {"ticket_id": str(ticket_id)}, key=f"complaint:{ticket_id}")


class Receipts:
    def __init__(self, cases: Cases, writer: Writer) -> None:
        self._cases, self._writer = cases, writer
        self._db, self._clock = cases.db, cases.clock

    async def send(self, job: jobs.Job) -> None:
        """Write it where they complained; where that cannot be, it is owed until it is told."""
        ticket_id = UUID(job.payload["ticket_id"])
        async with self._db.transaction(SYSTEM) as tx:
            _, case = await self._cases.hold(tx, SYSTEM, ticket_id, Permission.TICKET_READ)
            interaction_id = await tx.value(sql.first_interaction, ticket_id=ticket_id)
            if case["receipt"] != "owed" or interaction_id is None:
                return
            texts = receipt(codes.spoken(case["code"]))
            message_id = await self._writer.confirm(tx, interaction_id, texts, SUBJECT)
            if message_id is None:
                return
            case |= {"receipt": "sent", "acknowledged_at": self._clock()}
            await self._cases.moved(
                tx, case, "complaint_receipt", {}, done=("acknowledged",), receipt_message_id=message_id
            )

    async def again(self, actor: Actor, ticket_id: UUID) -> None:
        """Let one that is owed be written, now that there is a conversation."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.hold(tx, actor, ticket_id, Permission.TICKET_WRITE)
            _must_be_owed(case["receipt"])
            if await tx.value(sql.first_interaction, ticket_id=ticket_id) is None:
                raise Conflict("There is no conversation in which it could be written.")
            await leave_receipt(tx, ticket_id)
            await self._cases.tickets.tell(tx, ticket_id, "complaint_receipt")

    async def told(self, actor: Actor, ticket_id: UUID, how: ToldReceipt) -> None:
        """Say how the code was told: read aloud, handed over."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.hold(tx, actor, ticket_id, Permission.TICKET_WRITE)
            _must_be_owed(case["receipt"])
            case |= {"receipt": "told", "receipt_note": how.note, "acknowledged_at": self._clock()}
            await self._cases.moved(
                tx, case, "complaint_receipt", {"receipt": [None, how.note]}, done=("acknowledged",)
            )

    async def shown(self, tx: Tx, ticket_id: UUID) -> str:
        """The complainant sees the code where they complained; returns it as it is read aloud."""
        _, case = await self._cases.hold(tx, SYSTEM, ticket_id, Permission.TICKET_READ)
        if case["receipt"] == "owed":
            case |= {"receipt": "told", "receipt_note": "", "acknowledged_at": self._clock()}
            await self._cases.moved(tx, case, "complaint_receipt", {}, done=("acknowledged",))
        return codes.spoken(case["code"])

    async def look(self, text: str, address: str) -> PublicStage:
        """Tell how far the complaint of a code is, and nothing else; so many tries from one address."""
        seconds = self._clock().timestamp() // _WINDOW_SECONDS * _WINDOW_SECONDS
        start = datetime.fromtimestamp(seconds, self._clock().tzinfo)
        tries = await self._db.value(storage_sql.count_rate, key=f"complaint:{address}", window_start=start)
        if tries > _TRIES_PER_ADDRESS:
            raise RateLimited("Too many tries; wait before the next.", retry_after=_WINDOW_SECONDS)
        code = codes.parse(text)
        stage = None if code is None else await self._db.value(sql.find_code, code=code)
        if stage is None:
            raise NotFound("There is no complaint with this code.")
        # Whom we ask inside the house is not the complainant's affair.
        return PublicStage(stage="investigation" if stage == "referred" else stage)


def _must_be_owed(receipt: str) -> None:
    if receipt != "owed":
        raise Conflict("The complainant has the receipt already.")
