"""The demo's technicians: a round by the clock that goes nowhere else, and never leaps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.clock import utc_now
from demo.field import TECHNICIANS
from demo.walking import told, where
from geo.clients import Request, read
from geo.sphere import metres

PLACES = tuple(home for *_, home in TECHNICIANS)


@given(st.floats(0, 1e9), st.floats(0.1, 120))
def test_nobody_leaps_however_late_one_looks(second: float, later: float) -> None:
    (one, _), (other, _) = where(PLACES, second), where(PLACES, second + later)
    assert metres(one, other) <= 11.5 * later + 1


def test_a_round_passes_every_place_and_rests_there() -> None:
    rests = [place for place, speed in (where(PLACES, 30.0 * step) for step in range(400)) if speed == 0]
    assert set(rests) == set(PLACES)
    assert all(metres(one, other) < 1 for one, other in pairwise(rests) if one == other)


def test_what_is_told_is_read_at_the_door_of_phones() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    reading = read(
        Request({}, "", told(now, PLACES[0], 3.0), now, now.replace(year=2025), is_owntracks=False, secret=None)
    )
    assert [(fix.at, fix.speed) for fix in reading.fixes] == [(now, 3.0)]
    assert reading.bad == []
    assert json.loads(told(utc_now(), PLACES[0], 0))["phone"]["permission"] == "always"
