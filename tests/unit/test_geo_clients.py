"""Requests as the clients' own protocol pages describe them, and what is read of each."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.secret import SecretBox

from geo.clients import Phone, Reading, Request, read
from geo.clients.reading import _words

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
STAMP = int(datetime(2026, 11, 27, 9, 0, tzinfo=UTC).timestamp())
KEY = b"a key of the device"


def ask(
    body: Any = b"", query: dict[str, str] | None = None, content_type: str = "", *, is_owntracks: bool = False
) -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read(Request(query or {}, content_type, raw, NOW, NOW - timedelta(days=90), is_owntracks, KEY))


def only(reading: Reading) -> Any:
    assert reading.bad == []
    (fix,) = reading.fixes
    return fix


def test_traccar_to_8_says_all_in_the_query_with_speed_in_knots():
    query = {"id": "123456", "timestamp": str(STAMP), "lat": "35.6892", "lon": "51.3890", "speed": "10",
             "bearing": "90", "altitude": "1200", "accuracy": "8", "batt": "77.5",
             "charge": "true", "mock": "true"}  # fmt: skip
    fix = only(ask(query=query))
    assert (fix.at, fix.lat, fix.lon, fix.heading) == (datetime.fromtimestamp(STAMP, UTC), 35.6892, 51.389, 90)
    assert fix.speed == pytest.approx(5.14444)
    assert (fix.accuracy, fix.altitude, fix.battery, fix.is_charging, fix.is_mock) == (8, 1200, 78, True, True)


def test_traccar_knows_other_names_for_device_place_and_direction():
    fix = only(ask(query={"deviceid": "1", "timestamp": str(STAMP), "location": "24.7,46.6", "heading": "12"}))
    assert (fix.lat, fix.lon, fix.heading, fix.is_mock) == (24.7, 46.6, 12, False)


def test_traccar_9_sends_json_with_metres_per_second_and_minus_one_for_unknown():
    location = {
        "timestamp": "2026-11-27T09:00:00.000Z", "is_moving": True,
        "coords": {"latitude": 35.7, "longitude": 51.4, "accuracy": 5, "speed": 7.5, "heading": -1, "altitude": 1190},
        "battery": {"level": 0.5, "is_charging": False}, "activity": {"type": "in_vehicle"}, "extras": {},
    }  # fmt: skip
    fix = only(ask({"location": location, "device_id": "42"}))
    assert (fix.speed, fix.heading, fix.battery, fix.is_charging) == (7.5, None, 50, False)
    location["coords"] = {**location["coords"], "speed": -1}  # type: ignore[dict-item]
    assert only(ask({"location": location, "device_id": "42"})).speed is None


def test_traccar_10_sends_a_form():
    body = f"id=42&timestamp={STAMP}&lat=35.7&lon=51.4&accuracy=5&speed=20&bearing=10&batt=90&charge=false".encode()
    fix = only(ask(body, content_type="application/x-www-form-urlencoded"))
    assert (fix.lat, fix.battery, fix.is_charging) == (35.7, 90, False)


def test_a_heartbeat_without_coordinates_is_a_sign_of_life_and_no_point():
    reading = ask(f"id=42&timestamp={STAMP}&batt=55".encode(), content_type="application/x-www-form-urlencoded")
    assert (reading.fixes, reading.bad, reading.is_alive, reading.phone.battery) == ([], [], True, 55)


def test_a_token_for_pushes_is_neither_a_point_nor_wrong():
    reading = ask(b"id=42&notificationToken=abc", content_type="application/x-www-form-urlencoded")
    assert (reading.fixes, reading.bad, reading.is_alive) == ([], [], False)


LOCATION = {"_type": "location", "tst": STAMP, "lat": 35.7, "lon": 51.4, "acc": 12, "alt": 1100, "vel": 36, "cog": 270,
            "batt": 61, "bs": 2, "created_at": STAMP + 2, "topic": "owntracks/a/b", "_id": "1f"}  # fmt: skip


def test_owntracks_sends_kilometres_per_hour_and_hears_a_list():
    reading = ask(LOCATION)
    fix = only(reading)
    assert (fix.speed, fix.heading, fix.battery, fix.is_charging, fix.accuracy) == (10, 270, 61, True, 12)
    assert reading.answer == b"[]"


def test_owntracks_may_seal_a_message_with_the_key_of_the_device():
    sealed = SecretBox(KEY.ljust(32, b"\0")).encrypt(json.dumps(LOCATION).encode())
    message = {"_type": "encrypted", "data": b64encode(sealed).decode()}
    assert only(ask(message)).lat == 35.7
    other = SecretBox(b"x" * 32).encrypt(json.dumps(LOCATION).encode())
    reading = ask({"_type": "encrypted", "data": b64encode(other).decode()})
    assert (reading.fixes, reading.bad[0].reason, reading.answer) == ([], "encrypted with another key", b"[]")


@pytest.mark.parametrize("kind", ["transition", "waypoint", "waypoints", "lwt", "card", "steps", "cmd", "status"])
def test_what_else_owntracks_says_is_a_sign_of_life(kind):
    reading = ask({"_type": kind, "tst": STAMP})
    assert (reading.fixes, reading.bad, reading.is_alive, reading.answer) == ([], [], True, b"[]")


def test_owntracks_asks_with_an_empty_body_and_never_hears_nothing():
    assert ask(is_owntracks=True).answer == b"[]"
    assert ask().answer == b"[]"


@pytest.mark.parametrize(
    ("status", "phone"),
    [
        ({"android": {"loc": 0, "ps": 0, "bo": 0, "hib": 0}}, Phone("always", is_saving_power=False)),
        ({"android": {"loc": -2, "ps": 1}}, Phone("foreground", is_saving_power=True)),
        ({"android": {"loc": -4}}, Phone("denied", None)),
        (
            {"iOS": {"locationManagerAuthorizationStatus": "kCLAuthorizationStatusDenied",
                     "backgroundRefreshStatus": "UIBackgroundRefreshStatusDenied"}},
            Phone("denied", is_saving_power=True),
        ),
        ({}, Phone()),
    ],
)  # fmt: skip
def test_owntracks_tells_permission_and_power_save(status, phone):
    assert ask({"_type": "status", **status}).phone == phone


def test_overland_sends_features_longitude_first_and_hears_ok():
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [51.4, 35.7]},
               "properties": {"timestamp": "2026-11-27T09:00:00Z", "speed": 3, "horizontal_accuracy": 10,
                              "battery_level": 0.25, "battery_state": "charging", "device_id": "d"}}  # fmt: skip
    broken = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [51.4, 135.7]}, "properties": {}}
    reading = ask({"locations": [feature, broken, feature | {"geometry": None}]})
    assert [(fix.lat, fix.lon, fix.speed, fix.battery, fix.is_charging) for fix in reading.fixes] == [
        (35.7, 51.4, 3, 25, True)
    ]
    assert (reading.refused, reading.answer) == (2, b'{"result":"ok"}')


def test_our_own_page_sends_what_it_gathered_and_how_the_phone_is():
    point = {"at": STAMP * 1000, "lat": 35.7, "lon": 51.4, "accuracy": 9, "speed": 1, "heading": 5, "battery": 80}
    reading = ask({"points": [point, {"at": None}], "phone": {"permission": "foreground", "is_saving_power": True}})
    assert (reading.fixes[0].at, len(reading.fixes)) == (datetime.fromtimestamp(STAMP, UTC), 1)
    assert (reading.phone, reading.refused) == (Phone("foreground", is_saving_power=True), 1)


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (str(STAMP), datetime.fromtimestamp(STAMP, UTC)),
        (str(STAMP * 1000 + 500), datetime.fromtimestamp(STAMP, UTC) + timedelta(milliseconds=500)),
        ("2026-11-27T12:30:00+03:30", datetime(2026, 11, 27, 9, 0, tzinfo=UTC)),
        ("2026-11-27T09:00:00", datetime(2026, 11, 27, 9, 0, tzinfo=UTC)),
    ],
)
def test_times_are_seconds_milliseconds_or_iso_and_without_a_zone_utc(timestamp, at):
    assert only(ask(query={"id": "1", "lat": "1", "lon": "2", "timestamp": timestamp})).at == at


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"timestamp": str(int((NOW + timedelta(hours=25)).timestamp())), "lat": "1", "lon": "2"}, "from the future"),
        ({"timestamp": "1000", "lat": "1", "lon": "2"}, "too old"),
        ({"timestamp": "yesterday", "lat": "1", "lon": "2"}, "no time"),
        ({"timestamp": str(STAMP), "lat": "nan", "lon": "2"}, "no coordinates on Earth"),
        ({"timestamp": str(STAMP), "location": "91,2"}, "no coordinates on Earth"),
    ],
)
def test_a_point_that_can_never_be_stored_is_put_aside_and_answered_like_any_other(query, reason):
    reading = ask(query={"id": "1", **query})
    assert (reading.fixes, [bad.reason for bad in reading.bad], reading.answer) == ([], [reason], b"{}")


def test_a_number_of_hundreds_of_digits_is_put_aside_where_it_is_a_place_and_unknown_where_it_is_not():
    endless = 10**400
    reading = ask({"_type": "location", "tst": STAMP, "lat": endless, "lon": 1})
    assert [bad.reason for bad in reading.bad] == ["no coordinates on Earth"]
    assert only(ask({"_type": "location", "tst": STAMP, "lat": 1, "lon": 1, "acc": endless})).accuracy is None
    assert [bad.reason for bad in ask({"_type": "location", "tst": endless, "lat": 1, "lon": 1}).bad] == ["no time"]


def test_a_clock_that_is_less_than_a_day_ahead_is_believed():
    at = NOW + timedelta(hours=23)
    assert only(ask(query={"id": "1", "lat": "1", "lon": "2", "timestamp": str(int(at.timestamp()))})).at == at


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"hello", b"a=b", b'{"a": 1}', b"[1, 2]", b'{"locations": 5}'])
def test_a_body_that_nobody_knows_is_put_aside(body):
    reading = ask(body)
    assert reading.fixes == []
    assert reading.refused >= 1


def test_of_many_bad_points_the_first_are_kept():
    reading = ask({"points": [{}] * 500})
    assert (reading.refused, len(reading.bad)) == (500, 20)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["_type", "locations", "points", "location", "coords", "geometry", "coordinates", "properties",
                         "lat", "lon", "tst", "at", "timestamp", "battery", "phone", "data", "android"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_no_document_makes_a_reader_fail(document):
    assert ask(document).answer


@given(
    st.binary(max_size=60), st.dictionaries(st.sampled_from(["id", "lat", "lon", "timestamp", "location"]), st.text())
)
def test_no_request_makes_a_reader_fail(body, query):
    reading = ask(body, query)
    assert all(-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180 for fix in reading.fixes)


@given(st.text(alphabet="ab1=&%+;. é", max_size=40))
def test_a_form_that_is_cut_by_hand_reads_as_any_form(text: str) -> None:
    assert _words(text) == dict(parse_qsl(text, keep_blank_values=True))
