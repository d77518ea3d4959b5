"""What follows from points: which are believed, trips and stops, fences, travel times, ranking, signals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import cos, radians, sin
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.place import Place
from geo.clients import Fix
from geo.fencing import Circle, Polygon, Polyline, beyond, visits
from geo.quality import Belief, Flag, Spot, judge, judged
from geo.ranking import Candidate, Load, rank
from geo.signals import Condition, signals, silence_seconds
from geo.sphere import METRES_PER_DEGREE, boxes, metres, moved
from geo.track import LegKind, Point, day_of
from geo.travel import Band, DrivenTrip, band_of, crow, crow_metres, crow_seconds, learn, winding

TEHRAN = (35.7, 51.4)
START = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Tehran")


def fix(seconds: float, east: float = 0, north: float = 0, accuracy: float | None = 5, **more: bool) -> Fix:
    lat, lon = moved(TEHRAN, east, north)
    return Fix(START + timedelta(seconds=seconds), lat, lon, accuracy, **more)  # type: ignore[arg-type]


def point(seconds: float, east: float = 0, north: float = 0, speed: float | None = None) -> Point:
    lat, lon = moved(TEHRAN, east, north)
    return Point(START + timedelta(seconds=seconds), lat, lon, speed)


# --- the ball


@given(st.floats(-85, 85), st.floats(-179, 179), st.floats(0, 360), st.floats(1, 200_000))
def test_boxes_hold_everything_within_the_circle(lat, lon, direction, radius):
    away = radius * 0.99
    there = moved((lat, lon), away * sin(radians(direction)), away * cos(radians(direction)))
    there = (there[0], (there[1] + 180) % 360 - 180)
    if abs(there[0]) < 89 and metres((lat, lon), there) <= radius:
        found = boxes((lat, lon), radius)
        assert any(south <= there[0] <= north and west <= there[1] <= east for south, west, north, east in found)


def test_a_circle_over_the_date_line_has_two_boxes():
    (_, west, _, east), (_, west_, _, east_) = boxes((0.0, 179.9), 50_000)
    assert (east, west_) == (180.0, -180.0)
    assert west < 179.9
    assert east_ > -180


# --- what is believed


def test_zero_and_inaccurate_points_are_flagged_and_change_no_belief():
    belief = Belief(Spot(START, *TEHRAN))
    zero = Fix(START + timedelta(seconds=5), 0.0, 0.0)
    assert judge(zero, belief) == (Flag.ZERO, belief)
    assert judge(fix(5, accuracy=900), belief) == (Flag.INACCURATE, belief)


def test_a_leap_faster_than_200_kilometres_an_hour_is_flagged_until_three_agree():
    flags = [flag for _, flag in judged([fix(0), fix(10, 5000), fix(20, 100), fix(30, 5000), fix(40, 5010)])]
    assert flags == [Flag(0), Flag.JUMP, Flag(0), Flag.JUMP, Flag.JUMP]
    away = [flag for _, flag in judged([fix(0), *(fix(10 + n, 900_000 + n) for n in range(4))])]
    assert away == [Flag(0), Flag.JUMP, Flag.JUMP, Flag(0), Flag(0)]


def test_a_fast_car_is_believed_and_so_is_a_phone_that_trembles():
    assert all(flag == 0 for _, flag in judged([fix(n * 10, n * 500) for n in range(20)]))
    assert all(flag == 0 for _, flag in judged([fix(n, (n % 2) * 70, accuracy=40) for n in range(20)]))


def test_a_mocked_point_is_marked_and_moves_the_marker():
    flags, belief = judge(fix(0, is_mock=True), Belief())
    assert (flags, belief.good is not None) == (Flag.MOCK, True)


# --- trips and stops


def drive(begin: float, east: float, seconds: float, kmh: float, every: float = 10) -> list[Point]:
    speed = kmh / 3.6
    return [point(begin + n * every, east + n * every * speed, speed=speed) for n in range(int(seconds / every) + 1)]


def stand(begin: float, east: float, seconds: float, every: float = 10) -> list[Point]:
    return [point(begin + n * every, east + n % 2 * 4, speed=0.0) for n in range(int(seconds / every) + 1)]


def test_a_day_is_a_stop_a_trip_and_a_stop():
    day = day_of([*stand(0, 0, 600), *drive(610, 0, 600, 36), *stand(1220, 6000, 900)])
    assert [leg.kind for leg in day.legs] == [LegKind.STOP, LegKind.TRIP, LegKind.STOP]
    trip = day.legs[1]
    assert trip.metres == pytest.approx(6000, abs=30)
    assert trip.seconds == pytest.approx(610, abs=20)
    assert day.standing_seconds == pytest.approx(1500, abs=30)


def test_red_lights_part_no_trip_and_five_minutes_do():
    light = [*drive(0, 0, 100, 36), *stand(110, 1000, 80), *drive(200, 1000, 100, 36), *stand(310, 2000, 400)]
    assert [leg.kind for leg in day_of(light).legs] == [LegKind.TRIP, LegKind.STOP]
    lunch = [*drive(0, 0, 100, 36), *stand(110, 1000, 320), *drive(440, 1000, 100, 36)]
    assert [leg.kind for leg in day_of(lunch).legs] == [LegKind.TRIP, LegKind.STOP, LegKind.TRIP]


def test_a_phone_that_trembles_on_a_desk_makes_no_trip():
    wanders = [point(n * 30, (n * 7) % 20, (n * 11) % 20) for n in range(200)]
    assert [leg.kind for leg in day_of(wanders).legs] == [LegKind.STOP]


def test_an_hour_without_a_point_ends_a_trip():
    legs = day_of([*drive(0, 0, 600, 36), *drive(600 + 3700, 20_000, 600, 36)]).legs
    assert [leg.kind for leg in legs] == [LegKind.TRIP, LegKind.TRIP]
    assert legs[0].ended_at == START + timedelta(seconds=600)
    assert len(day_of([*drive(0, 0, 600, 36), *drive(600 + 3500, 6000 + 35_000, 600, 36)]).legs) == 1


def test_motion_is_seen_without_a_speed_too():
    silent = [Point(each.at, each.lat, each.lon) for each in [*stand(0, 0, 600), *drive(610, 0, 600, 36)]]
    assert [leg.kind for leg in day_of(silent).legs] == [LegKind.STOP, LegKind.TRIP]


@given(st.lists(st.tuples(st.floats(0, 86_400), st.floats(-3e4, 3e4), st.none() | st.floats(0, 30)), max_size=60))
def test_legs_follow_each_other_and_lie_within_the_track(raw):
    points = [point(seconds, east, speed=speed) for seconds, east, speed in sorted(raw, key=lambda each: each[0])]
    legs = day_of(points).legs
    for leg in legs:
        assert points[0].at <= leg.began_at <= leg.ended_at <= points[-1].at
    assert all(one.ended_at <= other.began_at for one, other in pairwise(legs))


# --- fences

CIRCLE = Circle(centre=Place(lat=TEHRAN[0], lon=TEHRAN[1]), radius_metres=100)


def corner(east: float, north: float) -> Place:
    lat, lon = moved(TEHRAN, east, north)
    return Place(lat=lat, lon=lon)


def test_outside_is_measured_for_each_shape():
    square = Polygon(points=[corner(0, 0), corner(100, 0), corner(100, 100), corner(0, 100)])
    line = Polyline(points=[corner(0, 0), corner(1000, 0)], width_metres=20)
    assert beyond(CIRCLE, moved(TEHRAN, 150, 0)) == pytest.approx(50, abs=1)
    assert (beyond(square, moved(TEHRAN, 50, 50)), beyond(line, moved(TEHRAN, 500, 15))) == (0, 0)
    assert beyond(square, moved(TEHRAN, 140, 50)) == pytest.approx(40, abs=1)
    assert beyond(line, moved(TEHRAN, 500, 60)) == pytest.approx(40, abs=1)


def test_entering_leaving_and_staying_are_told_apart():
    inside = visits(CIRCLE, [point(0, 500), point(10, 50), point(200, 0), point(400, 10), point(500, 500)], 300)
    assert [(v.entered_at, v.left_at, v.dwelt_at) for v in inside] == [
        (START + timedelta(seconds=10), START + timedelta(seconds=500), START + timedelta(seconds=400))
    ]
    (still,) = visits(CIRCLE, [point(0, 0), point(60, 5)], 300)
    assert (still.left_at, still.dwelt_at) == (None, None)


def test_trembling_at_the_border_is_one_visit():
    assert len(visits(CIRCLE, [point(n * 10, 95 + n % 2 * 20) for n in range(20)], None)) == 1


@given(st.floats(-60, 60), st.floats(-160, 160), st.floats(20, 5000), st.floats(-6000, 6000), st.floats(-6000, 6000))
def test_the_quick_look_at_a_fence_never_misses_a_visit(lat, lon, radius, east, north):
    circle = Circle(centre=Place(lat=lat, lon=lon), radius_metres=radius)
    there = moved((lat, lon), east, north)
    found = visits(circle, [Point(START, *there)], None)
    assert bool(found) == (beyond(circle, there) <= 0)


# --- travel times


def test_roads_wind_less_the_farther_one_goes():
    assert (winding(0.5), winding(1), winding(10), winding(50)) == (1.8, 1.8, 1.25, 1.25)
    assert winding(10**0.5) == pytest.approx(1.525)


def test_the_crow_needs_a_minute_and_the_way_at_the_speed_of_its_length():
    two, five, twenty = (moved(TEHRAN, 0, kilometres * 1000) for kilometres in (2, 5, 20))
    for there, speed in ((two, 22), (five, 30), (twenty, 50)):
        assert crow_seconds(TEHRAN, there, Band.DAY) == pytest.approx(60 + crow_metres(TEHRAN, there) / speed * 3.6)
    rush = crow_seconds(TEHRAN, five, Band.MORNING)
    assert rush == pytest.approx(60 + crow_metres(TEHRAN, five) / (30 * 0.75) * 3.6)


@pytest.mark.parametrize(
    ("hour", "band"),
    [(6, Band.NIGHT), (7, Band.MORNING), (9, Band.DAY), (15, Band.DAY), (16, Band.EVENING), (19, Band.NIGHT)],
)
def test_rush_hours_are_those_of_the_place(hour, band):
    assert band_of(datetime(2026, 11, 28, hour, 59, tzinfo=ZONE).astimezone(UTC), ZONE) is band


def trip(number: int, share: float, territory: UUID | None = None) -> DrivenTrip:
    there = moved(TEHRAN, 5000 + number, 0)
    begun = datetime(2026, 11, 28, 10, tzinfo=ZONE)
    return DrivenTrip(territory, begun, crow_seconds(TEHRAN, there, Band.DAY) * share, TEHRAN, there)


def test_thirty_own_trips_teach_and_twenty_nine_do_not():
    trips = [trip(number, 1.4) for number in range(30)]
    assert learn(trips[:29], ZONE) == {}
    taught = learn(trips, ZONE)
    assert set(taught) == {(None, Band.DAY)}
    there = moved(TEHRAN, 4000, 0)
    estimate = crow(TEHRAN, there, Band.DAY, taught[None, Band.DAY])
    assert estimate.source == "calibrated"
    assert estimate.seconds == pytest.approx(1.4 * crow_seconds(TEHRAN, there, Band.DAY))


def test_one_who_had_lunch_on_the_way_moves_neither_middle_nor_range():
    taught = learn([*(trip(number, 1.0 + number % 5 * 0.1) for number in range(40)), trip(41, 30.0)], ZONE)
    known = taught[None, Band.DAY]
    assert (known.trips, known.most < 1.5, 1.1 <= known.factor <= 1.3) == (41, True, True)


@given(st.floats(0, 60_000), st.sampled_from(list(Band)))
def test_an_estimate_is_a_range_around_itself_and_says_where_it_comes_from(away, band):
    estimate = crow(TEHRAN, moved(TEHRAN, away, 0), band)
    assert estimate.least_seconds <= estimate.seconds <= estimate.most_seconds
    assert estimate.source == "crow"


# --- who could go

SKILL = UUID(int=1)


def candidate(number: int, **more: object) -> Candidate:
    known: dict[str, object] = {
        "id": UUID(int=number), "name": f"T{number}", "place": Place(lat=35.7, lon=51.4), "position_at": START,
        "is_home": False, "skills": {SKILL: 3}, "is_on_shift": True, "shift_in_seconds": None, "is_in_territory": None,
    }  # fmt: skip
    return Candidate(**{**known, **more})  # type: ignore[arg-type]


def order(*candidates: Candidate) -> list[tuple[int, bool]]:
    estimates = {
        each.id: crow(TEHRAN, moved(TEHRAN, each.id.int * 1000, 0), Band.DAY) for each in candidates if each.place
    }
    return [(each.technician_id.int, each.is_fit) for each in rank(candidates, estimates, {SKILL: 2}, START)]


def test_the_nearest_is_first_when_nothing_else_differs():
    assert order(candidate(3), candidate(1), candidate(2)) == [(1, True), (2, True), (3, True)]


def test_who_is_busy_comes_after_who_is_farther_and_free():
    busy = candidate(1, load=Load(visits=3, free_in_seconds=3600))
    assert order(busy, candidate(2)) == [(2, True), (1, True)]


def test_who_lacks_a_skill_a_shift_or_a_place_is_last_and_not_fit():
    found = order(
        candidate(1, skills={SKILL: 1}), candidate(2, is_on_shift=False), candidate(3, place=None), candidate(9)
    )
    assert found == [(9, True), (1, False), (2, False), (3, False)]


def test_a_later_shift_and_another_territory_cost_and_are_said():
    later = candidate(1, is_on_shift=False, shift_in_seconds=7200.0)
    foreign = candidate(2, is_in_territory=False)
    assert order(later, foreign, candidate(3)) == [(3, True), (2, True), (1, True)]
    (ranked,) = rank([later], {later.id: crow(TEHRAN, TEHRAN, Band.DAY)}, {SKILL: 3}, START)
    assert {"travel", "shift_later", "skills"} == {reason.kind for reason in ranked.reasons}
    assert ranked.score_seconds == pytest.approx(sum(reason.seconds for reason in ranked.reasons))


# --- signals


def told(condition: Condition, seconds: float = 0, *, is_on_shift: bool = True) -> list[str]:
    found = signals(condition, 600, START + timedelta(seconds=seconds), is_on_shift=is_on_shift,
                    worked=lambda begin, end: end - begin)  # fmt: skip
    return [each.kind for each in found]


def test_silence_is_three_intervals_or_two_pings():
    assert (silence_seconds(60, 300), silence_seconds(300, 60)) == (600, 900)
    assert told(Condition(has_device=True, seen_at=START), 600) == []
    assert told(Condition(has_device=True, seen_at=START), 601) == ["silent"]
    assert told(Condition(has_device=True, seen_at=None)) == ["silent"]


def test_everything_that_keeps_a_position_from_being_known_is_a_signal():
    phone = Condition(True, START, is_mock=True, permission="foreground", is_saving_power=True, battery=5)  # noqa: FBT003
    assert told(phone) == ["mock", "permission_foreground", "power_save", "low_battery"]
    assert told(Condition(True, START, permission="denied", battery=5, is_charging=True)) == ["permission_denied"]  # noqa: FBT003
    assert told(Condition(has_device=False, seen_at=None)) == ["no_device"]


def test_outside_of_the_shift_nothing_is_anybodys_business():
    assert told(Condition(has_device=True, seen_at=None, is_mock=True), is_on_shift=False) == []


def test_metres_of_a_degree():
    assert metres((0.0, 0.0), (1.0, 0.0)) == pytest.approx(METRES_PER_DEGREE)
