"""Rows of geo to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.ids import StaffId
from core.place import Place
from geo.model import (
    DaySummary,
    Device,
    Fence,
    LegView,
    Quarantined,
    TechnicianSettings,
    VisitView,
)
from geo.shift import Shift
from geo.track import Day, Leg, Point
from geo.travel import Band, Calibration
from sla.hours import Hours
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def settings(row: Row) -> TechnicianSettings:
    home = None if row["home_lat"] is None else Place(lat=row["home_lat"], lon=row["home_lon"])
    names = ("territory_id", "vehicle", "text_number", "interval_seconds", "ping_seconds", "is_active")
    return TechnicianSettings(
        shift=Hours.model_validate(row["shift"]), home=home, **{name: row[name] for name in names}
    )


def fence(row: Row) -> Fence:
    return Fence(**dict(row))


def fence_columns(fence: Any) -> dict[str, Any]:
    return {
        "name": fence.name,
        "branch_id": fence.branch_id,
        "shape": fence.shape.model_dump(mode="json"),
        "dwell_seconds": fence.dwell_seconds,
        "is_territory": fence.is_territory,
        "is_active": fence.is_active,
    }


def device(row: Row) -> Device:
    return Device(**dict(row))


def point(row: Row) -> Point:
    return Point(row["at"], row["lat"], row["lon"], row["speed"], row["accuracy"])


def leg(row: Row) -> LegView:
    return LegView(
        kind=row["kind"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        begin=Place(lat=row["begin_lat"], lon=row["begin_lon"]),
        end=Place(lat=row["end_lat"], lon=row["end_lon"]),
        metres=row["metres"],
        fastest=row["fastest"],
    )


def visit(row: Row) -> VisitView:
    return VisitView(**dict(row))


def summary(row: Row) -> DaySummary:
    return DaySummary(**dict(row))


def quarantined(row: Row) -> Quarantined:
    return Quarantined(**dict(row))


def shift(row: Row) -> Shift:
    return Shift(Hours.model_validate(row["shift"]))


def calibrations(rows: Sequence[Row]) -> dict[tuple[UUID | None, Band], Calibration]:
    return {
        (row["territory_id"], Band(row["band"])): Calibration(row["factor"], row["least"], row["most"], row["trips"])
        for row in rows
    }


async def technician(reader: Tx | Database, technician_id: StaffId) -> Row:
    """Return the row of a technician, active or not."""
    rows = await reader.rows(
        sql.list_technicians, ids=[technician_id], branches=None, changed_since=None, only_active=False, most=1
    )
    if not rows:
        raise NotFound
    return rows[0]


async def save_legs(tx: Tx, technician_id: StaffId, day: date, found: Day) -> None:
    """Write trips and stops of a day in place of those that there were."""
    this = {"technician_id": technician_id, "day": day}
    await tx.run(sql.clear_legs, **this)
    if found.legs:
        await tx.run(sql.insert_legs, **this, **_leg_columns(found.legs))


def _leg_columns(legs: Sequence[Leg]) -> dict[str, list[Any]]:
    return {
        "kinds": [leg.kind.value for leg in legs],
        "begans": [leg.began_at for leg in legs],
        "endeds": [leg.ended_at for leg in legs],
        "begin_lats": [leg.begin[0] for leg in legs],
        "begin_lons": [leg.begin[1] for leg in legs],
        "end_lats": [leg.end[0] for leg in legs],
        "end_lons": [leg.end[1] for leg in legs],
        "metres": [leg.metres for leg in legs],
        "fastests": [leg.fastest for leg in legs],
    }


async def points_of(reader: Tx | Database, technician_id: StaffId, since: datetime, until: datetime) -> list[Row]:
    return await reader.rows(sql.points_of, technician_id=technician_id, since=since, until=until)
