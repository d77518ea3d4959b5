"""Use-cases: opting out by any way there is, asking before anything goes out, consent with its proof."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from access.model import Permission
from consents.model import (
    Consent,
    ConsentRecorded,
    Listed,
    ListedMany,
    ListedQuery,
    ListedResult,
    NewConsent,
    NewListed,
    OptedOut,
    Reason,
    Saying,
    Unlisting,
    said,
)
from consents.store import sql
from core.actor import Actor
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.ids import uuid7
from core.telephone import callable_number
from core.text import ascii_digits
from storage.database import Database, Tx

_SHOWN_MOST = 100
_STAFF = Saying()


class NotANumber(Invalid):
    """Nobody can be called at this: write it with + and the country code."""


class HasOptedOut(Invalid):
    """Whoever has this number opted out: it is not called and not written to."""


async def must_reach(reader: Tx | Database, number: str, account_id: UUID | None = None) -> None:
    """Raise HasOptedOut for a number that must not be reached. Every call and text that we begin asks this."""
    if await opted_out(reader, [number], account_id):
        raise HasOptedOut(fault="opted_out")


async def opted_out(reader: Tx | Database, numbers: Collection[str], account_id: UUID | None = None) -> set[str]:
    """Return which of these numbers must not be reached at all, or not by this account."""
    asked = {"numbers": sorted(set(numbers)), "account_id": account_id}
    return {row["number"] for row in await reader.rows(sql.listed_among, **asked)}


async def agreed(reader: Tx | Database, numbers: Collection[str], now: datetime) -> Mapping[str, set[str]]:
    """Return for what each of these numbers has agreed to be contacted."""
    found: dict[str, set[str]] = {}
    for row in await reader.rows(sql.consented_among, numbers=sorted(set(numbers)), now=now):
        found.setdefault(row["number"], set()).add(row["purpose"])
    return found


async def opt_out(
    tx: Tx, number: str, reason: Reason, source: str, now: datetime, *, note: str = "", told: Saying = _STAFF
) -> bool:
    """List a number at once, in the caller's transaction; False when it was listed before."""
    only = told.account_id if told.is_only_here else None
    added = await tx.value(
        sql.add_listed,
        number=number,
        account_id=only,
        heard_by=told.account_id,
        reason=reason,
        said_by=told.by,
        word=told.word[:80],
        source=source[:200],
        note=note,
        added_by=tx.actor.label,
        added_at=now,
    )
    if only is None:
        await tx.run(sql.revoke_consents, number=number, now=now)
    if added is not None:
        tx.emit(OptedOut(number=number, is_listed=True, reason=reason, note=note, account_id=only))
    return added is not None


async def heard(tx: Tx, number: str, text: str, source: str, now: datetime, account_id: UUID) -> None:
    """Take what somebody wrote to us: a word of stopping lists their number, a word of starting takes that back."""
    meant, told = said(text), Saying("customer", account_id, text.strip())
    if meant == "stop":
        await opt_out(tx, number, "stop_word", source, now, told=told)
    elif meant == "start":
        await wanted_again(tx, number, now, told)


async def heard_by_carrier(tx: Tx, number: str, account_id: UUID, source: str, now: datetime) -> None:
    """Take a carrier's word that they told it to stop: it is about what this account sends."""
    told = Saying("carrier", account_id, is_only_here=True)
    await opt_out(tx, number, "stop_word", source, now, told=told)


async def wanted_again(tx: Tx, number: str, now: datetime, told: Saying) -> None:
    """Take back what holds for the account alone, and what a word of their own did; for any other reason it stays."""
    asked = {"account_id": told.account_id, "said_by": told.by, "word": told.word[:80]}
    for row in await tx.rows(sql.lift_own, number=number, added_by=tx.actor.label, added_at=now, **asked):
        tx.emit(OptedOut(number=number, is_listed=False, reason=row["reason"], account_id=row["account_id"]))


class Consents:
    """What people do with both lists."""

    def __init__(self, db: Database, clock: Clock, region: str) -> None:
        self._db, self._clock, self._region = db, clock, region

    def _number(self, text: str) -> str:
        found = callable_number(text, self._region)
        if found is None:
            raise NotANumber(field="number")
        return found

    async def listed(self, actor: Actor, wanted: ListedQuery, before: tuple[datetime, str] | None) -> list[Listed]:
        actor.must(Permission.DNC_MANAGE)
        digits = "".join(letter for letter in ascii_digits(wanted.search or "") if letter.isdigit())
        rows = await self._db.rows(
            sql.list_listed,
            digits=digits or None,
            reason=wanted.reason,
            before_at=before[0] if before else None,
            before_number=before[1] if before else None,
            most=wanted.limit,
        )
        return [Listed(**dict(row)) for row in rows]

    async def add(self, actor: Actor, new: NewListed) -> Listed:
        """List one number; who takes a call may do so too, since somebody says it there."""
        number, now = self._number(new.number), self._clock()
        async with self._db.transaction(actor) as tx:
            if not actor.may(Permission.INTERACTION_REPLY):
                actor.must(Permission.DNC_MANAGE)
            await opt_out(tx, number, new.reason, "console", now, note=new.note)
        label = actor.label
        return Listed(number=number, reason=new.reason, source="console", note=new.note, added_by=label, added_at=now)

    async def add_many(self, actor: Actor, many: ListedMany) -> ListedResult:
        """List many numbers; what is none is named, and the others are listed."""
        actor.must(Permission.DNC_MANAGE)
        found = {text: callable_number(text, self._region) for text in many.numbers}
        numbers = sorted({number for number in found.values() if number})
        now, added = self._clock(), 0
        async with self._db.transaction(actor) as tx:
            for number in numbers:
                added += await opt_out(tx, number, many.reason, "import", now, note=many.note)
        refused = [text for text, number in found.items() if number is None]
        return ListedResult(added=added, known=len(numbers) - added, refused=refused[:_SHOWN_MOST])

    async def remove(self, actor: Actor, text: str, why: Unlisting) -> None:
        """Let a number be reached again, by every account: somebody asked for it."""
        number = self._number(text)
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.DNC_MANAGE)
            gone = await tx.rows(sql.lift_all, number=number, added_by=tx.actor.label, added_at=self._clock())
            if not gone:
                raise NotFound("This number is not listed.")
            for row in gone:
                known = {"reason": row["reason"], "account_id": row["account_id"]}
                tx.emit(OptedOut(number=number, is_listed=False, note=why.note, **known))

    # --- consent

    async def record(self, actor: Actor, new: NewConsent) -> Consent:
        number, now = self._number(new.number), self._clock()
        if new.given_at > now:
            raise Invalid("Nobody agrees in the future.", field="given_at")
        known = new.model_dump() | {"number": number, "id": uuid7(), "recorded_by": actor.label, "recorded_at": now}
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.DNC_MANAGE)
            await tx.run(sql.add_consent, **known)
            tx.emit(ConsentRecorded(consent_id=known["id"], number=number, purpose=new.purpose))
        return Consent(**known, revoked_at=None)

    async def of_number(self, actor: Actor, text: str) -> list[Consent]:
        actor.must(Permission.DNC_MANAGE)
        return [Consent(**dict(row)) for row in await self._db.rows(sql.consents_of, number=self._number(text))]

    async def revoke(self, actor: Actor, consent_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.DNC_MANAGE)
            row = await tx.row(sql.revoke_consent, id=consent_id, now=self._clock())
            if row is None:
                raise NotFound("There is no such consent in force.")
            known = {"consent_id": row["id"], "number": row["number"], "purpose": row["purpose"]}
            tx.emit(ConsentRecorded(**known, is_revoked=True))
