"""Days that are planned over the API: proposed, accepted once, stale, undone, without somebody who fell ill."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.house import branch, hire, made
from tests.live import Live, Person, eventually

INSPECTION = "00000000-0000-7000-8000-000000000204"
SHIFT = {"zone": "UTC", "weekly": [{"day": day, "start": "08:00", "end": "16:00"} for day in range(7)]}
HOME = (35.70, 51.40)


class Crew:
    """A branch of its own with technicians and visits, on a day that nobody else plans."""

    days = 2

    def __init__(self, it: Live, admin: Person, branch_id: str) -> None:
        self.it, self.admin, self.branch_id = it, admin, branch_id
        Crew.days += 1
        self.day = (datetime.now(UTC) + timedelta(days=Crew.days)).date()

    @classmethod
    async def make(cls, it: Live, admin: Person) -> Crew:
        return cls(it, admin, await branch(admin, f"North {Crew.days}"))

    def at(self, clock: str) -> str:
        return f"{self.day}T{clock}:00+00:00"

    async def technician(self, east: float = 0.0, **more: Any) -> Person:
        person = await hire(self.it, ["visit.work", "work.take"], self.branch_id, self.admin)
        # Whoever opened the console once is an agent, and can be made a technician.
        await (await person.console(available=False)).close()
        said = {"version": 0, "shift": SHIFT, "home": {"lat": HOME[0], "lon": HOME[1] + east}, **more}
        status, answer = await self.admin.json("PUT", f"/api/technicians/{person.me['id']}", said)
        assert status == 200, answer
        return person

    async def visit(self, east: float = 0.0, **more: Any) -> dict[str, Any]:
        place = {"latitude": HOME[0], "longitude": HOME[1] + east}
        said = {"kind_id": INSPECTION, "subject": "Boiler", "branch_id": self.branch_id, "place": place, "minutes": 60}
        return await made(self.admin, "/api/visits", {**said, **more})

    async def plan(self, **more: Any) -> dict[str, Any]:
        said = {"day": str(self.day), "branch_id": self.branch_id, "rounds": 40, "seconds": 1}
        return await made(self.admin, "/api/plans", {**said, **more})

    async def does(self, run: dict[str, Any], what: str) -> tuple[int, Any]:
        return await self.admin.json("POST", f"/api/plans/{run['id']}/{what}")

    async def accepted(self, **more: Any) -> dict[str, Any]:
        status, answer = await self.does(await self.plan(**more), "accept")
        assert status == 200, answer
        return dict(answer)

    async def now(self, visit: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.admin.json("GET", f"/api/visits/{visit['id']}"))[1])

    async def moves(self, visit: dict[str, Any], what: str, **said: Any) -> dict[str, Any]:
        known = await self.now(visit)
        path = f"/api/visits/{visit['id']}/{what}"
        status, answer = await self.admin.json("POST", path, {"version": known["version"], **said})
        assert status == 200, answer
        return dict(answer)


async def test_a_plan_is_accepted_once_and_undone_while_nothing_moved(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    near, far = await crew.technician(), await crew.technician(0.4)
    here, there = await crew.visit(0.01), await crew.visit(0.41)
    promised = {"begins_at": crew.at("13:00"), "ends_at": crew.at("14:00")}
    kept = await crew.visit(0.02, promised=promised)
    nowhere = await crew.visit(place={})
    run = await crew.plan()
    assert (run["state"], run["plan"]["source"]) == ("proposed", "crow")
    assert (await crew.now(here))["technician_id"] is None
    assert [(note["visit_id"], note["rule"]) for note in run["notes"]] == [(nowhere["id"], "no_place")]
    answers = await asyncio.gather(*(crew.does(run, "accept") for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
    shown = [await crew.now(each) for each in (here, there, kept)]
    assert [each["technician_id"] for each in shown] == [near.me["id"], far.me["id"], near.me["id"]]
    assert crew.at("13:00")[:16] <= shown[2]["planned_at"][:16] <= crew.at("14:00")[:16]
    assert (await crew.does(run, "undo"))[1]["state"] == "undone"
    assert [(await crew.now(each))["technician_id"] for each in (here, there, kept)] == [None] * 3
    assert (await crew.does(run, "undo"))[0] == 409


async def test_what_changed_since_makes_a_proposal_stale_and_an_accepted_plan_final(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    await crew.technician()
    one, two = await crew.visit(0.01), await crew.visit(0.02)
    run = await crew.plan()
    known = await crew.now(one)
    await admin.json("PATCH", f"/api/visits/{one['id']}", {"version": known["version"], "minutes": 90})
    status, answer = await crew.does(run, "accept")
    assert status == 409
    assert one["number"] in answer["detail"]
    assert (await admin.json("GET", f"/api/plans/{run['id']}"))[1]["state"] == "stale"
    assert (await crew.now(two))["technician_id"] is None
    again = await crew.accepted()
    await crew.moves(two, "dispatch")
    assert (await crew.does(again, "undo"))[0] == 409
    assert (await crew.now(one))["technician_id"] is not None


async def test_a_proposal_is_judged_again_by_what_is_so_when_it_is_accepted(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    technician = await crew.technician()
    await crew.visit(0.01)
    run = await crew.plan()
    short = {"zone": "UTC", "weekly": [{"day": day, "start": "15:30", "end": "16:00"} for day in range(7)]}
    home = {"lat": HOME[0], "lon": HOME[1]}
    await admin.json("PUT", f"/api/technicians/{technician.me['id']}", {"version": 1, "shift": short, "home": home})
    status, answer = await crew.does(run, "accept")
    assert (status, "would break" in answer["detail"]) == (409, True)


async def test_who_falls_ill_is_replaced_and_what_is_locked_or_told_keeps_its_time(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    ill, well = await crew.technician(), await crew.technician(0.05)
    given = {"technician_id": ill.me["id"]}
    told, loose = await crew.visit(0.01), await crew.visit(0.02)
    locked = await crew.visit(0.03)
    await crew.moves(told, "assign", planned_at=crew.at("10:00"), dispatch=True, **given)
    await crew.moves(loose, "assign", planned_at=crew.at("12:00"), **given)
    mine = {"technician_id": well.me["id"], "is_locked": True}
    await crew.moves(locked, "assign", planned_at=crew.at("14:00"), **mine)
    going = await crew.visit(0.04)
    await crew.moves(going, "assign", planned_at=crew.at("08:30"), dispatch=True, **given)
    step = {"client_id": "way", "state": "on_the_way", "at": datetime.now(UTC).isoformat()}
    assert (await ill.json("POST", f"/api/visits/{going['id']}/steps", {"steps": [step]}))[0] == 200
    run = await crew.accepted(kind="absence", absent_ids=[ill.me["id"]], moves=0)
    assert {each["visit_id"] for each in run["plan"]["changes"]} == {told["id"], loose["id"]}
    told, loose, locked, going = [await crew.now(each) for each in (told, loose, locked, going)]
    assert told["technician_id"] == loose["technician_id"] == well.me["id"]
    assert crew.at("09:30")[:16] <= told["planned_at"][:16] <= crew.at("10:30")[:16]
    assert (told["state"], locked["planned_at"][:16]) == ("dispatched", crew.at("14:00")[:16])
    assert (going["state"], going["technician_id"]) == ("on_the_way", ill.me["id"])


async def test_what_nobody_can_do_is_named_with_the_reason_and_a_question_changes_nothing(
    it: Live, admin: Person
) -> None:
    crew = await Crew.make(it, admin)
    await crew.technician()
    skill = await made(admin, "/api/skills", {"name": f"Gas {crew.day}"})
    odd = await crew.visit(0.01, skills={skill["id"]: 3})
    far = await crew.visit(20.0)
    run = await crew.plan(kind="what_if", extra=[{"latitude": HOME[0], "longitude": HOME[1]}])
    assert {note["visit_id"]: note["rule"] for note in run["notes"]} == {odd["id"]: "skill", far["id"]: "shift"}
    assert len(run["plan"]["stops"]) == 1
    assert (await crew.does(run, "accept"))[0] == 409
    assert (await crew.does(run, "refuse"))[1]["state"] == "refused"
    status, _ = await admin.json(
        "POST", "/api/plans", {"day": str(crew.day), "extra": [{"latitude": 1, "longitude": 1}]}
    )
    assert status == 422


async def test_a_price_is_known_before_a_visit_is_dropped_and_moves_nobody(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    busy, free = await crew.technician(), await crew.technician(0.2)
    first = await crew.visit(0.01, minutes=240)
    await crew.moves(first, "assign", technician_id=busy.me["id"], planned_at=crew.at("09:00"))
    visit = await crew.visit(0.02)
    path = f"/api/visits/{visit['id']}/price"
    _, answer = await admin.json("POST", path, {"day": str(crew.day)})
    assert [each["technician_id"] for each in answer["items"]] == [busy.me["id"], free.me["id"]]
    assert answer["items"][0]["extra_seconds"] < answer["items"][1]["extra_seconds"]
    drop = {"technician_id": busy.me["id"], "planned_at": crew.at("10:00")}
    _, answer = await admin.json("POST", path, drop)
    (refused,) = answer["items"]
    assert refused["rule"] is not None
    assert refused["by"] > 0
    _, answer = await admin.json("POST", path, {**drop, "planned_at": crew.at("14:00")})
    assert answer["items"][0]["starts_at"][:16] == crew.at("14:00")[:16]
    await crew.moves(visit, "assign", **{**drop, "planned_at": crew.at("14:00")})
    _, day = await admin.json("GET", f"/api/dispatch/day?day={crew.day}&branch_id={crew.branch_id}")
    assert {each["id"] for each in day["technicians"]} == {busy.me["id"], free.me["id"]}
    assert {first["id"], visit["id"]} <= {each["id"] for each in day["visits"]}
    assert day["risks"] == []
    # Ten minutes after the end of the first is no time to be at the other end of the town.
    late = await crew.visit(0.3)
    await crew.moves(late, "assign", technician_id=busy.me["id"], planned_at=crew.at("15:01"))
    _, day = await admin.json("GET", f"/api/dispatch/day?day={crew.day}&branch_id={crew.branch_id}")
    assert [each["visit_id"] for each in day["risks"]] == [late["id"]]


async def test_plans_and_their_feed_belong_to_the_branch(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    await crew.technician()
    await crew.visit(0.01)
    rights = ["visit.read", "visit.dispatch"]
    mine = await hire(it, rights, crew.branch_id, admin)
    other = await hire(it, rights, await branch(admin, f"South {crew.day}"), admin)
    run = await crew.plan()
    assert (await other.json("GET", f"/api/plans/{run['id']}"))[0] == 404
    assert (await other.json("POST", f"/api/plans/{run['id']}/accept"))[0] == 404
    assert run["id"] in {each["id"] for each in (await mine.json("GET", "/api/plans"))[1]["items"]}
    assert run["id"] not in {each["id"] for each in (await other.json("GET", "/api/plans"))[1]["items"]}
    assert (await mine.json("POST", "/api/plans", {"day": str(crew.day)}))[0] == 422


async def test_a_visit_is_where_its_customer_is_unless_somebody_says_where(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    homes = [
        {"lines": "Unknown road 1"},
        {"lines": "Azadi 5", "place": {"lat": 35.71, "lon": 51.41}},
    ]
    customer = await made(admin, "/api/customers", {"name": "مریم", "addresses": homes})
    visit = await crew.visit(place={"phone": "123"}, customer_id=customer["id"])
    assert visit["place"] == {"address": "Azadi 5", "latitude": 35.71, "longitude": 51.41, "phone": "123"}
    other = await crew.visit(0.1, customer_id=customer["id"])
    assert other["place"]["longitude"] == pytest.approx(HOME[1] + 0.1)


async def test_a_board_that_is_watched_hears_of_visits_and_plans(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    await crew.technician()
    socket = await admin.console(available=False)
    heard: list[Any] = []
    socket.client.on("event", heard.append, namespace="/agent")
    await socket.command("dispatch.watch")
    visit = await crew.visit(0.01)
    loose = await crew.visit(0.01, branch_id=None)
    run = await crew.plan()

    async def seen() -> bool:
        ids = {event["data"].get("visit", {}).get("id") for event in heard if event["type"] == "visit.changed"}
        runs = {event["data"].get("run_id") for event in heard if event["type"] == "plan.told"}
        return {visit["id"], loose["id"]} <= ids and run["id"] in runs

    await eventually(seen)
    await socket.command("dispatch.leave")
    await socket.close()


async def test_a_day_that_stands_is_thought_over_and_says_only_what_is_worth_it(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    west, east = await crew.technician(), await crew.technician(0.3)
    for_east, for_west = await crew.visit(0.31), await crew.visit(0.01)
    await crew.visit(0.02)
    # By hand each was sent to the other end of the town.
    await crew.moves(for_east, "assign", technician_id=west.me["id"], planned_at=crew.at("10:00"))
    await crew.moves(for_west, "assign", technician_id=east.me["id"], planned_at=crew.at("10:00"))
    said = {"day": str(crew.day), "branch_id": crew.branch_id, "rounds": 40, "seconds": 1}
    few = (await made(admin, "/api/plans/better", {**said, "moves": 1}))["run"]
    assert len([each for each in few["plan"]["changes"] if each["before_id"] != each["after_id"]]) == 1
    run = (await made(admin, "/api/plans/better", said))["run"]
    assert run["kind"] == "better"
    assert {each["visit_id"] for each in run["plan"]["changes"]} == {for_east["id"], for_west["id"]}
    assert run["cost"]["stands"]["travel_seconds"] - run["cost"]["planned"]["travel_seconds"] > 3600
    assert run["cost"]["stands"]["unassigned"] == run["cost"]["planned"]["unassigned"]
    assert (await crew.does(run, "accept"))[1]["state"] == "accepted"
    assert (await crew.now(for_east))["technician_id"] == east.me["id"]
    assert await made(admin, "/api/plans/better", said) == {"run": None}


async def test_a_try_says_what_would_be_late_unassigned_and_overtime_over_several_days(it: Live, admin: Person) -> None:
    crew = await Crew.make(it, admin)
    technician = await crew.technician()
    first, late = await crew.visit(0.01, minutes=240), await crew.visit(0.3)
    given = {"technician_id": technician.me["id"]}
    await crew.moves(first, "assign", planned_at=crew.at("11:00"), **given)
    await crew.moves(late, "assign", planned_at=crew.at("15:01"), **given)
    for _ in range(2):
        await crew.visit(0.02, minutes=180)
    _, board = await admin.json("GET", f"/api/dispatch/day?day={crew.day}&branch_id={crew.branch_id}")
    nobody = len([each for each in board["visits"] if each["planned_at"] is None])
    figures = (await crew.plan(kind="what_if", days=2))["cost"]
    Crew.days += 1
    stands, planned = figures["stands"], figures["planned"]
    assert (stands["late"], stands["unassigned"], stands["overtime_seconds"] > 0) == (1, nobody, True)
    assert (planned["late"], planned["unassigned"], planned["overtime_seconds"]) == (0, 0, 0)
    alone = (await crew.plan(kind="what_if", absent_ids=[technician.me["id"]]))["cost"]
    assert alone["stands"]["unassigned"] == alone["planned"]["unassigned"] == nobody + 2
    assert (await crew.now(first))["planned_at"][:16] == crew.at("11:00")[:16]
