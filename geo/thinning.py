"""A line with fewer points that looks the same (Ramer, Douglas and Peucker). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.place import At
from geo.sphere import flat, to_segment


def thinned(points: Sequence[At], tolerance: float) -> list[int]:
    """Return which points to keep so that none that goes lies farther from the line than so many metres."""
    if not points:
        return []
    keep = {0, len(points) - 1}
    open_parts = [(0, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        place, away = _farthest(points, first, last)
        if away > tolerance:
            keep.add(place)
            open_parts += [(first, place), (place, last)]
    return sorted(keep)


def _farthest(points: Sequence[At], first: int, last: int) -> tuple[int, float]:
    end = flat(points[first], points[last])
    place, away = first, 0.0
    for number in range(first + 1, last):
        distance = to_segment(flat(points[first], points[number]), (0.0, 0.0), end)
        if distance > away:
            place, away = number, distance
    return place, away
