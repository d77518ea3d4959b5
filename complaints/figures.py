"""The figures of complaints as a file: of what, on which day, how many; as their reader sees them."""

from __future__ import annotations

from access.model import Locale, Permission
from complaints.listing import ComplaintListing
from complaints.model import ComplaintsExported, Counted, Dimension, ExportQuery
from complaints.store import sql
from complaints.words import FIGURES
from core.actor import Actor
from core.tables import Cell, as_csv, as_xlsx
from storage.database import Database

# Dimensions of which the key is an id, and the name is what administrators called it.
_NAMED = {"source": sql.list_sources, "cause": sql.list_causes, "type": sql.names_of_types}


class Figures:
    def __init__(self, db: Database, listing: ComplaintListing) -> None:
        self._db, self._listing = db, listing

    async def export(self, actor: Actor, query: ExportQuery) -> bytes:
        """Return what the analysis shows as CSV or XLSX; that it was taken is written down."""
        actor.must(Permission.COMPLAINT_READ)
        counted = await self._listing.count(actor, query)
        names = await self._names(query.by, query.locale)
        words = FIGURES[query.locale]
        head = [words[query.by], words["day"], words["number"]]
        body = [self._row(each, names, words["unsaid"]) for each in counted]
        async with self._db.transaction(actor) as tx:
            tx.emit(ComplaintsExported(by=query.by, since=query.since, until=query.until, format=query.format))
        if query.format == "csv":
            return as_csv(head, body)
        return as_xlsx(words["title"], head, body, is_rtl=query.locale != "en")

    def _row(self, counted: Counted, names: dict[str, str], unsaid: str) -> list[Cell]:
        name = unsaid if counted.key is None else counted.label or names.get(counted.key, counted.key)
        return [name, counted.day, counted.number]

    async def _names(self, by: Dimension, locale: Locale) -> dict[str, str]:
        if by not in _NAMED:
            return {}
        rows = await self._db.rows(_NAMED[by])
        return {str(row["id"]): row["names"].get(locale) or next(iter(row["names"].values()), "") for row in rows}
