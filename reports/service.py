"""Use-cases of reports: read, drilled into, exported. Everything goes by what the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from access.model import Calendar, Locale, Permission
from core.actor import Actor
from core.errors import Invalid
from core.tables import Cell, Format, as_csv, as_xlsx
from organisation.service import Organisation
from reports.model import OVER_TIME, Answered, Line, Measure, Report, ReportExported, Slice, lines
from reports.moving import within
from reports.store import sql
from reports.words import WORDS
from storage.database import Database, Row, Tx
from tickets.confidence import confidence
from tickets.model import PRIORITIES, number

_SECONDS = 20
_HOUR = 3600
# Beyond it a file is no report any more.
MOST_ROWS = 50_000
_LAST_ID = UUID(int=2**128 - 1)


class Reports:
    """What is counted of the service desk."""

    def __init__(self, db: Database, organisation: Organisation) -> None:
        self._db, self._organisation = db, organisation

    async def desk(self, actor: Actor, asked: Report, locale: Locale, calendar: Calendar | None) -> Answered:
        """Return open, solved, kept and late by one thing, or over time by days, weeks or months of a calendar."""
        actor.must(Permission.REPORT_READ, asked.branch_id)
        async with self._db.transaction(actor) as tx:
            await tx.row(sql.plan_by_value, milliseconds=str(_SECONDS * 1000))
            rows = await self._sums(tx, actor, asked)
            used = calendar or await self._organisation.calendar(tx, locale)
            found, total = lines(rows, asked.by, used, await self._organisation.first_weekday(tx))
            names = await self._names(tx, asked, found, locale)
        return Answered(by=asked.by, lines=found, total=total, names=names)

    async def _sums(self, tx: Tx, actor: Actor, asked: Report) -> Sequence[Any]:
        wanted = _scope(actor) | asked.model_dump(exclude={"by"})
        if asked.by not in OVER_TIME:
            return await tx.rows(sql.desk_by, by=asked.by, **wanted)
        return await tx.rows(sql.desk_by_day, zone=await self._organisation.time_zone(), **wanted)

    async def _names(self, tx: Tx, asked: Report, found: Sequence[Line], locale: Locale) -> dict[str, str]:
        if asked.by in OVER_TIME:
            return {}
        keys = [line.key for line in found if line.key is not None]
        rows = await tx.rows(sql.names_of, keys=keys, locale=locale)
        return {row["key"]: row["name"] for row in rows}

    async def rows(
        self, actor: Actor, asked: Report, measure: Measure, part: Slice | None, place: tuple[UUID, int]
    ) -> list[Row]:
        """Return the tickets behind a figure, of the whole report or of one group."""
        actor.must(Permission.REPORT_READ, asked.branch_id)
        before, most = place
        async with self._db.transaction(actor) as tx:
            await tx.row(sql.plan_by_value, milliseconds=str(_SECONDS * 1000))
            if part is not None and asked.by in OVER_TIME:
                asked, part = await self._within(tx, asked, part), None
            return await tx.rows(
                sql.desk_rows,
                measure=measure,
                by=None if part is None else asked.by,
                key=None if part is None else part.key,
                before=before,
                most=most,
                **_scope(actor),
                **asked.model_dump(exclude={"by"}),
            )

    async def _within(self, tx: Tx, asked: Report, part: Slice) -> Report:
        try:
            first = date.fromisoformat(part.key or "")
        except ValueError as error:
            raise Invalid("This is no day.", field="key") from error
        calendar = part.calendar or await self._organisation.calendar(tx, part.locale)
        first_weekday, zone = await self._organisation.first_weekday(tx), await self._organisation.time_zone()
        return within(asked, first, calendar, first_weekday, zone)

    async def export(
        self, actor: Actor, asked: Report, form: Format, locale: Locale, calendar: Calendar | None
    ) -> bytes:
        """Return a report as a file; that it was taken out is in the trail."""
        answer = await self.desk(actor, asked, locale, calendar)
        await self._told(actor, asked, form, "figures")
        words = WORDS[locale]
        head = [words[asked.by], *(words[name] for name in _HEAD)]
        body = [[_name(line, answer, words), *_cells(line)] for line in answer.lines]
        return _file(form, locale, head, [*body, [words["total"], *_cells(answer.total)]])

    async def export_rows(
        self, actor: Actor, asked: Report, measure: Measure, part: Slice | None, how: tuple[Format, Locale]
    ) -> bytes:
        """Return the tickets behind a figure as a file."""
        form, locale = how
        rows = await self.rows(actor, asked, measure, part, (_LAST_ID, MOST_ROWS))
        await self._told(actor, asked, form, measure)
        words = WORDS[locale]
        columns = ("number", "kind", "subject", "customer", "agent", "team", "priority", "source", "sla")
        moments = ("opened_at", "answered_at", "solved_at")
        return _file(form, locale, [words[name] for name in (*columns, *moments)], [_row(row, words) for row in rows])

    async def _told(self, actor: Actor, asked: Report, form: Format, what: str) -> None:
        async with self._db.transaction(actor) as tx:
            tx.emit(ReportExported(report=asked.model_dump(mode="json"), format=form, what=what))


_COUNTS = ("opened", "solved", "answered", "backlog", "kept", "breached", "near", "late")
_HEAD = (*_COUNTS, "mean_resolution", "mean_answer")


def _scope(actor: Actor) -> dict[str, Any]:
    return {"branches": actor.branch_scope, **confidence(actor)}


def _name(line: Line, answer: Answered, words: dict[str, str]) -> str:
    if line.key is None:
        return words["nobody"]
    if answer.by == "priority":
        return words[PRIORITIES[int(line.key)]]
    if answer.by in ("kind", "source"):
        return words.get(line.key, line.key)
    return answer.names.get(line.key, line.key)


def _cells(line: Line) -> list[Cell]:
    means = (line.mean_resolution_seconds, line.mean_answer_seconds)
    counts = (getattr(line, name) for name in _COUNTS)
    return [*counts, *(None if mean is None else round(mean / _HOUR, 2) for mean in means)]


def _row(row: Row, words: dict[str, str]) -> list[Cell]:
    named = [number(row["kind"], row["serial"]), words[row["kind"]], row["subject"], row["customer_name"] or ""]
    stands = [words[PRIORITIES[row["priority"]]], words.get(row["source"], row["source"]), words[f"sla.{row['sla']}"]]
    return [
        *named,
        row["owner_name"] or "",
        row["queue_name"] or "",
        *stands,
        row["opened_at"],
        row["answered_at"],
        row["solved_at"],
    ]


def _file(form: Format, locale: Locale, head: list[str], body: list[list[Cell]]) -> bytes:
    if form == "csv":
        return as_csv(head, body)
    return as_xlsx(WORDS[locale]["title"], head, body, is_rtl=locale != "en")
