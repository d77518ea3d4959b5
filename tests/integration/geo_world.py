"""A day of technicians of whom everything is known: where they truly were, and how their phones told of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from geo.ingest import Sent
from geo.sphere import moved

BEGIN = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
HOURS = 12
EVERY = 60
SHIFT = {"zone": "UTC", "weekly": [{"day": 5, "start": "05:00", "end": "17:00"}]}
CENTRE = (35.7, 51.4)


@dataclass(frozen=True)
class TrueLeg:
    kind: str
    began: datetime
    ended: datetime
    metres: float


@dataclass
class Walk:
    """One technician's true day, and the points that the phone made of it."""

    points: list[dict[str, Any]] = field(default_factory=list)
    legs: list[TrueLeg] = field(default_factory=list)


def walk(chance: random.Random) -> Walk:
    """Stand, drive, stand, drive, ...: stops of 10 to 50 minutes, trips of 2 to 20 km."""
    day, east, north, second = Walk(), 0.0, 0.0, 0
    end = HOURS * 3600
    while second < end:
        second = _stand(day, chance, (east, north), second, min(second + chance.randint(600, 3000), end))
        if second >= end:
            break
        speed, seconds = chance.uniform(20, 60) / 3.6, chance.randint(400, 1500)
        until = second + seconds
        if until > end - 600:
            second = _stand(day, chance, (east, north), second, end)
            break
        direction = chance.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
        began, length = second, speed * (until - second)
        while second < until:
            _point(
                day,
                chance,
                (east + direction[0] * speed * (second - began), north + direction[1] * speed * (second - began)),
                second,
                speed,
            )
            second += EVERY
        second = until
        east, north = east + direction[0] * length, north + direction[1] * length
        day.legs.append(TrueLeg("trip", _at(began), _at(until), length))
    return day


def _stand(day: Walk, chance: random.Random, place: tuple[float, float], begin: int, end: int) -> int:
    second = begin
    while second < end:
        _point(day, chance, place, second, 0.0)
        second += EVERY
    if day.legs and day.legs[-1].kind == "stop":
        day.legs[-1] = TrueLeg("stop", day.legs[-1].began, _at(end), 0.0)
    else:
        day.legs.append(TrueLeg("stop", _at(begin), _at(end), 0.0))
    return end


def _point(day: Walk, chance: random.Random, place: tuple[float, float], second: int, speed: float) -> None:
    lat, lon = moved(CENTRE, place[0] + chance.gauss(0, 4), place[1] + chance.gauss(0, 4))
    day.points.append({"at": _at(second), "lat": lat, "lon": lon, "speed": speed, "accuracy": 6.0})


def _at(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


@dataclass(frozen=True)
class Arrival:
    """A request and when it comes in."""

    at: datetime
    who: int
    sent: Sent
    count: int


def arrivals(chance: random.Random, walks: list[Walk]) -> list[Arrival]:
    """Batches of five minutes, as each client sends them: some twice, some hours late, some phones dark for hours."""
    found: list[Arrival] = []
    for who, day in enumerate(walks):
        dark = chance.uniform(2, 6) if who % 3 == 0 else None
        for batch in _batches(day.points):
            at = batch[-1]["at"] + timedelta(seconds=2)
            hours = (at - BEGIN).total_seconds() / 3600
            if dark is not None and dark <= hours <= dark + 3:
                at = BEGIN + timedelta(hours=dark + 3, seconds=chance.uniform(0, 60))
            elif chance.random() < 0.03:
                at += timedelta(hours=chance.uniform(0.5, 3))
            for sent in says(who, batch):
                found += [Arrival(at, who, sent, len(batch))] * (2 if chance.random() < 0.1 else 1)
    return sorted(found, key=lambda each: each.at)


def _batches(points: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    size = 300 // EVERY
    for start in range(0, len(points), size):
        yield points[start : start + size]


def says(who: int, batch: list[dict[str, Any]]) -> Iterator[Sent]:
    """Speak as the client that this technician has; two of them with points that nobody can believe or read."""
    # Most keep what they gather; a few send a request for each point.
    kind = who % 20 if who % 20 < 5 else who % 2
    if kind == 0:
        told = [*batch, *_unbelievable(batch[-1])]
        yield _json({"points": [{**each, "at": each["at"].isoformat()} for each in told]})
    elif kind == 1:
        features = [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [each["lon"], each["lat"]]},
             "properties": {"timestamp": each["at"].isoformat(), "speed": each["speed"], "horizontal_accuracy": 6}}
            for each in batch
        ]  # fmt: skip
        yield _json({"locations": [*features, {"type": "Feature", "geometry": None, "properties": {}}]})
    else:
        for each in batch:
            yield _single(kind, each)


def _unbelievable(after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what phones send when they know nothing, and a leap of a hundred kilometres."""
    # At halves of seconds, which no true point is at.
    at = after["at"]
    nowhere = {**after, "at": at + timedelta(seconds=1.5), "lat": 0.0, "lon": 0.0}
    return [nowhere, {**after, "at": at + timedelta(seconds=2.5), "lat": after["lat"] + 1}]


def is_spoiled(who: int) -> bool:
    return who % 20 == 0 or (who % 20 >= 5 and who % 2 == 0)


def _single(kind: int, each: dict[str, Any]) -> Sent:
    stamp = int(each["at"].timestamp())
    if kind == 2:
        return _json(
            {
                "_type": "location",
                "tst": stamp,
                "lat": each["lat"],
                "lon": each["lon"],
                "acc": 6,
                "vel": each["speed"] * 3.6,
            }
        )
    knots = each["speed"] / 0.514444
    words = {
        "id": "1",
        "timestamp": str(stamp),
        "lat": str(each["lat"]),
        "lon": str(each["lon"]),
        "speed": str(knots),
        "accuracy": "6",
    }
    if kind == 3:
        return Sent(words, "", b"")
    body = "&".join(f"{name}={value}" for name, value in words.items()).encode()
    return Sent({}, "application/x-www-form-urlencoded", body)


def _json(document: Any) -> Sent:
    return Sent({}, "application/json", json.dumps(document).encode())
