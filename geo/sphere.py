"""Distances on the ball that Earth nearly is. Pure: degrees in, metres out."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from core.place import At

EARTH = 6_371_008.8
METRES_PER_DEGREE = EARTH * pi / 180
_POLE = 89.9


def metres(one: At, other: At) -> float:
    """Return the great-circle distance (haversine)."""
    lat, lon = radians(one[0]), radians(one[1])
    lat_, lon_ = radians(other[0]), radians(other[1])
    part = sin((lat_ - lat) / 2) ** 2 + cos(lat) * cos(lat_) * sin((lon_ - lon) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(part)))


def boxes(centre: At, radius: float) -> list[tuple[float, float, float, float]]:
    """Return boxes (south, west, north, east) that together hold the circle: two where it crosses the date line."""
    lat, lon = centre
    up = radius / METRES_PER_DEGREE
    south, north = max(lat - up, -90.0), min(lat + up, 90.0)
    widest = max(abs(south), abs(north))
    if widest >= _POLE:
        return [(south, -180.0, north, 180.0)]
    # At its widest a circle reaches farther than its centre's parallel would tell.
    reach = sin(min(radius / EARTH, pi / 2)) / cos(radians(lat))
    aside = degrees(asin(reach)) if reach < 1 else 180.0
    if aside >= 180:  # noqa: PLR2004 - all around
        return [(south, -180.0, north, 180.0)]
    west, east = lon - aside, lon + aside
    if west < -180:  # noqa: PLR2004 - the date line
        return [(south, west + 360, north, 180.0), (south, -180.0, north, east)]
    if east > 180:  # noqa: PLR2004 - the date line
        return [(south, west, north, 180.0), (south, -180.0, north, east - 360)]
    return [(south, west, north, east)]


def flat(origin: At, point: At) -> tuple[float, float]:
    """Return metres east and north of an origin, on the plane that touches there; right within a few dozen km."""
    east = (point[1] - origin[1] + 180) % 360 - 180
    return (
        east * METRES_PER_DEGREE * cos(radians(origin[0])),
        (point[0] - origin[0]) * METRES_PER_DEGREE,
    )


def moved(origin: At, east: float, north: float) -> At:
    """Return the point so many metres away."""
    return (
        origin[0] + north / METRES_PER_DEGREE,
        origin[1] + east / (METRES_PER_DEGREE * cos(radians(origin[0]))),
    )


def to_segment(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the distance of a point from a piece of a line, on a plane."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length:
        share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length
        share = max(0.0, min(1.0, share))
    return hypot(point[0] - start[0] - share * along[0], point[1] - start[1] - share * along[1])


def bearing(one: At, other: At) -> float:
    """Return the direction from one to the other, degrees from north."""
    east, north = flat(one, other)
    return degrees(atan2(east, north)) % 360
