"""Texts of campaigns that could not leave when they were written: whether they still may is judged when they do."""

from __future__ import annotations

from uuid import UUID

from dialer import store
from dialer.attempts import Attempts
from dialer.room.asking import is_stale
from dialer.room.claims import Claims, rules
from dialer.store import sql


class LateTexts:
    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    async def may_leave(self, interaction_id: UUID, message_id: UUID) -> bool:
        """Tell whether a text may leave now; of one that may not the contact is texted another time."""
        now = self._attempts.clock()
        async with self._attempts.db.transaction() as tx:
            known = await tx.row(sql.attempt_of_text, interaction_id=interaction_id, message_id=message_id)
            row = None if known is None else await self._attempts.lock(tx, known["id"])
            contact = None if row is None else await tx.row(sql.get_contact, id=row["contact_id"])
            if row is None or contact is None or row["state"] == "over" or not is_stale(row, now):
                return True
            judging = Claims({**dict(row), "id": row["campaign_id"]}, store.settings(row), await rules(tx))
            verdict = await judging.judge_one(tx, contact, row, now)
            if not verdict.is_allowed:
                await self._attempts.over(tx, row, "withdrawn", now)
            return verdict.is_allowed
