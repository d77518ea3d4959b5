"""Traccar Client: up to 8 all in the query, 9 as JSON, 10 as a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from geo.clients.base import (
    KNOT,
    BadPoint,
    Fix,
    Phone,
    Reading,
    Request,
    make_fix,
    moment,
    percent,
    speed_of,
    truth,
)


def read_words(words: Mapping[str, str], request: Request) -> Reading:
    """Read a query or a form. One without coordinates is a sign of life, one with a token for pushes is nothing."""
    reading = Reading()
    place = _place(words)
    if place is None:
        reading.is_alive = "notificationToken" not in words
        reading.phone = Phone(battery=percent(words.get("batt")))
        return reading
    try:
        reading.fixes.append(_fix(words, place, request))
    except BadPoint as error:
        reading.refuse(str(error), dict(words))
    return reading


def _fix(words: Mapping[str, str], place: tuple[str, str], request: Request) -> Fix:
    return make_fix(
        moment(words["timestamp"], request) if words.get("timestamp") else request.now,
        place,
        accuracy=words.get("accuracy"),
        speed=speed_of(words.get("speed"), KNOT),
        heading=words.get("bearing", words.get("heading")),
        altitude=words.get("altitude"),
        battery=percent(words.get("batt")),
        is_charging=truth(words.get("charge")),
        is_mock=truth(words.get("mock")),
    )


def _place(words: Mapping[str, str]) -> tuple[str, str] | None:
    if "location" in words:
        lat, _, lon = words["location"].partition(",")
        return lat, lon
    return (words["lat"], words["lon"]) if words.get("lat") and words.get("lon") else None


def read_json(document: Mapping[str, Any], request: Request) -> Reading:
    """Read version 9's document; speeds are metres per second there, the charge a part of one."""
    reading = Reading()
    location = document["location"]
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict):
        reading.is_alive = True
        return reading
    try:
        reading.fixes.append(_document_fix(location, coords, request))
    except BadPoint as error:
        reading.refuse(str(error), document)
    return reading


def _document_fix(location: Mapping[str, Any], coords: Mapping[str, Any], request: Request) -> Fix:
    battery = location.get("battery")
    battery = battery if isinstance(battery, dict) else {}
    at: datetime = moment(location.get("timestamp"), request)
    return make_fix(
        at,
        (coords.get("latitude"), coords.get("longitude")),
        accuracy=coords.get("accuracy"),
        speed=speed_of(coords.get("speed")),
        heading=coords.get("heading"),
        altitude=coords.get("altitude"),
        battery=percent(battery.get("level"), 1.0),
        is_charging=truth(battery.get("is_charging")),
        is_mock=truth(location.get("mock")),
    )
