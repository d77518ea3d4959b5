"""How the demo's technicians drive: from place to place and round again; each point comes in by the door of phones."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import aiohttp

from core.clock import Clock
from geo.sphere import metres

log = logging.getLogger(__name__)

_SPEED = 11.0
_STAYS_SECONDS = 420.0
_EVERY_SECONDS = 10.0
_BEGINS_AFTER_SECONDS = 1.0
_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Walker:
    """A simulated phone: the token by which it tells, and the places between which it drives."""

    token: str
    places: tuple[tuple[float, float], ...]


def where(places: Sequence[tuple[float, float]], seconds: float) -> tuple[tuple[float, float], float]:
    """Return where somebody is after so many seconds of a round through places, and how fast (m/s)."""
    ways = [(one, other, metres(one, other) / _SPEED) for one, other in pairwise([*places, places[0]])]
    left = seconds % sum(drive + _STAYS_SECONDS for _, _, drive in ways)
    for one, other, drive in ways:
        if left < _STAYS_SECONDS:
            return one, 0.0
        left -= _STAYS_SECONDS
        if left < drive:
            part = left / drive
            return (one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part), _SPEED
        left -= drive
    return places[0], 0.0


def told(at: datetime, place: tuple[float, float], speed: float) -> bytes:
    """Return what the phone of our own page would send."""
    point = {"at": at.isoformat(), "lat": round(place[0], 6), "lon": round(place[1], 6), "accuracy": 8, "speed": speed}
    phone = {"permission": "always", "is_saving_power": False, "battery": 80}
    return json.dumps({"points": [point], "phone": phone}).encode()


async def walk(walkers: Sequence[Walker], port: int, clock: Clock) -> None:
    """Tell where everybody is, every few seconds, until the server stops."""
    # The pages open after this was begun.
    await asyncio.sleep(_BEGINS_AFTER_SECONDS)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=_TIMEOUT) as phone:
        while True:
            now = clock()
            for number, walker in enumerate(walkers):
                place, speed = where(walker.places, now.timestamp() + number * _STAYS_SECONDS)
                try:
                    async with phone.post(f"/api/positions/{walker.token}", data=told(now, place, speed)):
                        pass
                except (aiohttp.ClientError, TimeoutError) as error:
                    log.debug("a simulated phone has no line: %s", error)
            await asyncio.sleep(_EVERY_SECONDS)
