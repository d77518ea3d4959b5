"""Rows of extensions to values and back."""

from __future__ import annotations

from core.errors import NotFound
from extensions.model import Extension, ExtensionView, origin_of
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def extension(row: Row) -> Extension:
    return Extension(**{name: row[name] for name in Extension.model_fields})


def view(row: Row) -> ExtensionView:
    known = {name: row[name] for name in ("id", "name", "url", "place")}
    return ExtensionView(**known, origin=origin_of(row["url"]))


async def get(reader: Tx | Database, extension_id: object) -> Row:
    row = await reader.row(sql.get_extension, id=extension_id)
    if row is None:
        raise NotFound
    return row
