"""The table of ways between all places of a day: the same numbers as each way asked for by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.place import At
from dispatch.planning.model import Table
from dispatch.roads import Roads, _table, _whole
from geo.times import Osrm, TravelTimes
from geo.travel import Band, Calibration, by_road, crow, flown

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
    plain = _table(places, [[crow(a, b, Band.DAY, learnt) for b in places] for a in places])
    assert (found.seconds, found.metres, found.source) == (plain.seconds, plain.metres, plain.source)
    assert found.spread == pytest.approx(plain.spread)


class Everywhere(Osrm):
    """A router that says a minute for each way."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, _: Any, begins: Any, ends: Any) -> Any:
        self.asked += 1
        return [[by_road(60, 1000, "osrm") for _ in ends] for _ in begins]


def test_a_router_is_asked_for_as_many_places_as_it_takes_and_for_more_the_crow_answers() -> None:
    async def asked(many: int) -> tuple[Table, int]:
        router = Everywhere()
        known = times(router)
        try:
            return await Roads(known).table([(35.0, 51 + n / 100) for n in range(many)], NOON), router.asked
        finally:
            await known.close()

    few, questions = asyncio.run(asked(3))
    assert (few.source, few.seconds[0], questions) == ("osrm", [0, 60, 60], 1)
    many, questions = asyncio.run(asked(51))
    assert (many.source, questions, len(many.seconds)) == ("crow", 0, 51)
