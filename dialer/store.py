"""Rows of the dialer to values and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from core.errors import NotFound
from dialer.compliance.model import Callers, Preset
from dialer.compliance.presets import merged
from dialer.model import Campaign, CampaignSettings, ContactList, DialChanged, Progress
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)

_CAMPAIGN = (
    *("id", "name", "kind", "mode", "branch_id", "queue_id", "account_id"),
    *("state", "idle_why", "created_at", "started_at", "version"),
)
_KEPT = (
    *("state", "call_id", "sequence", "agent_id", "interaction_id", "asked_at", "ringing_at", "answered_at"),
    *("connected_at", "ended_at", "outcome", "is_settled", "is_refusal", "is_waited_out", "looked_up", "verdict"),
)


def campaign(row: Row, progress: Progress | None = None) -> Campaign:
    fields = {name: row[name] for name in _CAMPAIGN}
    return Campaign(**fields, settings=settings(row), progress=progress or Progress())


def settings(row: Row) -> CampaignSettings:
    return CampaignSettings.model_validate(row["settings"])


async def lock_campaign(tx: Tx, campaign_id: UUID) -> Row:
    row = await tx.row(sql.lock_campaign, id=campaign_id)
    if row is None:
        raise NotFound("There is no such campaign.")
    return row


async def lock_attempt(tx: Tx, attempt_id: UUID) -> Row | None:
    return await tx.row(sql.lock_attempt, id=attempt_id)


async def save(tx: Tx, row: Row, **change: Any) -> dict[str, Any]:
    """Keep what an attempt is now, and tell it when it is further; returns what it is."""
    values = {name: row[name] for name in _KEPT} | change
    await tx.run(sql.save_attempt, id=row["id"], **values)
    if values["state"] != row["state"]:
        told = {name: values[name] for name in ("state", "outcome", "agent_id", "interaction_id")}
        tx.emit(DialChanged(attempt_id=row["id"], campaign_id=row["campaign_id"], **told))
    return values


def added(rows: Iterable[Row]) -> Progress:
    """Return what several lists come to."""
    found = list(rows)
    return Progress(**{name: sum(row[name] for row in found) for name in Progress.model_fields})


async def progress(reader: Tx | Database, campaigns: Collection[UUID] = (), lists: Collection[UUID] = ()) -> list[Row]:
    return await reader.rows(sql.progress_of, campaigns=list(campaigns), lists=list(lists))


def contact_list(row: Row, rows: Mapping[UUID, Row]) -> ContactList:
    names = set(ContactList.model_fields) - {"progress"}
    found = [rows[row["id"]]] if row["id"] in rows else []
    return ContactList(**{name: row[name] for name in names}, progress=added(found))


async def presets(reader: Tx | Database) -> tuple[Preset, ...]:
    """Return the rules that hold here."""
    own = [Preset.model_validate(row["value"]) for row in await reader.rows(sql.list_presets)]
    return merged(tuple(own))


async def postal_zones(reader: Tx | Database) -> dict[str, str]:
    return {row["code"]: row["zone"] for row in await reader.rows(sql.postal_zones)}


async def get_campaign(reader: Tx | Database, campaign_id: UUID) -> Row:
    row = await reader.row(sql.get_campaign, id=campaign_id)
    if row is None:
        raise NotFound("There is no such campaign.")
    return row


async def callers(reader: Tx | Database, account_id: UUID) -> Callers:
    """Return the numbers that an account may show."""
    row = await reader.row(sql.callers_of, account_id=account_id)
    return Callers(row["number"] or "", row["chosen"] or {}) if row is not None else Callers()
