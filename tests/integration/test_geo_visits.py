"""What visits and positions know of each other: the customer's link, and who has work before them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from core.secrets import Keyring
from dispatch.telling import tracking_token
from tests.integration.house import hire, made, query
from tests.live import Live, Person

_ALWAYS = {"zone": "UTC", "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}
_INSPECTION = "00000000-0000-7000-8000-000000000204"
_THERE = {"address": "Valiasr 1", "latitude": 35.75, "longitude": 51.41}


def step(state: str) -> dict[str, Any]:
    return {"client_id": uuid.uuid4().hex, "state": state, "at": datetime.now(UTC).isoformat()}


async def takes(person: Person, visit: dict[str, Any], state: str) -> None:
    status, answer = await person.json("POST", f"/api/visits/{visit['id']}/steps", {"steps": [step(state)]})
    assert (status, answer["items"][0]["outcome"]) == (200, "taken"), answer


async def technician(it: Live, admin: Person) -> tuple[Person, str]:
    """Hire somebody who goes to customers; returns them and the token of their phone."""
    person = await hire(it, ["visit.work"], admin=admin)
    await (await person.console(available=False)).close()
    profile = {"version": 0, "shift": _ALWAYS}
    assert (await admin.json("PUT", f"/api/technicians/{person.me['id']}", profile))[0] == 200
    return person, str((await made(person, "/api/my/phone", {}))["token"])


async def is_at(it: Live, token: str, lat: float, lon: float) -> None:
    body = json.dumps({"points": [{"at": datetime.now(UTC).isoformat(), "lat": lat, "lon": lon, "accuracy": 5}]})
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{it.base_url}/api/positions/{token}", data=body) as response,
    ):
        assert response.status == 200


async def sent(admin: Person, person: Person, minutes: float) -> dict[str, Any]:
    visit = await made(admin, "/api/visits", {"kind_id": _INSPECTION, "subject": "Boiler", "place": _THERE})
    planned = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    body = {"version": visit["version"], "technician_id": person.me["id"], "planned_at": planned, "dispatch": True}
    status, answer = await admin.json("POST", f"/api/visits/{visit['id']}/assign", body)
    assert status == 200, answer
    return dict(answer)


async def test_c063_who_waits_sees_a_rounded_position_and_a_range_only_while_somebody_is_on_the_way(it: Live) -> None:
    admin = await it.person("admin")
    person, phone = await technician(it, admin)
    visit = await sent(admin, person, 60)
    keys = Keyring.load(None, it.settings.data_dir / "secret.key")
    (row,) = await query(it, "select attempts from visit where id = $1::uuid", visit["id"])
    path = f"/api/tracking/{tracking_token(keys, uuid.UUID(visit['id']), row['attempts'])}"
    nobody = await it.anonymous()
    await is_at(it, phone, 35.701234, 51.398765)
    assert (await nobody.json("GET", path))[1]["position"] is None
    await takes(person, visit, "on_the_way")
    # Where somebody was before setting out may be another customer's home.
    assert (await nobody.json("GET", path))[1]["position"] is None
    await is_at(it, phone, 35.701234, 51.398765)
    status, seen = await nobody.json("GET", path)
    assert (status, seen["position"]["latitude"], seen["position"]["longitude"]) == (200, 35.701, 51.399)
    arrival = seen["arrival"]
    assert datetime.now(UTC).isoformat() < arrival["earliest_at"] < arrival["latest_at"]
    assert (arrival["source"], arrival["metres"] > 5000) == ("crow", True)
    await takes(person, visit, "arrived")
    _, seen = await nobody.json("GET", path)
    assert (seen["position"], seen["arrival"]) == (None, None)


async def test_c061_who_has_visits_before_them_comes_after_who_has_none(it: Live) -> None:
    admin = await it.person("admin")
    (busy, near), (free, farther) = await technician(it, admin), await technician(it, admin)
    await is_at(it, near, 10.0, 10.0)
    await is_at(it, farther, 10.0, 10.02)
    asked = {"place": {"lat": 10.0, "lon": 10.0}, "most": 50}

    async def order() -> list[str]:
        _, answer = await admin.json("POST", "/api/technicians/nearest", asked)
        ids = [each["technician_id"] for each in answer["items"]]
        return [each for each in ids if each in (busy.me["id"], free.me["id"])]

    assert await order() == [busy.me["id"], free.me["id"]]
    at_work = await sent(admin, busy, 0)
    await sent(admin, busy, 200)
    await takes(busy, at_work, "on_the_way")
    assert await order() == [free.me["id"], busy.me["id"]]
