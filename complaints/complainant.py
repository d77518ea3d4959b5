"""What complainants know and may do themselves, once somebody else made sure that it is theirs."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from complaints import codes, store
from complaints.cases import Cases
from complaints.judging import Judging
from complaints.model import PublicCase
from complaints.receipts import Receipts
from complaints.store import sql
from core.actor import SYSTEM
from core.errors import Conflict
from storage.database import Database, Tx


class Complainants:
    """The complainant's side of a complaint; who comes is permitted by the caller."""

    def __init__(self, cases: Cases, judging: Judging, receipts: Receipts) -> None:
        self._cases, self._judging, self._receipts = cases, judging, receipts

    async def case(self, reader: Tx | Database, ticket_id: UUID) -> PublicCase | None:
        """Return how far it is; None for a ticket that is no complaint."""
        row = await reader.row(sql.public_case, ticket_id=ticket_id)
        if row is None:
            return None
        facts = await store.facts(reader, ticket_id)
        # Whom we ask inside the house is not the complainant's affair.
        stage = "investigation" if row["stage"] == "referred" else row["stage"]
        may_ask = facts.outcome is not None and facts.is_answered and not facts.is_review_open
        return PublicCase(code=codes.spoken(row["code"]), stage=stage, may_ask_review=may_ask)

    async def ask_review(self, tx: Tx, ticket_id: UUID, reason: str) -> None:
        """The complainant was told of the decision and is not content. Raises Conflict before that."""
        ticket, case = await self._cases.hold(tx, SYSTEM, ticket_id, Permission.TICKET_READ)
        if not (await store.facts(tx, ticket_id)).is_answered:
            raise Conflict("There is nothing to review: it is not decided.")
        await self._judging.asked(tx, ticket, case, reason, by=None)

    async def shown(self, tx: Tx, ticket_id: UUID) -> str:
        """The complainant sees the code; returns it."""
        return await self._receipts.shown(tx, ticket_id)
