"""One row of a list: which cells are numbers, name, zone and fields; or why the row is not taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from core.errors import Invalid
from core.telephone import callable_number
from core.text import fold, printable
from dialer.compliance.zones import is_zone
from dialer.model import Columns

RowReason = Literal["no_number", "bad_number", "bad_zone", "duplicate", "too_long"]
_NAME, _CELL = 200, 2000


class NoColumn(Invalid):
    """A column that the map names is not in the file."""


class Parsed(NamedTuple):
    row: int
    name: str
    numbers: tuple[str, ...]
    zone: str
    postal: str
    fields: Mapping[str, str]
    cells: tuple[str, ...]


class Refused(NamedTuple):
    row: int
    reason: RowReason
    cells: tuple[str, ...]


class Reader:
    """Reads rows by the headings of their file; headings are compared as text is searched for."""

    def __init__(self, headings: Sequence[str], columns: Columns, region: str) -> None:
        places = {fold(heading): place for place, heading in reversed(list(enumerate(headings)))}
        self._region = region or None

        def place(heading: str) -> int:
            found = places.get(fold(heading))
            if found is None:
                raise NoColumn(f"There is no column {heading}.", field="columns")
            return found

        self._numbers = [place(heading) for heading in columns.numbers]
        self._name = place(columns.name) if columns.name else None
        self._zone = place(columns.zone) if columns.zone else None
        self._postal = place(columns.postal) if columns.postal else None
        self._fields = {key: place(heading) for key, heading in columns.fields.items()}

    def read(self, row: int, cells: Sequence[str]) -> Parsed | Refused:
        """Return what a row says; its numbers are E.164, each once, in the order of their columns."""
        kept = tuple(printable(cell)[: _CELL + 1] for cell in cells)
        if any(len(cell) > _CELL for cell in kept):
            return Refused(row, "too_long", tuple(cell[:_CELL] for cell in kept))
        written = [_cell(kept, place) for place in self._numbers]
        if not any(written):
            return Refused(row, "no_number", kept)
        found = (callable_number(text, self._region) for text in written if text)
        numbers = tuple(dict.fromkeys(number for number in found if number))
        if not numbers:
            return Refused(row, "bad_number", kept)
        zone = _cell(kept, self._zone)
        if zone and not is_zone(zone):
            return Refused(row, "bad_zone", kept)
        fields = {key: _cell(kept, place) for key, place in self._fields.items()}
        name = " ".join(_cell(kept, self._name).split())[:_NAME]
        return Parsed(row, name, numbers, zone, _cell(kept, self._postal)[:20], fields, kept)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
