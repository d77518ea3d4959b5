"""Rows of reports and schedules to values and back."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound
from reports.model import Schedule
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)

_OF_SCHEDULE = tuple(Schedule.model_fields)


def schedule(row: Row) -> Schedule:
    return Schedule.model_validate({name: row[name] for name in _OF_SCHEDULE})


async def get_schedule(reader: Tx | Database, schedule_id: Any) -> Row:
    row = await reader.row(sql.get_schedule, id=schedule_id)
    if row is None:
        raise NotFound
    return row
