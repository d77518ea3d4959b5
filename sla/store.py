"""Rows of calendars, policies and clocks to values and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.ids import uuid7
from sla.clocks import Clock
from sla.course import Clocks
from sla.model import Calendar, Cause, ChangeView, ClockView, Facts, Policy, PolicySettings
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_SHOWN = tuple(ClockView.model_fields)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is timed, as it was last told."""

    id: UUID
    kind: str
    facts: Facts
    policy_id: UUID | None
    opened_at: datetime
    answered_at: datetime | None


def subject(row: Row) -> Subject:
    facts = Facts.model_validate(row["facts"])
    return Subject(row["id"], row["kind"], facts, row["policy_id"], row["opened_at"], row["answered_at"])


def policy(row: Row) -> Policy:
    return Policy.model_validate(dict(row))


async def policies(reader: Tx | Database) -> list[Policy]:
    return [policy(row) for row in await reader.rows(sql.list_policies)]


async def calendars(reader: Tx | Database) -> list[Calendar]:
    return [Calendar.model_validate(dict(row)) for row in await reader.rows(sql.list_calendars)]


def policy_values(settings: PolicySettings) -> dict[str, Any]:
    """Return the columns of a policy."""
    return settings.model_dump(mode="json", exclude={"version", "id"})


def clocks(row: Row) -> Clocks:
    """Return the clocks of a subject, in the order in which they were started."""
    return tuple(Clock.model_validate(each) for each in row["clocks"])


async def save_clocks(tx: Tx, subject_id: UUID, before: Sequence[Clock], after: Sequence[Clock]) -> None:
    """Write those that changed."""
    known = set(before)
    changed = [each.model_dump(mode="json") for each in after if each not in known]
    if changed:
        await tx.run(sql.save_clocks, subject_id=subject_id, clocks=changed)


async def save_changes(
    tx: Tx,
    subject_id: UUID,
    before: Iterable[Clock],
    after: Iterable[Clock],
    cause: Cause,
    policy_name: str | None,
    now: datetime,
) -> None:
    """Keep what became due at another moment."""
    known = {(each.metric, each.round): each for each in before}
    changes = []
    for each in after:
        old = known.get((each.metric, each.round))
        due_before = None if old is None else old.due_at
        if each.due_at != due_before:
            changes.append(
                {
                    "id": str(uuid7()),
                    "metric": each.metric,
                    "round": each.round,
                    "target_minutes": each.target_minutes,
                    "due_before": due_before,
                    "due_after": each.due_at,
                }
            )
    if changes:
        await tx.run(
            sql.insert_changes, subject_id=subject_id, at=now, cause=cause, policy_name=policy_name, changes=changes
        )


def view(clock: Clock) -> ClockView:
    return ClockView(**{name: getattr(clock, name) for name in _SHOWN})


async def changes(reader: Tx | Database, subject_id: UUID) -> list[ChangeView]:
    rows = await reader.rows(sql.list_changes, subject_id=subject_id)
    return [ChangeView.model_validate(dict(row)) for row in rows]
