"""Whether a number may be called or texted now: by what the account allows, and by how much was begun lately.

Asked in the transaction that writes the try, before the carrier is; the row that it leaves is also what the costs are
kept on.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from channels.base import Account
from channels.dialling import DialSettings, Refusal, refusal
from core.clock import Clock
from core.errors import Invalid
from core.ids import uuid7
from interactions.store import sql
from storage.database import Tx

_WORDS: dict[Refusal, str] = {
    "emergency": "Emergency numbers are not dialled from here. Use a telephone at the place where help is needed.",
    "invalid": "This is no telephone number that can be reached.",
    "premium": "Numbers that cost extra are not dialled.",
    "denied": "This account may not reach numbers of this kind.",
}


class MayNotDial(Invalid):
    """The number may not be called or texted."""


class CapReached(Invalid):
    """The account has begun as much as it may."""


class DialGuard:
    """One for all channels; an account without such rules is not asked about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def must_reach(self, account: Account[Any], number: str) -> None:
        """Refuse a number by its kind. Raises MayNotDial."""
        if isinstance(account.settings, DialSettings):
            reason = refusal(number, account.settings)
            if reason is not None:
                raise MayNotDial(_WORDS[reason], reason=reason)

    async def begin(
        self,
        tx: Tx,
        account: Account[Any],
        number: str,
        kind: Literal["call", "text"],
        interaction_id: UUID,
    ) -> None:
        """Write down that the carrier is about to be asked. Raises MayNotDial or CapReached."""
        rules = account.settings
        if not isinstance(rules, DialSettings):
            return
        self.must_reach(account, number)
        now = self._clock()
        await tx.value(sql.lock_use, account_id=str(account.id))
        lately = await tx.row(sql.use_lately, account_id=account.id, now=now)
        if lately is not None and lately["hour"] >= rules.most_per_hour:
            raise CapReached(f"This account may begin {rules.most_per_hour} calls or texts in an hour.", cap="hour")
        limit = rules.most_spent_per_day
        if lately is not None and limit is not None and float(lately["spent"]) >= limit:
            raise CapReached("This account has spent what it may spend in a day.", cap="day")
        await tx.run(
            sql.insert_use,
            id=uuid7(),
            account_id=account.id,
            kind=kind,
            number=number,
            interaction_id=interaction_id,
            at=now,
        )
