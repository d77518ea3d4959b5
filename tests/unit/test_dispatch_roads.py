"""The table of ways between all places of a day: the same numbers as each way asked for by itself."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.place import At
from dispatch.planning.model import NO_WAY, Table
from dispatch.roads import Roads, _whole
from geo.routers import Way, Ways
from geo.times import TravelTimes
from geo.travel import Band, Calibration, Source, crow, flown

PLACES = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=8)
TOWN = st.lists(st.tuples(st.floats(35.6, 35.9), st.floats(51.2, 51.6)), max_size=8)
LEARNT = st.none() | st.builds(Calibration, st.floats(0.5, 2), st.just(0.5), st.floats(2, 3), st.just(50))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@given(PLACES | TOWN, st.sampled_from(Band), LEARNT)
def test_many_ways_at_once_are_what_each_is_by_itself(places: list[At], band: Band, learnt: Calibration | None) -> None:
    rows = list(flown(places, band, learnt))
    assert len(rows) == len(places)
    for number, (begin, row) in enumerate(zip(places, rows, strict=True)):
        alone = [crow(begin, end, band, learnt) for end in places[number + 1 :]]
        assert row.seconds == [each.seconds for each in alone]
        assert row.metres == [each.metres for each in alone]
        back = [crow(end, begin, band, learnt) for end in places[number + 1 :]]
        assert [_whole(each) for each in row.seconds] == [_whole(each.seconds) for each in back]


def table(times: TravelTimes, places: list[At]) -> Table:
    return asyncio.run(Roads(times).table(places, NOON))


def times(server: Any = None, learnt: Calibration | None = None) -> TravelTimes:
    found = TravelTimes(None, lambda: NOON, server)  # type: ignore[arg-type]  # what was learnt is known already
    known: Any = {} if learnt is None else {(None, Band.DAY): learnt}
    found._known = (float("inf"), known, ZoneInfo("UTC"))
    return found


@given(TOWN, LEARNT)
def test_a_table_is_what_is_said_of_each_way_and_to_the_same_place_there_is_none(
    places: list[At], learnt: Calibration | None
) -> None:
    places = [*places, *places[:1]]
    found = table(times(None, learnt), places)
    ways = [[crow(a, b, Band.DAY, learnt) for b in places] for a in places]
    asked = [(a, b, way) for a, row in zip(places, ways, strict=True) for b, way in zip(places, row, strict=True)]
    assert list(chain(*found.seconds)) == [0 if a == b else _whole(way.seconds) for a, b, way in asked]
    assert list(chain(*found.metres)) == [0 if a == b else _whole(way.metres) for a, b, way in asked]
    assert found.source == (ways[0][0].source if places else "none")
    later = [way.most_seconds / way.seconds - 1 for _, _, way in asked]
    assert found.spread == pytest.approx(max(0.15, *later) if later else 0.15)


class Everywhere:
    """A router that takes a minute a hundredth of a degree eastwards, two back, and knows no road to the far north."""

    source: Source = "osrm"

    def __init__(self) -> None:
        self.questions: list[tuple[int, int]] = []
        self.is_away = False

    async def ask(self, _: Any, begins: Any, ends: Any) -> Ways:
        self.questions.append((len(begins), len(ends)))
        if self.is_away:
            raise OSError
        return [[self.way(begin, end) for end in ends] for begin in begins]

    @staticmethod
    def way(begin: At, end: At) -> Way:
        east = (end[1] - begin[1]) * 100
        if max(begin[0], end[0]) > 80:
            return Way(math.inf, math.inf)
        return Way(60 * east if east >= 0 else -120 * east, abs(east) * 900)


def row_of(number: int) -> list[At]:
    return [(35.0, 51 + n / 100) for n in range(number)]


def tables(router: Everywhere, *asked: list[At]) -> list[Table]:
    async def ask() -> list[Table]:
        known = times(router)
        try:
            return [await Roads(known).table(places, NOON) for places in asked]
        finally:
            await known.close()

    return asyncio.run(ask())


def test_a_router_is_asked_for_no_more_at_once_than_it_takes_however_many_places_there_are() -> None:
    router, places = Everywhere(), row_of(130)
    (found,) = tables(router, places)
    assert found.source == "osrm"
    assert found.seconds == [[round(router.way(a, b).seconds) for b in places] for a in places]
    assert found.metres == [[round(router.way(a, b).metres) for b in places] for a in places]
    assert sorted(router.questions) == sorted((a, b) for a in (50, 50, 30) for b in (50, 50, 30))
    assert found.spread == pytest.approx(0.3)


def test_one_visit_more_asks_only_for_its_own_ways() -> None:
    router, places = Everywhere(), row_of(60)
    more = [*places[:7], (35.2, 51.033), *places[7:]]
    first, second, third = tables(router, places, more, places)
    assert second.seconds == [[round(router.way(a, b).seconds) for b in more] for a in more]
    assert third == first
    assert router.questions[4:] == [(50, 1), (11, 1), (1, 50), (1, 10)]


@given(st.lists(st.lists(st.sampled_from(row_of(9)), max_size=9), max_size=4))
def test_what_is_kept_is_what_the_router_says(asked: list[list[At]]) -> None:
    router, twice = Everywhere(), [places for places in asked for _ in range(2)]
    for places, found in zip(twice, tables(router, *twice), strict=True):
        assert found.seconds == [[0 if a == b else round(router.way(a, b).seconds) for b in places] for a in places]
    assert len(router.questions) <= 2 * len(asked)


def test_where_no_road_leads_none_is_made_up() -> None:
    (found,) = tables(Everywhere(), [(35.0, 51.0), (85.0, 51.0)])
    assert found.seconds == [[0, NO_WAY], [NO_WAY, 0]]


def test_a_router_that_fails_is_not_asked_for_tables_for_a_while() -> None:
    router = Everywhere()
    router.is_away = True
    first, second = tables(router, row_of(3), row_of(3))
    assert (first.source, second.source, len(router.questions)) == ("crow", "crow", 1)


def test_somebody_who_is_where_no_road_leads_is_guessed_by_the_crow() -> None:
    async def ask() -> list[list[str]]:
        known = times(Everywhere())
        try:
            found = await known.between([(35.0, 51.0), (85.0, 51.0)], [(35.0, 51.2)], NOON)
        finally:
            await known.close()
        return [[way.source for way in row] for row in found]

    assert asyncio.run(ask()) == [["osrm"], ["crow"]]
