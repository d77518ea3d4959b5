"""Fences: who came in, left, stayed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import inf
from typing import Annotated, Literal

from pydantic import Field

from core.place import At, Place
from core.values import Value
from geo.sphere import METRES_PER_DEGREE, flat, metres, to_segment
from geo.track import Point

# Whoever stands at the border does not come and go with every tremble of a phone.
_LEAVES_BEYOND = 30.0


class Circle(Value):
    kind: Literal["circle"] = "circle"
    centre: Place
    radius_metres: Annotated[float, Field(ge=10, le=500_000)]


class Polygon(Value):
    """What a line around encloses; it closes by itself."""

    kind: Literal["polygon"] = "polygon"
    points: Annotated[list[Place], Field(min_length=3, max_length=500)]


class Polyline(Value):
    """Along a line, so many metres to either side."""

    kind: Literal["polyline"] = "polyline"
    points: Annotated[list[Place], Field(min_length=2, max_length=500)]
    width_metres: Annotated[float, Field(ge=5, le=10_000)] = 50


Shape = Annotated[Circle | Polygon | Polyline, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Visit:
    """A time inside of a fence; `left_at` None: still. `dwelt_at`: when it had lasted as long as the fence asks."""

    entered_at: datetime
    left_at: datetime | None
    dwelt_at: datetime | None


def beyond(shape: Circle | Polygon | Polyline, at: At) -> float:
    """Return how many metres outside of a shape a point is; 0 inside."""
    if isinstance(shape, Circle):
        return max(0.0, metres(shape.centre.at, at) - shape.radius_metres)
    around = [flat(at, point.at) for point in shape.points]
    if isinstance(shape, Polyline):
        return max(0.0, _to_line(around) - shape.width_metres)
    return 0.0 if _holds_origin(around) else _to_line([*around, around[0]])


def _to_line(points: Sequence[tuple[float, float]]) -> float:
    return min((to_segment((0.0, 0.0), one, other) for one, other in pairwise(points)), default=inf)


def _holds_origin(points: Sequence[tuple[float, float]]) -> bool:
    """Count how often a ray eastwards from the origin crosses the line around."""
    inside = False
    for (x, y), (x_, y_) in pairwise([*points, points[0]]):
        if (y > 0) != (y_ > 0) and x + (x_ - x) * (0 - y) / (y_ - y) > 0:
            inside = not inside
    return inside


@dataclass(frozen=True, slots=True)
class _Reach:
    """A rectangle around a fence: what is beyond needs no closer look."""

    south: float
    north: float
    west: float
    east: float

    @classmethod
    def of(cls, shape: Circle | Polygon | Polyline) -> _Reach | None:
        """Return None for a shape at the date line or a pole, which is always looked at closely."""
        points = [shape.centre] if isinstance(shape, Circle) else shape.points
        wide = 0.0
        if isinstance(shape, Circle):
            wide = shape.radius_metres
        elif isinstance(shape, Polyline):
            wide = shape.width_metres
        lats, lons = [point.lat for point in points], [point.lon for point in points]
        up = (wide + 2 * _LEAVES_BEYOND) / METRES_PER_DEGREE
        if max(map(abs, lats)) + up > 80 or max(map(abs, lons)) > 170:  # noqa: PLR2004 - far from where degrees shrink
            return None
        # At 80 degrees a degree of longitude is 0.17 of one at the equator.
        aside = up * 6
        return cls(min(lats) - up, max(lats) + up, min(lons) - aside, max(lons) + aside)

    def holds(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


def visits(shape: Circle | Polygon | Polyline, points: Iterable[Point], dwell_seconds: float | None) -> list[Visit]:
    """Return the times that points, in the order of their time, spent inside."""
    reach, found = _Reach.of(shape), []
    entered: datetime | None = None
    dwelt: datetime | None = None
    for point in points:
        outside = inf if reach is not None and not reach.holds(point) else beyond(shape, point.place)
        if entered is None and outside <= 0:
            entered = point.at
        elif entered is not None and outside > _LEAVES_BEYOND:
            found.append(Visit(entered, point.at, dwelt))
            entered = dwelt = None
        if entered is not None and dwelt is None and dwell_seconds is not None:
            dwelt = point.at if (point.at - entered).total_seconds() >= dwell_seconds else None
    if entered is not None:
        found.append(Visit(entered, None, dwelt))
    return found
