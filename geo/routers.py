"""Routing servers that know roads: OSRM and Valhalla, asked for no more at once than they take."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Literal, NamedTuple, Protocol

import aiohttp
from prometheus_client import Counter

from core.place import At
from geo.travel import Source

log = logging.getLogger(__name__)

# What routers take in one question, by the limits that they come with: 2,500 pairs of Valhalla, 10,000 of OSRM.
_PLACES_MOST = 50
_QUESTIONS_AT_ONCE = 4
# Of a whole table a plan may wait for this long, and who did so in vain does not ask again for a while.
_TABLE_SECONDS = 15.0
_REST_SECONDS = 60.0
# Roads do not change within the hour; the ways between three hundred places are kept.
_KEPT_SECONDS = 3600.0
_KEPT_MOST = 100_000
_asked = Counter("markaz_travel_questions_total", "Questions to a router, by how they ended.", ["outcome"])

Provider = Literal["crow", "osrm", "valhalla"]


class Way(NamedTuple):
    """How long a drive takes and how far it goes; both are infinite where no road leads there."""

    seconds: float
    metres: float


Ways = list[list[Way]]


class RoutingServer(Protocol):
    """Somebody who knows roads. Raises whatever it likes when it does not answer."""

    source: Source

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Ways: ...


class Osrm:
    """Talks to OSRM's table service."""

    source: Source = "osrm"

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Ways:
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in [*begins, *ends])
        parameters = {
            "sources": ";".join(map(str, range(len(begins)))),
            "destinations": ";".join(map(str, range(len(begins), len(begins) + len(ends)))),
            "annotations": "duration,distance",
        }
        url = f"{self._url}/table/v1/driving/{places}"
        async with session.get(url, params=parameters, raise_for_status=True) as response:
            answer = await response.json()
        rows = zip(answer["durations"], answer["distances"], strict=True)
        return [[_way(s, m) for s, m in zip(*row, strict=True)] for row in rows]


class Valhalla:
    """Talks to Valhalla's matrix service."""

    source: Source = "valhalla"

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Ways:
        question = {"sources": _places(begins), "targets": _places(ends), "costing": "auto", "units": "kilometers"}
        url = f"{self._url}/sources_to_targets"
        async with session.post(url, json=question, raise_for_status=True) as response:
            answer: dict[str, Any] = await response.json()
        return [
            [_way(each["time"], each["distance"], unit=1000) for each in row] for row in answer["sources_to_targets"]
        ]


def _places(points: Sequence[At]) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon} for lat, lon in points]


def _way(seconds: float | None, length: float | None, *, unit: float = 1) -> Way:
    """Read one answer; both servers say null where no road leads there."""
    return Way(math.inf, math.inf) if seconds is None or length is None else Way(float(seconds), float(length) * unit)


def server_of(provider: Provider, url: str) -> RoutingServer | None:
    return {"crow": None, "osrm": Osrm(url), "valhalla": Valhalla(url)}[provider]


class Router:
    """One routing server, with what it said of places between which plans drive."""

    def __init__(self, server: RoutingServer) -> None:
        self._server = server
        self.source = server.source
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[tuple[At, At], Way] = {}
        self._known_until = self._resting_until = 0.0

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ways(self, begins: Sequence[At], ends: Sequence[At], seconds: float) -> Ways | None:
        """Return all ways from a begin to an end; None when not all are known within so many seconds."""
        if not begins or not ends:
            return [[] for _ in begins]
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(seconds):
                found = await self._in_parts(self._session, begins, ends)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            _asked.labels("failed").inc()
            log.warning("the router of travel times does not answer: %s", type(error).__name__)
            return None
        _asked.labels("answered").inc()
        return found

    async def table(self, places: Sequence[At]) -> Ways | None:
        """Return all ways between these places, with what was asked within the hour; None as `ways`.

        A plan is asked for again with one visit more, or with other times: only what is new is asked of the server.
        """
        now = time.monotonic()
        if now < self._resting_until:
            return None
        if len(places) ** 2 > _KEPT_MOST:
            return await self._patiently(places, places)
        if now > self._known_until or len(self._known) > _KEPT_MOST:
            self._known, self._known_until = {}, now + _KEPT_SECONDS
        known, there = self._known, list(dict.fromkeys(places))
        old = dict.fromkeys(self._joined(there))
        new = [place for place in there if place not in old]
        for begins, ends in ((there, new), (new, [*old])):
            found = await self._patiently(begins, ends)
            if found is None:
                return None
            for begin, row in zip(begins, found, strict=True):
                known.update(zip(((begin, end) for end in ends), row, strict=True))
        return [[known[begin, end] for end in places] for begin in places]

    def _joined(self, places: Sequence[At]) -> list[At]:
        """Return places between any two of which both ways are known."""
        found: list[At] = []
        for place in places:
            ends = (place, *found)
            if all((place, end) in self._known and (end, place) in self._known for end in ends):
                found.append(place)
        return found

    async def _patiently(self, begins: Sequence[At], ends: Sequence[At]) -> Ways | None:
        found = await self.ways(begins, ends, _TABLE_SECONDS)
        if found is None:
            self._resting_until = time.monotonic() + _REST_SECONDS
        return found

    async def _in_parts(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Ways:
        """Ask in parts of so many places, a few at once. Raises whatever the first that fails does."""
        found: Ways = [[] for _ in begins]
        turn = asyncio.Semaphore(_QUESTIONS_AT_ONCE)

        async def ask(rows: slice, columns: slice) -> Ways:
            async with turn:
                part = await self._server.ask(session, begins[rows], ends[columns])
            if len(part) != len(begins[rows]) or any(len(row) != len(ends[columns]) for row in part):
                raise ValueError("another number of ways than was asked for")
            return part

        parts = list(product(_parts(len(begins)), _parts(len(ends))))
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(ask(rows, columns)) for rows, columns in parts]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        for (rows, _), task in zip(parts, asked, strict=True):
            for row, more in zip(found[rows], task.result(), strict=True):
                row.extend(more)
        return found


def _parts(length: int) -> Iterator[slice]:
    return (slice(begin, begin + _PLACES_MOST) for begin in range(0, length, _PLACES_MOST))
