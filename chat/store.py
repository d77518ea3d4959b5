"""Rows of chat to values and back."""

from __future__ import annotations

from chat.model import Widget, WidgetSettings
from core.errors import NotFound
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def widget(row: Row) -> Widget:
    return Widget(
        site=row["site"],
        account_id=row["account_id"],
        settings=WidgetSettings(**row["settings"]),
        origins=row["origins"],
        is_enabled=row["is_enabled"],
        version=row["version"],
        has_secret=row["has_secret"],
    )


async def get_widget(reader: Tx | Database, site: str) -> Widget:
    row = await reader.row(sql.get_widget, site=site)
    if row is None:
        raise NotFound("There is no such widget.")
    return widget(row)
