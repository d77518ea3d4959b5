"""Visits over the API: opened from a ticket, given to a technician, done by a phone that was long without a line."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from dispatch.telling import tracking_token
from dispatch.whereabouts import Arrival, Whereabout
from tests.integration.auditor import PIXEL
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person, eventually

DESK = ["visit.read", "visit.write", "visit.dispatch", "ticket.read", "ticket.write", "customer.read"]
REPAIR = "00000000-0000-7000-8000-000000000201"
INSPECTION = "00000000-0000-7000-8000-000000000204"


def at(minutes: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


async def customer(admin: Person, **said: Any) -> str:
    return str((await made(admin, "/api/customers", {"name": "مریم", **said}))["id"])


async def visit(admin: Person, **said: Any) -> dict[str, Any]:
    return await made(admin, "/api/visits", {"kind_id": INSPECTION, "subject": "Boiler", **said})


async def does(person: Person, it: dict[str, Any], what: str, **said: Any) -> dict[str, Any]:
    status, answer = await person.json("POST", f"/api/visits/{it['id']}/{what}", {"version": it["version"], **said})
    assert status == 200, answer
    return dict(answer)


async def sent(admin: Person, technician: Person, minutes: float = 60, **said: Any) -> dict[str, Any]:
    """Open a visit and send somebody there."""
    opened = await visit(admin, **said)
    given = {"technician_id": technician.me["id"], "planned_at": at(minutes), "dispatch": True}
    return await does(admin, opened, "assign", **given)


def step(state: str, minutes: float = 0, **said: Any) -> dict[str, Any]:
    return {"client_id": uuid.uuid4().hex, "state": state, "at": at(minutes), **said}


async def takes(person: Person, it: dict[str, Any], *steps: dict[str, Any]) -> tuple[list[str], Any]:
    status, answer = await person.json("POST", f"/api/visits/{it['id']}/steps", {"steps": steps})
    assert status == 200, answer
    return [each["outcome"] for each in answer["items"]], answer["visit"]


async def shows(person: Person, it: dict[str, Any], kind: str, client_id: str) -> int:
    form = aiohttp.FormData()
    form.add_field("file", PIXEL, filename="p.png", content_type="image/png")
    url = f"{person.base_url}/api/visits/{it['id']}/files?kind={kind}&client_id={client_id}"
    async with person.session.post(url, data=form, headers={"X-CSRF-Token": person.csrf}) as response:
        return response.status


async def test_c046_a_visit_carries_its_ticket_along_and_is_on_it_when_it_is_done(it: Live, admin: Person) -> None:
    who = await customer(admin)
    asked = {"kind": "service_case", "subject": "The boiler is cold", "description": "Since Monday", "customer_id": who}
    ticket = await made(admin, "/api/tickets", asked)
    opened = await made(
        admin, "/api/visits", {"kind_id": INSPECTION, "ticket_id": ticket["id"], "is_in_warranty": True}
    )
    assert (opened["subject"], opened["notes"]) == ("The boiler is cold", "Since Monday")
    assert (opened["customer_name"], opened["charge"]) == ("مریم", "free")
    technician = await hire(it, ["visit.work"], admin=admin)
    given = {"technician_id": technician.me["id"], "planned_at": at(60), "dispatch": True}
    going = await does(admin, opened, "assign", **given)
    assert (going["state"], going["attempts"]) == ("dispatched", 1)
    part = {"name": "Valve", "quantity": 2}
    done = step("done", outcome="Valve changed", parts=[part], minutes_worked=35)
    outcomes, shown = await takes(technician, going, step("on_the_way", -40), step("arrived", -35), done)
    assert outcomes == ["taken"] * 3
    assert (shown["state"], shown["outcome"], shown["minutes_worked"]) == ("done", "Valve changed", 35)
    _, answer = await admin.json("GET", f"/api/tickets/{ticket['id']}")
    (paper,) = answer["papers"]
    assert (paper["kind"], paper["minutes"]) == ("visit", 35)
    assert paper["outcome"] == "Valve changed\nValve x 2"


async def test_what_a_phone_repeats_has_one_effect_and_what_comes_late_turns_nothing_back(
    it: Live, admin: Person
) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    going = await sent(admin, technician)
    way, arrived, done = step("on_the_way", -50), step("arrived", -30), step("done", -5)
    assert (await takes(technician, going, done))[0] == ["taken"]
    outcomes, shown = await takes(technician, going, done, arrived, way)
    assert (outcomes, shown["state"]) == (["known", "taken", "taken"], "done")
    assert [each["state"] for each in shown["steps"] if each["state"] != "dispatched"] == [
        "on_the_way",
        "arrived",
        "done",
    ]
    assert (await takes(technician, going, way, arrived, done, step("on_the_way", -1)))[0][:3] == ["known"] * 3


async def test_two_phones_at_once_end_a_visit_once(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    going = await sent(admin, technician)
    done = step("done")
    answers = await asyncio.gather(*(takes(technician, going, done) for _ in range(8)))
    assert sorted(outcomes[0] for outcomes, _ in answers) == ["known"] * 7 + ["taken"]
    rows = await query(
        it, "select count(*) as n from visit_step where visit_id = $1 and state = 'done'", uuid.UUID(going["id"])
    )
    assert rows[0]["n"] == 1


async def test_a_technician_sees_and_moves_only_what_is_theirs(it: Live, admin: Person) -> None:
    technician, other = [await hire(it, ["visit.work"], admin=admin) for _ in range(2)]
    going = await sent(admin, technician)
    assert (await other.json("GET", f"/api/visits/{going['id']}"))[0] == 404
    assert (await other.json("POST", f"/api/visits/{going['id']}/steps", {"steps": [step("arrived")]}))[0] == 404
    assert (await other.json("GET", "/api/visits"))[0] == 403
    assert await shows(other, going, "photo", "x") == 404
    # Given to somebody else while the first was without a line: what the first did is kept, and changes nothing.
    given = {"technician_id": other.me["id"], "planned_at": at(60)}
    moved = await does(admin, going, "assign", **given)
    late = step("arrived", -2)
    assert await takes(technician, going, late) == (["refused"], None)
    # The answer may have been lost on the way: who asks again hears the reason again.
    _, answer = await technician.json("POST", f"/api/visits/{going['id']}/steps", {"steps": [late]})
    assert [(each["outcome"], each["why"]) for each in answer["items"]] == [("refused", "given_away")]
    assert "somebody else" in answer["items"][0]["detail"]
    _, shown = await admin.json("GET", f"/api/visits/{going['id']}")
    assert (shown["state"], shown["technician_id"]) == ("dispatched", other.me["id"])
    assert sorted((each["state"], each["outcome"]) for each in shown["steps"]) == [
        ("arrived", "refused"),
        ("dispatched", "taken"),
    ]
    assert moved["version"] == shown["version"]


async def test_what_breaks_a_rule_is_refused_with_the_rule(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    gas = await made(admin, "/api/skills", {"name": f"Gas {uuid.uuid4().hex[:6]}"})
    opened = await visit(admin, skills={gas["id"]: 3}, promised={"begins_at": at(50), "ends_at": at(120)})
    path = f"/api/visits/{opened['id']}/assign"

    async def refused(**said: Any) -> str:
        body = {"version": opened["version"], "technician_id": technician.me["id"], "planned_at": at(60), **said}
        status, answer = await admin.json("POST", path, body)
        assert status in (409, 422), answer
        return str(answer["detail"])

    assert f"lacks {gas['name']} 3" in await refused()
    desk = await hire(it, DESK, admin=admin)
    assert "no such technician" in await refused(technician_id=desk.me["id"])
    profile = {"version": 0, "skills": {gas["id"]: 4}}
    status, answer = await admin.json("PUT", f"/api/agents/{technician.me['id']}", profile)
    assert status == 200, answer
    assert "promised another time" in await refused(planned_at=at(300))
    await sent(admin, technician, 70)
    assert "at that time" in await refused(planned_at=at(60))
    taken = await does(admin, opened, "assign", technician_id=technician.me["id"], planned_at=at(119))
    assert taken["technician_id"] == technician.me["id"]


async def test_a_signature_is_owed_before_a_repair_is_done(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    going = await sent(admin, technician, kind_id=REPAIR)
    done = step("done", signed_by="مریم")
    assert (await takes(technician, going, step("arrived", -9), done))[0] == ["taken", "refused"]
    assert [await shows(technician, going, "signature", "s1") for _ in range(2)] == [201, 201]
    outcomes, shown = await takes(technician, going, done)
    assert (outcomes, shown["state"], shown["signed_by"], len(shown["files"])) == (["taken"], "done", "مریم", 1)
    async with technician.session.get(technician.base_url + shown["files"][0]["url"]) as response:
        assert (response.status, await response.read()) == (200, PIXEL)


async def test_what_could_not_be_done_is_tried_again(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    going = await sent(admin, technician)
    status, answer = await technician.json("POST", f"/api/visits/{going['id']}/steps", {"steps": [step("not_done")]})
    assert (status, answer["errors"][0]["loc"]) == (422, "steps.0")
    _, shown = await takes(technician, going, step("not_done", reason="Nobody at home"))
    assert (shown["state"], shown["reason"]) == ("not_done", "Nobody at home")
    again = await does(admin, shown, "take-back")
    assert (again["state"], again["technician_id"], again["reason"]) == ("planned", None, "")
    given = {"technician_id": technician.me["id"], "planned_at": at(90), "dispatch": True}
    assert (await does(admin, again, "assign", **given))["attempts"] == 2


async def test_a_branch_dispatches_its_own(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Isfahan"), await branch(admin, "Tabriz")
    desk = await hire(it, DESK, here, admin=admin)
    other = await visit(admin, branch_id=there)
    assert (await desk.json("GET", f"/api/visits/{other['id']}"))[0] == 404
    assert (await desk.json("PATCH", f"/api/visits/{other['id']}", {"version": 1, "notes": "x"}))[0] == 404
    own = await visit(admin, branch_id=here)
    technician = await hire(it, ["visit.work"], there, admin=admin)
    body = {"version": own["version"], "technician_id": technician.me["id"], "planned_at": at(60)}
    status, answer = await desk.json("POST", f"/api/visits/{own['id']}/assign", body)
    assert (status, answer["detail"]) == (422, "There is no such technician.")
    _, listed = await desk.json("GET", "/api/visits?limit=200")
    assert {each["branch_id"] for each in listed["items"]} <= {here, None}


async def test_c063_the_customers_link_shows_the_way_and_ends(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    who = await customer(admin, locale="fa", identities=[{"kind": "email", "value": f"{uuid.uuid4().hex}@x.example"}])
    going = await sent(admin, technician, customer_id=who)
    letter = await eventually(lambda: told(it, going["id"]), 15)
    token = letter.rsplit("/visit/", 1)[1].split()[0].rstrip(".")
    nobody = await it.anonymous()
    status, seen = await nobody.json("GET", f"/api/tracking/{token}")
    assert (status, seen["stage"], seen["locale"], seen["position"]) == (200, "planned", "fa", None)
    wrong = token[:-1] + ("1" if token.endswith("0") else "0")
    assert (await nobody.json("GET", f"/api/tracking/{wrong}"))[0] == 404
    await takes(technician, going, step("on_the_way"))
    _, seen = await nobody.json("GET", f"/api/tracking/{token}")
    assert seen["stage"] == "on_the_way"
    _, shown = await takes(technician, going, step("not_done", reason="Road closed"))
    again = await does(admin, shown, "take-back")
    await does(admin, again, "assign", technician_id=technician.me["id"], planned_at=at(90), dispatch=True)
    _, seen = await nobody.json("GET", f"/api/tracking/{token}")
    assert (seen["stage"], seen["subject"], seen["technician_name"]) == ("over", "", None)


class There:
    """Somebody who knows where a technician was at a moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    async def last(self, *_: object) -> Whereabout:
        return Whereabout(latitude=35.7, longitude=51.4, at=self._at)

    async def arrival(self, begin: object, end: object, at: datetime) -> Arrival:
        assert (begin, end) == ((35.7, 51.4), (35.8, 51.5))
        return Arrival(earliest_at=at, latest_at=at + timedelta(minutes=9), metres=9000, source="crow")


async def test_a_customer_never_sees_where_the_technician_was_before_setting_out(it: Live, admin: Person) -> None:
    technician = await hire(it, ["visit.work"], admin=admin)
    going = await sent(admin, technician, place={"address": "x", "latitude": 35.8, "longitude": 51.5})
    house = it.running.neck.dispatch
    token = tracking_token(house.visits.telling._keys, uuid.UUID(going["id"]), 1)
    now = datetime.now(UTC)

    async def seen(minutes: float) -> tuple[bool, bool]:
        found = await house._tracking.show(token, There(now + timedelta(minutes=minutes)))
        return found.position is not None, found.arrival is not None

    assert await seen(0) == (False, False), "nobody is on the way yet"
    await takes(technician, going, step("on_the_way", -30))
    assert await seen(-31) == (False, False), "that was at somebody else's"
    assert await seen(-29) == (False, False), "that is where somebody was, not is"
    assert await seen(-5) == (True, True)
    await takes(technician, going, step("arrived"))
    assert await seen(0) == (False, False)


async def told(it: Live, visit_id: str) -> str:
    """Return what the customer was written about a visit, if anything."""
    rows = await query(
        it, "select m.text from message m where m.text like '%/visit/' || $1 || '%'", uuid.UUID(visit_id).hex
    )
    return str(rows[0]["text"]) if rows else ""


async def test_c088_due_visits_arise_once_and_follow_their_plan(it: Live, admin: Person) -> None:
    start = datetime.now(UTC).date() + timedelta(days=3)
    plan = {
        "subject": "Filter", "kind_id": INSPECTION, "customer_id": await customer(admin), "starts_on": str(start),
        "calendar": "persian", "every": 1, "unit": "week", "horizon_days": 20,
    }  # fmt: skip
    _, seen = await admin.json("POST", "/api/service-plans/preview", plan)
    assert seen["items"][:2] == [str(start), str(start + timedelta(days=7))]
    kept = await made(admin, "/api/service-plans", plan)

    async def due() -> list[str]:
        _, listed = await admin.json("GET", f"/api/visits?service_plan_id={kept['id']}&limit=100")
        return sorted(each["due_on"] for each in listed["items"])

    first = await due()
    assert first == [str(start + timedelta(days=7 * week)) for week in range(3)]
    periodic = it.running.neck.dispatch._periodic
    before = (await made(admin, "/api/visits", {"kind_id": INSPECTION}))["number"]
    await asyncio.gather(periodic.look(), periodic.look())
    assert await due() == first
    # Looking again takes no number.
    after = (await made(admin, "/api/visits", {"kind_id": INSPECTION}))["number"]
    assert int(after.removeprefix("VT-")) == int(before.removeprefix("VT-")) + 1
    status, changed = await admin.json("PUT", f"/api/service-plans/{kept['id']}", plan | {"every": 2, "version": 1})
    assert (status, changed["version"]) == (200, 2)
    assert await due() == [first[0], first[2]]
    assert (await admin.json("PUT", f"/api/service-plans/{kept['id']}", plan | {"version": 1}))[0] == 409


async def test_a_due_visit_is_where_its_customer_is_now(it: Live, admin: Person) -> None:
    home = {"lines": "Azadi 5", "place": {"lat": 35.71, "lon": 51.41}}
    who = await customer(admin, addresses=[home])
    plan = {"subject": "Filter", "kind_id": INSPECTION, "customer_id": who, "starts_on": str(datetime.now(UTC).date())}
    kept = await made(admin, "/api/service-plans", plan)

    async def places() -> set[tuple[str, float]]:
        _, listed = await admin.json("GET", f"/api/visits?service_plan_id={kept['id']}")
        return {(each["place"]["address"], each["place"]["latitude"]) for each in listed["items"]}

    assert await places() == {("Azadi 5", 35.71)}
    _, known = await admin.json("GET", f"/api/customers/{who}")
    moved = {"version": known["version"], "addresses": [{"lines": "Enghelab 7", "place": {"lat": 35.8, "lon": 51.4}}]}
    status, _ = await admin.json("PATCH", f"/api/customers/{who}", moved)
    assert status == 200
    await it.running.neck.dispatch._periodic.look()
    assert await places() == {("Enghelab 7", 35.8)}


async def test_c089_overdue_services_are_counted_and_listed(it: Live, admin: Person) -> None:
    today = datetime.now(UTC).date()
    _, before = await admin.json("GET", f"/api/service-standing?first={today - timedelta(days=30)}&last={today}")
    plan = {
        "subject": "Belt", "kind_id": INSPECTION, "customer_id": await customer(admin),
        "starts_on": str(today - timedelta(days=2)), "every": 1, "unit": "year", "tolerance_days": 3,
    }  # fmt: skip
    kept = await made(admin, "/api/service-plans", plan)
    # Its tolerance is over since.
    await query(it, "update service_plan set tolerance_days = 0 where id = $1", uuid.UUID(kept["id"]))
    _, now = await admin.json("GET", f"/api/service-standing?first={today - timedelta(days=30)}&last={today}")
    assert now["overdue"] == before["overdue"] + 1
    _, listed = await admin.json("GET", "/api/visits?overdue=true&limit=200")
    assert kept["id"] in {each["service_plan_id"] for each in listed["items"]}
