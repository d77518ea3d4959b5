"""Whether a number may be called or texted now: by what the account allows, and by how much was begun lately.

Asked in the transaction that writes the try, before the carrier is; the row that it leaves is also what the costs are
kept on.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple
from uuid import UUID

from channels.base import Account
from channels.dialling import DialSettings, Refusal, refusal
from core.clock import Clock
from core.errors import Invalid
from core.ids import uuid7
from interactions.store import sql
from storage.database import Database, Tx

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


class Allowance(NamedTuple):
    """How many calls and texts an account may begin now; with none left, which cap holds it."""

    left: int
    cap: Literal["hour", "day", ""] = ""


_ANY = Allowance(1_000_000)
_CAPS: dict[str, str] = {
    "hour": "This account has begun as many calls and texts as it may in an hour.",
    "day": "This account has spent what it may spend in a day.",
}


class DialGuard:
    """One for whatever is begun, by people and by machines; an account without such rules is not asked about."""

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
        interaction_id: UUID | None,
    ) -> None:
        """Write down that the carrier is about to be asked. Raises MayNotDial or CapReached."""
        rules = account.settings
        if not isinstance(rules, DialSettings):
            return
        self.must_reach(account, number)
        now = self._clock()
        await tx.value(sql.lock_use, account_id=str(account.id))
        allowance = await self.allowance(tx, account)
        if not allowance.left:
            raise CapReached(_CAPS[allowance.cap], cap=allowance.cap)
        await tx.run(
            sql.insert_use,
            id=uuid7(),
            account_id=account.id,
            kind=kind,
            number=number,
            interaction_id=interaction_id,
            at=now,
        )

    async def allowance(self, reader: Tx | Database, account: Account[Any]) -> Allowance:
        """Return what is left to an account; who begins something asks again by `begin`, under the account's lock."""
        rules = account.settings
        if not isinstance(rules, DialSettings):
            return _ANY
        lately = await reader.row(sql.use_lately, account_id=account.id, now=self._clock())
        begun, spent = (0, 0.0) if lately is None else (lately["hour"], float(lately["spent"]))
        if rules.most_spent_per_day is not None and spent >= rules.most_spent_per_day:
            return Allowance(0, "day")
        left = max(0, rules.most_per_hour - begun)
        return Allowance(left, "" if left else "hour")
