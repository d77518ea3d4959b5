"""Our own page on a technician's phone: what it gathered without a line, and how the phone is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.clients.base import BadPoint, Phone, Reading, Request, make_fix, moment, percent, speed_of, truth


def read_json(document: Mapping[str, Any], request: Request) -> Reading:
    """Read `{"points": [{at, lat, lon, ...}], "phone": {permission, is_saving_power, battery}}`."""
    reading = Reading(is_alive=True)
    points = document["points"]
    if not isinstance(points, list):
        reading.refuse("no list of points", document)
        return reading
    for point in points:
        try:
            if not isinstance(point, dict):
                raise BadPoint("no point")  # noqa: TRY301 - one place keeps what is bad
            reading.fixes.append(
                make_fix(
                    moment(point.get("at"), request),
                    (point.get("lat"), point.get("lon")),
                    accuracy=point.get("accuracy"),
                    speed=speed_of(point.get("speed")),
                    heading=point.get("heading"),
                    altitude=point.get("altitude"),
                    battery=percent(point.get("battery")),
                    is_charging=truth(point.get("is_charging")),
                    is_mock=truth(point.get("is_mock")),
                )
            )
        except BadPoint as error:
            reading.refuse(str(error), point)
    reading.phone = _phone(document.get("phone"))
    return reading


def _phone(said: Any) -> Phone:
    if not isinstance(said, dict):
        return Phone()
    permission = said.get("permission")
    known = permission if permission in ("always", "foreground", "denied") else None
    return Phone(known, truth(said.get("is_saving_power")), percent(said.get("battery")))
