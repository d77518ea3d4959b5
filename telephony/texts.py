"""The archive of texts with what carriers said of each, and who wants none."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from access.model import Permission
from consents import service as consents
from consents.model import Saying
from consents.wishes import WISHES
from core.actor import Actor
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.snippets import like
from core.tables import Cell, as_csv
from core.telephone import callable_number
from core.text import ascii_digits, words_of
from storage.database import Database, Row
from telephony.store import sql
from telephony.textmodel import (
    Consent,
    ConsentChange,
    Proof,
    Text,
    TextConsentSaved,
    TextFilter,
    TextQuery,
    TextsExported,
    Told,
)

_MOST_EXPORTED = 50_000
_NAMES = (
    "direction",
    "number",
    "our_number",
    "customer_name",
    "author_name",
    "text",
    "delivery",
    "error",
    "external_id",
)
_HEAD = ("at", *_NAMES, "carrier_said")


class Texts:
    def __init__(self, db: Database, clock: Clock, region: str) -> None:
        self._db, self._clock, self._region = db, clock, region

    async def search(self, actor: Actor, query: TextQuery, before: UUID | None) -> list[Text]:
        actor.must(Permission.INTERACTION_READ)
        return [_text(row) for row in await self._rows(actor, query, before, query.limit)]

    async def _rows(self, actor: Actor, query: TextFilter, before: UUID | None, most: int) -> list[Row]:
        wanted = query.model_dump(exclude={"cursor", "limit", "q", "number"})
        # Part of a number is enough, in whatever digits it is typed.
        number = None if query.number is None else "".join(c for c in ascii_digits(query.number) if c.isdigit())
        return await self._db.rows(
            sql.list_texts,
            branches=actor.branch_scope,
            before=before,
            most=most,
            words=[like(word) for word in words_of(query.q or "")],
            number=None if not number else f"%{number.lstrip('0')}%",
            **wanted,
        )

    async def proof(self, actor: Actor, message_id: UUID) -> Proof:
        """Show a text with what the carrier said of it, word for word."""
        actor.must(Permission.INTERACTION_READ)
        row = await self._db.row(sql.get_text, id=message_id)
        if row is None:
            raise NotFound("There is no such text.")
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        told = await self._db.rows(sql.told_of_text, account_id=row["account_id"], external_id=row["external_id"] or "")
        return Proof(text=_text(row), told=[Told(**dict(each)) for each in told])

    async def export(self, actor: Actor, query: TextFilter) -> web.Response:
        """Return what was found as CSV, each text with its carrier's words; that it was taken is written down."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.REPORT_READ)
            rows = await self._rows(actor, query, None, _MOST_EXPORTED)
            tx.emit(TextsExported(rows=len(rows)))
        told = await self._db.rows(sql.told_of_texts, ids=[row["id"] for row in rows if row["direction"] == "outbound"])
        said: dict[UUID, list[str]] = {}
        for each in told:
            said.setdefault(each["id"], []).append(f"{each['at'].isoformat()} {each['status']} {each['digest']}")
        return web.Response(
            body=as_csv(_HEAD, [_cells(row, said.get(row["id"], [])) for row in rows]),
            content_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="texts.csv"', "Cache-Control": "private, no-store"},
        )

    # --- who wants none

    async def consents(self, actor: Actor, number: str | None) -> list[Consent]:
        actor.must(Permission.INTERACTION_READ)
        wanted = None if number is None else callable_number(number, self._region) or number
        rows = await self._db.rows(sql.list_consents, branches=actor.branch_scope, number=wanted)
        return [Consent(**dict(row)) for row in rows]

    async def say(self, actor: Actor, change: ConsentChange) -> None:
        """Keep that somebody wants no texts, or wants them again, as they told us by another way."""
        number = callable_number(change.number, self._region)
        if number is None:
            raise Invalid("This is no number that can be texted.", field="number")
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.account_branch, id=change.account_id)
            if row is None:
                raise NotFound("There is no such account.")
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            told = Saying("staff", change.account_id, change.word, is_only_here=True)
            if change.is_stopped:
                await consents.opt_out(tx, number, "asked", "console", self._clock(), told=told)
            else:
                await consents.wanted_again(tx, number, self._clock(), told)
            tx.emit(TextConsentSaved(account_id=change.account_id, number=number, is_stopped=change.is_stopped))


def _text(row: Row) -> Text:
    known = {name: row[name] for name in Text.model_fields}
    return Text(**known | {"fault": row["fault"] or WISHES.get(row["error"] or "")})


def _cells(row: Row, said: list[str]) -> list[Cell]:
    return [row["at"].isoformat(), *(row[name] or "" for name in _NAMES), "; ".join(said)]
