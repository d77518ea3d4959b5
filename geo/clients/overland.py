"""Overland: GeoJSON features in batches, acknowledged as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo.clients.base import BadPoint, Fix, Reading, Request, make_fix, moment, percent, speed_of, truth

DONE = b'{"result":"ok"}'


def read_json(document: Mapping[str, Any], request: Request) -> Reading:
    reading = Reading(answer=DONE)
    locations = document["locations"]
    if not isinstance(locations, Sequence) or isinstance(locations, str):
        reading.refuse("no list of locations", document)
        return reading
    # An empty batch says that the phone is there.
    reading.is_alive = True
    for feature in locations:
        try:
            reading.fixes.append(_fix(feature, request))
        except BadPoint as error:
            reading.refuse(str(error), feature)
    return reading


def _fix(feature: Any, request: Request) -> Fix:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(coordinates, Sequence) or isinstance(coordinates, str) or len(coordinates) < 2:  # noqa: PLR2004 - a pair
        raise BadPoint("no coordinates on Earth")
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    state = properties.get("battery_state")
    return make_fix(
        moment(properties.get("timestamp"), request),
        (coordinates[1], coordinates[0]),
        accuracy=properties.get("horizontal_accuracy"),
        speed=speed_of(properties.get("speed")),
        heading=properties.get("course"),
        altitude=properties.get("altitude"),
        battery=percent(properties.get("battery_level"), 1.0),
        is_charging=None if state is None else state in ("charging", "full"),
        is_mock=truth(properties.get("mock")),
    )
