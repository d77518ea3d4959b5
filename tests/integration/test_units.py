"""A unit is registered on a service case and seen from reception to delivery; what else was done stays there too."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest_asyncio

from tests.integration.house import hire, made
from tests.integration.test_tickets import DESK, change, listed, ticket
from tests.live import Live, Person

WAY = ("Reception", "Diagnosis", "Waiting for parts", "Repair", "Ready for delivery", "Delivered")


@pytest_asyncio.fixture(scope="module")
async def clerk(it: Live) -> Person:
    return await hire(it, DESK)


async def stages(person: Person) -> dict[str, str]:
    _, answer = await person.json("GET", "/api/ticket-statuses")
    return {each["names"]["en"]: each["id"] for each in answer["items"]}


async def register(person: Person, case: dict[str, Any], **said: Any) -> dict[str, Any]:
    body = {"product": "Washing machine", "serial": f"SN-{uuid.uuid4().hex[:8]}", **said}
    status, answer = await person.json("PUT", f"/api/tickets/{case['id']}/unit", body)
    assert status == 200, answer
    return dict(answer)


async def test_c059_an_employee_registers_the_unit_and_sees_its_state_from_reception_to_delivery(
    it: Live, clerk: Person
) -> None:
    named = await stages(clerk)
    case = await ticket(clerk, kind="service_case", owner_id=clerk.me["id"])
    assert case["status_id"] == named["Reception"]
    kept = await register(clerk, case, place="outside", workshop="Workshop Nord", condition="A scratch; no cable")
    assert (kept["unit"]["place"], kept["unit"]["workshop"], kept["unit"]["version"]) == ("outside", "Workshop Nord", 1)
    for name in WAY[1:]:
        case = await change(clerk, case, status_id=named[name])
    assert case["category"] == "solved"
    _, shown = await clerk.json("GET", f"/api/tickets/{case['id']}/unit")
    assert [step["status_id"] for step in shown["steps"]] == [named[name] for name in WAY]
    assert [step["until"] is None for step in shown["steps"]] == [False] * 5 + [True]
    _, history = await clerk.json("GET", f"/api/tickets/{case['id']}/history")
    assert history["items"][-2]["changes"]["unit.product"] == [None, "Washing machine"]


async def test_c059_earlier_cases_of_the_same_unit_are_shown_and_it_is_found_by_its_serial_number(
    it: Live, clerk: Person
) -> None:
    serial = f"ab{uuid.uuid4().hex[:6]}"
    first, second = [await ticket(clerk, kind="service_case") for _ in range(2)]
    await register(clerk, first, serial=serial)
    kept = await register(clerk, second, serial=f"{serial[:2]}-{serial[2:]}".upper())
    assert [each["id"] for each in kept["earlier"]] == [first["id"]]
    admin = await it.person("admin")
    _, shown = await admin.json("GET", f"/api/tickets/{first['id']}")
    await change(admin, shown, is_confidential=True)
    other = await hire(it, DESK)
    _, shown = await other.json("GET", f"/api/tickets/{second['id']}/unit")
    assert shown["earlier"] == [], "of what nobody may know nobody hears"
    assert first["number"] in await listed(admin, q=serial)


async def test_c082_an_employee_sees_in_warranty_free_or_out_of_it_charged(it: Live, clerk: Person) -> None:
    case = await ticket(clerk, kind="service_case")
    kept = await register(clerk, case, received_on="2026-03-20", warranty_until="2026-03-20")
    assert (kept["unit"]["warranty"], kept["unit"]["charge"]) == ("in", "free")
    body = {"product": "Pump", "warranty_until": "2026-03-19", "version": 1}
    status, kept = await clerk.json("PUT", f"/api/tickets/{case['id']}/unit", body)
    assert (status, kept["unit"]["received_on"], kept["unit"]["charge"]) == (200, "2026-03-20", "charged")
    assert (await clerk.json("PUT", f"/api/tickets/{case['id']}/unit", body))[0] == 409
    other = await ticket(clerk, kind="inquiry")
    assert (await clerk.json("PUT", f"/api/tickets/{other['id']}/unit", {"product": "Pump"}))[0] == 409
    reader = await hire(it, ["ticket.read"])
    assert (await reader.json("PUT", f"/api/tickets/{case['id']}/unit", {"product": "x", "version": 2}))[0] == 403


async def test_c045_a_training_an_answer_and_a_fix_are_recorded_and_stay_in_the_history(clerk: Person) -> None:
    one = await ticket(clerk)
    path = f"/api/tickets/{one['id']}/papers"
    for kind, summary in (("training", "Showed the menu"), ("answer", "It is sent weekly"), ("fix", "Reset the board")):
        shown = await made(clerk, path, {"kind": kind, "summary": summary, "minutes": 20})
    papers = [(paper["kind"], paper["number"].split("-")[0], paper["staff_name"]) for paper in shown["papers"]]
    name = clerk.me["name"]
    assert papers == [("training", "TR", name), ("answer", "AN", name), ("fix", "FX", name)]


async def test_a_unit_comes_on_the_day_that_it_is_where_the_organisation_is(it: Live, clerk: Person) -> None:
    admin = await it.person("admin")
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        _, known = await admin.json("GET", "/api/organisation")
        change = {"version": known["version"], "time_zone": zone}
        assert (await admin.json("PUT", "/api/organisation", change))[0] == 200
        case, before = await ticket(clerk, kind="service_case"), datetime.now(ZoneInfo(zone))
        kept = await register(clerk, case)
        days = {at.date().isoformat() for at in (before, datetime.now(ZoneInfo(zone)))}
        assert kept["unit"]["received_on"] in days, zone
