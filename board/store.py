"""Rows of the board to values and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from board.contacts import Contact
from board.model import AlarmRule, AlarmView
from storage.database import Row
from storage.queries import Queries

sql = Queries(__file__)
_COLUMNS = tuple(field.name for field in fields(Contact))


def contact(row: Row) -> Contact:
    """Return a contact; the columns stand in the order of its fields, since a day has many of them."""
    return Contact(*row)


def contact_rows(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Return contacts as the database takes many at once."""
    # Not asdict: it copies every value deeply, and a busy hour has thousands of these.
    return [{name: getattr(each, name) for name in _COLUMNS} for each in contacts]


def alarm(row: Row) -> AlarmView:
    return AlarmView(**{name: row[name] for name in AlarmView.model_fields})


def rule(row: Row) -> AlarmRule:
    return AlarmRule(**{name: row[name] for name in AlarmRule.model_fields})
