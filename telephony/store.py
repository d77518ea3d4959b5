"""Rows of telephony to values and back."""

from __future__ import annotations

from uuid import UUID

from core.errors import NotFound
from storage.database import Database, Row, Tx
from storage.queries import Queries
from telephony.model import Recording, RecordingRule

sql = Queries(__file__)


def recording(row: Row) -> Recording:
    return Recording(**{name: row[name] for name in Recording.model_fields})


async def get_recording(reader: Tx | Database, recording_id: UUID) -> Row:
    row = await reader.row(sql.get_recording, id=recording_id)
    if row is None:
        raise NotFound("There is no such recording.")
    return row


async def rule(reader: Tx | Database) -> RecordingRule:
    row = await reader.row(sql.recording_rule)
    if row is None:
        raise NotFound
    return RecordingRule(**dict(row))
