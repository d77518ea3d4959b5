"""Positions to the disk, and what is made of them, on a real database."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from core.actor import SYSTEM
from core.errors import NotFound, Unavailable
from core.ids import StaffId
from core.secrets import Keyring
from core.tasks import Tasks
from geo.days import Days
from geo.devices import Devices, Phone
from geo.fences import Fences
from geo.ingest import Positions, Sent
from geo.model import FenceSettings, NewDevice, TechnicianChange
from geo.nearby import Near
from geo.sphere import metres, moved
from geo.technicians import Technicians
from geo.times import TravelTimes
from geo.tracks import Tracks
from geo.travel import Band, crow_seconds
from storage.database import Database, adhoc
from tests.integration.geo_world import BEGIN, CENTRE, EVERY, HOURS, SHIFT, Walk, arrivals, is_spoiled, walk

DAY = BEGIN.date()
ALWAYS = {"zone": "UTC", "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}


class World:
    """Services on one database, with a clock that tests move."""

    def __init__(self, db: Database, tasks: Tasks) -> None:
        self.db, self.now = db, BEGIN
        keys = Keyring(b"k" * 32)
        self.positions = Positions(db, lambda: self.now, tasks, 90)
        self.devices = Devices(db, keys)
        self.technicians = Technicians(db, lambda: self.now, keys, "http://centre.example")
        self.days = Days(db, lambda: self.now, rest_seconds=0)
        self.tracks, self.fences = Tracks(db), Fences(db)

    async def hire(self, name: str = "T", shift: dict[str, Any] = SHIFT, **more: Any) -> tuple[StaffId, Phone]:
        staff_id = StaffId(uuid.uuid4())
        await self.db.run(
            adhoc(
                "insert into staff (id, login, name, password_hash)"
                " values (:id::uuid, gen_random_uuid()::text, :name::text, '')"
            ),
            id=staff_id, name=name,
        )  # fmt: skip
        await self.db.run(adhoc("insert into agent (staff_id) values (:id::uuid)"), id=staff_id)
        await self.technicians.save(
            SYSTEM, staff_id, TechnicianChange.model_validate({"version": 0, "shift": shift, **more})
        )
        return staff_id, await self.phone(staff_id)

    async def phone(self, staff_id: StaffId) -> Phone:
        made = await self.technicians.add_device(SYSTEM, staff_id, NewDevice(client="page", name="Phone"))
        found = await self.devices.find(made.token)
        assert found is not None
        return found

    async def send(self, who: Phone, *points: dict[str, Any], **more: Any) -> bytes:
        body = json.dumps({"points": points, **more}, default=str).encode()
        return await self.positions.take(who, Sent({}, "application/json", body))

    async def work_out(self) -> None:
        while await self.days.work_out():
            pass

    async def rows(self, text: str, **values: Any) -> list[Any]:
        return [tuple(row.values()) for row in await self.db.rows(adhoc(text), **values)]


@pytest.fixture
async def world(db: Database) -> Any:
    async with Tasks("test") as tasks:
        yield World(db, tasks)


def at(seconds: float, east: float = 0, north: float = 0, **more: Any) -> dict[str, Any]:
    lat, lon = moved(CENTRE, east, north)
    return {"at": (BEGIN + timedelta(seconds=seconds)).isoformat(), "lat": lat, "lon": lon, "accuracy": 5, **more}


async def last(world: World, technician_id: StaffId) -> Any:
    view = await world.technicians.get(SYSTEM, technician_id)
    return None if view.position is None else (view.position.at - BEGIN).total_seconds()


async def test_c062_c063_a_day_of_a_hundred_technicians_is_what_it_truly_was(world: World) -> None:
    chance = random.Random(8)
    walks = [walk(chance) for _ in range(100)]
    people = [await world.hire(f"T{number:03}") for number in range(len(walks))]
    worked_at = BEGIN
    for arrival in _by_minute(arrivals(chance, walks)):
        world.now = arrival[-1].at
        await asyncio.gather(*(world.positions.take(people[each.who][1], each.sent) for each in arrival))
        if world.now - worked_at > timedelta(hours=7):
            # Days are worked out on the way too, when much is still missing.
            worked_at = world.now
            await world.work_out()
    world.now = BEGIN + timedelta(hours=HOURS) - timedelta(seconds=1)
    await world.work_out()
    text = (
        "select technician_id, count(*) filter (where flags = 0), count(*) filter (where flags <> 0)"
        " from position group by 1"
    )
    stored = {technician_id: (good, spoiled) for technician_id, good, spoiled in await world.rows(text)}
    for number, ((technician_id, _), day) in enumerate(zip(people, walks, strict=True)):
        batches = -(-len(day.points) // (300 // EVERY))
        assert stored[technician_id] == (len(day.points), 2 * batches if is_spoiled(number) else 0)
        view = await world.technicians.get(SYSTEM, technician_id)
        assert view.position is not None
        newest = day.points[-1]
        assert view.position.at == newest["at"]
        assert metres(view.position.place.at, (newest["lat"], newest["lon"])) < 1
        await _is_true(world, technician_id, day)


def _by_minute(found: list[Any]) -> list[list[Any]]:
    groups: list[list[Any]] = []
    for each in found:
        if groups and each.at - groups[-1][0].at < timedelta(minutes=10):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


async def _is_true(world: World, technician_id: StaffId, day: Walk) -> None:
    found = await world.tracks.day(SYSTEM, technician_id, DAY)
    assert [leg.kind for leg in found.legs] == [leg.kind for leg in day.legs]
    for seen, true in zip(found.legs, day.legs, strict=True):
        assert abs((seen.began_at - true.began).total_seconds()) <= 2 * EVERY + 5
        assert abs((seen.ended_at - true.ended).total_seconds()) <= 2 * EVERY + 5
        # Where it turned is known to a point before and after: a minute at 60 km/h, twice.
        assert seen.metres == pytest.approx(true.metres, rel=0.05, abs=2000)
    driven = sum(leg.metres for leg in day.legs)
    assert found.metres == pytest.approx(driven, rel=0.05)
    assert found.points - found.flagged == len(day.points)


async def test_a_point_is_stored_once_whatever_is_sent_twice(world: World) -> None:
    technician_id, phone = await world.hire()
    points = [at(0), at(30), at(60)]
    assert await world.send(phone, *points) == b"{}"
    await asyncio.gather(*(world.send(phone, *points) for _ in range(5)))
    await world.send(await world.phone(technician_id), *points)
    assert await world.rows("select count(*) from position") == [(3,)]


async def test_markers_move_forward_only_and_history_takes_any_order(world: World) -> None:
    technician_id, phone = await world.hire()
    world.now = BEGIN + timedelta(hours=1)
    for seconds in (600, 300, 900, 0):
        await world.send(phone, at(seconds, seconds))
    assert await last(world, technician_id) == 900
    assert await world.rows("select count(*) from position") == [(4,)]


async def test_what_cannot_be_believed_is_kept_and_moves_no_marker(world: World) -> None:
    technician_id, phone = await world.hire()
    world.now = BEGIN + timedelta(minutes=10)
    zero = {**at(20), "lat": 0, "lon": 0}
    await world.send(phone, at(0), at(10, accuracy=900), zero, at(30, 50_000))
    assert await last(world, technician_id) == 0
    assert await world.rows("select flags from position order by at") == [(0,), (2,), (1,), (4,)]
    await world.send(phone, at(40, 50))
    assert await last(world, technician_id) == 40


async def test_three_points_that_agree_are_believed_across_requests(world: World) -> None:
    technician_id, phone = await world.hire()
    world.now = BEGIN + timedelta(minutes=10)
    for seconds, east in ((0, 0), (10, 900_000), (20, 900_010), (30, 900_020)):
        await world.send(phone, at(seconds, east))
    assert await last(world, technician_id) == 30


async def test_a_late_point_shows_others_in_another_light(world: World) -> None:
    _, phone = await world.hire()
    world.now = BEGIN + timedelta(hours=2)
    # 60 km in an hour are a drive; what came late shows that it would have been ten minutes.
    await world.send(phone, at(0), at(3600, 60_000))
    await world.send(phone, at(3000, 0), at(1500, 70_000))
    await world.work_out()
    rows = await world.rows("select flags from position order by at")
    assert rows == [(0,), (0,), (0,), (4,)]


async def test_outside_of_the_shift_nothing_is_kept(world: World) -> None:
    technician_id, phone = await world.hire()
    evening = timedelta(hours=12).total_seconds()
    world.now = BEGIN + timedelta(hours=13)
    assert await world.send(phone, at(-60), at(evening + 60), phone={"permission": "denied"}) == b"{}"
    assert await world.rows("select count(*) from position") == [(0,)]
    assert await world.rows("select seen_at, permission from technician_last") == [(None, None)]
    await world.send(phone, at(evening - 60))
    view = await world.technicians.get(SYSTEM, technician_id)
    assert (view.is_on_shift, view.position, view.signals) == (False, None, [])


async def test_bad_points_are_put_aside_with_their_reason(world: World) -> None:
    _, phone = await world.hire()
    await world.send(phone, at(0), {**at(0), "at": "2027-01-01T00:00:00Z"}, {**at(0), "lat": 95})
    await world.positions.take(phone, Sent({}, "", b"\x1f\x8b", fault="a body that does not unpack"))
    found = await world.technicians.quarantined(SYSTEM, 2**60, 10)
    assert {each.reason for each in found} >= {
        "from the future",
        "no coordinates on Earth",
        "a body that does not unpack",
    }
    assert await world.rows("select count(*) from position") == [(1,)]


async def test_a_sign_of_life_needs_no_point(world: World) -> None:
    technician_id, phone = await world.hire()
    world.now = BEGIN + timedelta(minutes=5)
    await world.positions.take(phone, Sent({}, "application/x-www-form-urlencoded", b"id=1&batt=9"))
    view = await world.technicians.get(SYSTEM, technician_id)
    assert (view.seen_at, view.battery, view.position) == (world.now, 9, None)
    assert [each.kind for each in view.signals] == ["low_battery"]
    world.now += timedelta(seconds=601)
    view = await world.technicians.get(SYSTEM, technician_id)
    assert [each.kind for each in view.signals] == ["low_battery", "silent"]


async def test_nothing_is_acknowledged_that_is_not_committed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, phone = await world.hire()

    async def lost(*_: Any, **__: Any) -> None:
        raise Unavailable

    monkeypatch.setattr("storage.database.Tx.run", lost)
    with pytest.raises(Unavailable):
        await world.send(phone, at(0))
    monkeypatch.undo()
    assert await world.rows("select count(*) from position") == [(0,)]
    assert await world.send(phone, at(0)) == b"{}"
    assert await world.rows("select count(*) from position") == [(1,)]


async def test_a_revoked_phone_is_nobodys(world: World) -> None:
    technician_id, phone = await world.hire()
    made = await world.technicians.add_device(SYSTEM, technician_id, NewDevice(client="traccar", name="Other"))
    assert await world.devices.find(made.token) is not None
    await world.technicians.revoke(SYSTEM, made.id)
    world.devices.hear(None)  # type: ignore[arg-type]  # what the feed calls it with is not looked at
    assert await world.devices.find(made.token) is None
    with pytest.raises(NotFound):
        await world.technicians.revoke(SYSTEM, made.id)
    assert phone.id != made.id


FENCE = {"kind": "circle", "centre": {"lat": CENTRE[0], "lon": CENTRE[1]}, "radius_metres": 100}


async def told(world: World) -> list[Any]:
    text = "select data ->> 'what', data ->> 'at' from event_log where kind = 'fence.crossed' order by seq"
    return [(what, (datetime.fromisoformat(when) - BEGIN).total_seconds()) for what, when in await world.rows(text)]


async def test_crossings_are_told_once_and_late_batches_tell_nothing(world: World) -> None:
    technician_id, phone = await world.hire()
    fence = FenceSettings.model_validate({"name": "Depot", "shape": FENCE, "dwell_seconds": 300})
    await world.fences.add(SYSTEM, fence)
    world.now = BEGIN + timedelta(minutes=10)
    await world.send(phone, at(0, 1000), at(60, 50), at(200, 20), at(420, 10))
    await world.work_out()
    assert await told(world) == [("enter", 60), ("dwell", 420)]
    await world.send(phone, at(480, 1500))
    # What had happened before, and comes only now.
    await world.send(phone, at(100, 500), at(120, 10))
    await world.work_out()
    await world.work_out()
    assert await told(world) == [("enter", 60), ("dwell", 420), ("exit", 480)]
    visits = (await world.tracks.day(SYSTEM, technician_id, DAY)).visits
    seconds = [[(each - BEGIN).seconds for each in (one.entered_at, one.left_at) if each] for one in visits]
    assert seconds == [[60, 100], [120, 480]]


async def test_what_a_dark_phone_brings_hours_later_is_no_news(world: World) -> None:
    technician_id, phone = await world.hire()
    await world.fences.add(SYSTEM, FenceSettings.model_validate({"name": "Depot", "shape": FENCE}))
    world.now = BEGIN + timedelta(hours=4)
    await world.send(phone, at(0, 1000), at(60, 50), at(900, 1000))
    await world.work_out()
    assert await told(world) == []
    assert len((await world.tracks.day(SYSTEM, technician_id, DAY)).visits) == 1


async def test_points_that_come_while_a_day_is_worked_out_are_not_forgotten(world: World) -> None:
    technician_id, phone = await world.hire()
    await world.send(phone, at(0))
    claimed = await world.db.rows(
        adhoc("update geo_day set dirty_at = null, running_at = now() returning technician_id, day")
    )
    assert len(claimed) == 1
    await world.send(phone, at(30))
    await world.work_out()
    assert (await world.tracks.days(SYSTEM, technician_id, 5))[0].points == 2


async def test_days_that_are_over_are_dropped_as_a_whole(world: World) -> None:
    technician_id, phone = await world.hire(shift=ALWAYS)
    for days in (0, 40, 80):
        world.now = BEGIN + timedelta(days=days)
        await world.send(phone, at(days * 86_400), at(days * 86_400 + 60))
    await world.work_out()
    assert len(await world.tracks.days(SYSTEM, technician_id, 10)) == 3
    gone = await world.db.value(adhoc("select geo_forget(:day::date)"), day=DAY + timedelta(days=50))
    assert gone == 2
    assert await world.rows("select count(*) from position") == [(2,)]
    assert [each.day for each in await world.tracks.days(SYSTEM, technician_id, 10)] == [DAY + timedelta(days=80)]


async def test_the_nearest_by_metres_are_found_though_the_index_knows_degrees(world: World, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    chance = random.Random(3)
    places = [(chance.uniform(55, 65), chance.uniform(5, 35)) for _ in range(500)]
    ids = [uuid.uuid4() for _ in places]
    await connection.execute("alter table technician_last drop constraint technician_last_technician_id_fkey")
    await connection.executemany(
        "insert into technician_last (technician_id, at, place) values ($1, now(), point($2, $3))",
        [(one, lon, lat) for one, (lat, lon) in zip(ids, places, strict=True)],
    )
    await connection.close()
    for _ in range(20):
        here = (chance.uniform(56, 64), chance.uniform(6, 34))
        found = await Near(world.db).find(here, 10)
        truth = sorted((metres(here, place), one) for one, place in zip(ids, places, strict=True))[:10]
        assert [one for _, one in found] == [one for _, one in truth]


async def test_c063_own_trips_teach_how_long_ways_take(world: World) -> None:
    technician_id, _ = await world.hire()
    begun = datetime(2026, 11, 27, 10, tzinfo=UTC)
    for number in range(30):
        there = moved(CENTRE, 5000 + number, 0)
        seconds = 1.5 * crow_seconds(CENTRE, there, Band.DAY)
        started = begun + timedelta(minutes=number)
        await world.db.run(
            adhoc("insert into geo_leg values (:id::uuid, :a::timestamptz, 'trip', :day::date, :b::timestamptz,"
                  " point(:lon::float8, :lat::float8), point(:lon2::float8, :lat2::float8), 1, 1)"),
            id=technician_id, a=started, b=started + timedelta(seconds=seconds), day=begun.date(),
            lat=CENTRE[0], lon=CENTRE[1], lat2=there[0], lon2=there[1],
        )  # fmt: skip
    times = TravelTimes(world.db, lambda: world.now)
    there = moved(CENTRE, 4000, 0)
    before = (await times.between([CENTRE], [there], begun))[0][0]
    await times.calibrate(90)
    after = (await times.between([CENTRE], [there], begun))[0][0]
    assert (before.source, after.source) == ("crow", "calibrated")
    assert after.seconds == pytest.approx(1.5 * before.seconds, rel=0.01)
