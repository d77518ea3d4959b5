"""Promises on real tickets: due by calendars with Jalali holidays, warned, late, and counted anew when rules change."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from persiantools.jdatetime import JalaliDateTime

from core.clock import utc_now
from core.errors import Conflict
from sla.hours import Holiday, Hours, Interval
from sla.working import due
from tests.integration.house import branch, hire, house, made, query
from tests.integration.test_tickets import change, stage, ticket
from tests.live import Live, Person, eventually

ALWAYS = {"weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def admin(it: Live) -> Person:
    return await it.person("admin")


async def policy(admin: Person, **said: Any) -> dict[str, Any]:
    body = {"name": uuid.uuid4().hex, "targets": {"normal": {"first_response": 60, "resolution": 480}}, **said}
    return await made(admin, "/api/sla-policies", body)


async def calendar(admin: Person, hours: dict[str, Any], **said: Any) -> dict[str, Any]:
    return await made(admin, "/api/calendars", {"name": uuid.uuid4().hex, "hours": hours, **said})


async def shown(person: Person, one: dict[str, Any]) -> dict[str, Any]:
    return dict((await person.json("GET", f"/api/tickets/{one['id']}"))[1])


def clock(view: dict[str, Any], metric: str) -> dict[str, Any]:
    return next(each for each in view["standing"]["clocks"] if each["metric"] == metric)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_c042_times_by_priority_and_a_new_ticket_shows_when_it_is_due(admin: Person) -> None:
    targets = {"normal": {"first_response": 60, "resolution": 480}, "urgent": {"first_response": 5, "resolution": 30}}
    await policy(admin, targets=targets)
    normal = await ticket(admin)
    opened = at(normal["opened_at"])
    assert at(normal["due_at"]) == opened + timedelta(hours=1)
    assert at(clock(normal, "resolution")["due_at"]) == opened + timedelta(hours=8)
    urgent = await change(admin, normal, priority="urgent")
    assert at(urgent["due_at"]) == opened + timedelta(minutes=5), "from its beginning, not from the change"
    assert [each["cause"] for each in urgent["due_history"]] == ["opened"] * 2 + ["facts"] * 2
    low = await change(admin, urgent, priority="low")
    assert (low["due_at"], low["sla"]) == (None, "kept"), "nothing is promised to it"


async def test_a_jalali_holiday_moves_what_is_due(admin: Person) -> None:
    """An administrator makes today, by the Iranian calendar, a day off: everything that is due moves."""
    hours = Hours(zone="Asia/Tehran", weekly=tuple(Interval(day=day, start="00:00", end="24:00") for day in range(7)))
    office = await calendar(admin, hours.model_dump(mode="json"), is_default=True)
    await policy(admin, targets={"normal": {"resolution": 60 * 30}})
    opened = await ticket(admin)
    start = at(opened["opened_at"])
    assert at(opened["due_at"]) == due(hours, start, 60 * 30)

    tomorrow = JalaliDateTime.fromtimestamp(start.timestamp() + 86_400, ZoneInfo("Asia/Tehran"))
    off = hours.model_copy(update={"rules": (Holiday(calendar="persian", month=tomorrow.month, day=tomorrow.day),)})
    body = {"name": office["name"], "hours": off.model_dump(mode="json"), "is_default": True, "version": 1}
    assert (await admin.json("PUT", f"/api/calendars/{office['id']}", body))[0] == 200
    expected = due(off, start, 60 * 30)
    assert expected is not None
    assert expected > at(opened["due_at"])

    async def has_moved() -> bool:
        return at((await shown(admin, opened))["due_at"]) == expected

    await eventually(has_moved)
    [first, second] = (await shown(admin, opened))["due_history"]
    assert (first["cause"], second["cause"]) == ("opened", "calendar")
    assert (second["due_before"], second["due_after"]) == (first["due_after"], (await shown(admin, opened))["due_at"])


async def test_pending_stops_the_clock_and_an_answer_ends_the_first(it: Live, admin: Person) -> None:
    await policy(admin)
    opened = await ticket(admin)
    waiting = await change(admin, opened, status_id=await stage(admin, "pending"))
    assert waiting["due_at"] is None
    assert {each["state"] for each in waiting["standing"]["clocks"]} == {"paused"}
    going = await change(admin, waiting, status_id=await stage(admin, "open"))
    assert at(going["due_at"]) > at(opened["due_at"])
    solved = await change(admin, going, status_id=await stage(admin, "solved"))
    assert {each["metric"]: each["state"] for each in solved["standing"]["clocks"]} == {
        "first_response": "dropped",
        "resolution": "met",
    }
    assert (solved["sla"], solved["due_at"]) == ("kept", None)


async def test_c043_what_is_near_and_late_is_told_once_and_listed(it: Live, admin: Person) -> None:
    await policy(admin, targets={"normal": {"first_response": 60}})
    board = await it.person("nadia")
    socket = await board.console(available=False)
    mine, other = await ticket(admin), await ticket(admin)
    past = timedelta(minutes=50)
    for one, shift in ((mine, past), (other, timedelta(minutes=61))):
        await query(
            it,
            "update sla_clock set due_at = due_at - $2::interval, warn_at = warn_at - $2::interval "
            "where subject_id = $1",
            uuid.UUID(one["id"]),
            shift,
        )

    async def states() -> bool:
        return ((await shown(admin, mine))["sla"], (await shown(admin, other))["sla"]) == ("near", "breached")

    await eventually(states)
    for state, one in (("near", mine), ("breached", other)):
        _, page = await admin.json("GET", f"/api/tickets?sla={state}")
        assert [each["id"] for each in page["items"]] == [one["id"]]
    rows = await query(
        it, "select kind, data->>'subject_id' as of from event_log where kind ~ '^sla.(warned|breached)$'"
    )
    told = sorted((row["kind"], row["of"]) for row in rows)
    assert told == [("sla.breached", other["id"]), ("sla.warned", mine["id"])]
    await socket.until(
        lambda: {each["kind"] for each in socket.state["notifications"]} == {"ticket_due", "ticket_late"}
    )
    await socket.close()
    _, counts = await admin.json("GET", "/api/tickets/counts")
    assert {each["sla"]: each["number"] for each in counts["items"]} == {"near": 1, "breached": 1}


async def test_the_hours_are_those_of_the_branch_or_of_the_one_above(it: Live, admin: Person) -> None:
    top = await branch(admin, "Iran")
    low = str((await made(admin, "/api/branches", {"name": uuid.uuid4().hex, "parent_id": top}))["id"])
    await calendar(admin, {"zone": "Asia/Tehran", "weekly": []}, branches=[top])
    await policy(admin)
    there = await ticket(admin, branch_id=low)
    assert there["due_at"] is None, "nobody ever works there"
    here = await ticket(admin)
    assert here["due_at"] is not None, "around the clock where no hours are set"


async def test_a_policy_that_goes_takes_its_promises_along(it: Live, admin: Person) -> None:
    kept = await policy(admin)
    opened = await ticket(admin)
    assert opened["standing"]["policy_id"] == kept["id"]
    assert (await admin.json("DELETE", f"/api/sla-policies/{kept['id']}"))[0] in (200, 204)

    async def is_free() -> bool:
        return (await shown(admin, opened))["due_at"] is None

    await eventually(is_free)


async def test_rules_are_kept_from_who_may_not_and_from_two_at_once(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["ticket.read", "ticket.write"])
    said = {"name": "x", "targets": {"normal": {"resolution": 5}}}
    assert (await clerk.json("POST", "/api/sla-policies", said))[0] == 403
    kept = await policy(admin)
    body = {name: value for name, value in kept.items() if name != "id"}
    assert (await admin.json("PUT", f"/api/sla-policies/{kept['id']}", body))[0] == 200
    assert (await admin.json("PUT", f"/api/sla-policies/{kept['id']}", body))[0] == 409
    used = await calendar(admin, ALWAYS)
    await policy(admin, calendar_id=used["id"])
    assert (await admin.json("DELETE", f"/api/calendars/{used['id']}"))[0] == 409
    wrong = {"name": "y", "hours": {"zone": "Asia/Tehram"}}
    assert (await admin.json("POST", "/api/calendars", wrong))[0] == 422


async def test_hours_are_tried_before_they_are_saved(admin: Person) -> None:
    start = utc_now().replace(microsecond=0)
    _, tried = await admin.json(
        "POST", "/api/calendars/trial", {"hours": ALWAYS, "start": start.isoformat(), "minutes": 90}
    )
    assert tried == {
        "is_open": True,
        "due_at": (start + timedelta(minutes=90)).astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    _, never = await admin.json("POST", "/api/calendars/trial", {"hours": {}, "start": start.isoformat(), "minutes": 1})
    assert never == {"is_open": False, "due_at": None}


@pytest.mark.parametrize("number", [7])
async def test_many_open_tickets_are_all_counted_anew(it: Live, admin: Person, number: int) -> None:
    opened = [await ticket(admin) for _ in range(number)]
    await policy(admin)

    async def all_have() -> bool:
        rows = await query(it, "select count(*) as number from ticket where due_at is not null")
        return int(rows[0]["number"]) == len(opened)

    await eventually(all_have)


async def test_one_ticket_that_cannot_be_told_stops_no_other(
    it: Live, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await policy(admin, targets={"normal": {"first_response": 60}})
    poison, sound = await ticket(admin), await ticket(admin)
    telling = it.running.neck.desk.tickets.telling
    real = telling.rang

    async def rang(tx: Any, ticket_id: uuid.UUID, *said: Any, **more: Any) -> None:
        if str(ticket_id) == poison["id"]:
            raise Conflict("This one never works.")
        await real(tx, ticket_id, *said, **more)

    monkeypatch.setattr(telling, "rang", rang)
    late = "update sla_clock set due_at = now() - $2::interval, warn_at = now() - $2::interval where subject_id = $1"
    for one, ago in ((poison, timedelta(hours=2)), (sound, timedelta(hours=1))):
        await query(it, late, uuid.UUID(one["id"]), ago)

    async def is_told() -> bool:
        return (await shown(admin, sound))["sla"] == "breached"

    await eventually(is_told)
    assert (await shown(admin, poison))["sla"] == "kept", "and it is tried again"


async def test_c042_the_nearest_due_is_offered_first_and_another_promise_changes_whose_turn_it_is(
    it: Live, admin: Person
) -> None:
    skills = {each["name"]: each["id"] for each in (await admin.json("GET", "/api/skills"))[1]["items"]}
    queue = await made(admin, "/api/queues", {"name": uuid.uuid4().hex, "skills": {skills["sms"]: 1}})
    promised = {"normal": {"resolution": 480}, "high": {"resolution": 60}}
    held = await policy(admin, targets=promised, conditions={"queues": [queue["id"]]})
    slow = await ticket(admin, queue_id=queue["id"])
    fast = await ticket(admin, queue_id=queue["id"], priority="high")
    someone = await it.person("omar")
    await query(it, "update agent set capacity_units = 10 where staff_id = $1", uuid.UUID(someone.me["id"]))
    omar = await someone.console()
    offer = await omar.offered("ticket")
    assert offer["interaction_id"] == fast["id"], "it came later, and is due before"
    await omar.command("offer.accept", offer_id=offer["id"])

    late = await ticket(admin, queue_id=queue["id"], priority="high")
    turned = {"normal": {"resolution": 30}, "high": {"resolution": 480}}
    body = {name: value for name, value in held.items() if name != "id"} | {"targets": turned}
    assert (await admin.json("PUT", f"/api/sla-policies/{held['id']}", body))[0] == 200

    async def is_turned() -> bool:
        rows = await query(it, "select id, due_at from work where state = 'queued' order by due_at")
        return [str(row["id"]) for row in rows] == [slow["id"], late["id"]]

    await eventually(is_turned, seconds=20)
    await change(admin, await shown(admin, fast), status_id=await stage(admin, "solved"))
    await omar.until(lambda: any(each["interaction_id"] == slow["id"] for each in omar.state["offers"]))
    paused = await change(admin, await shown(admin, late), status_id=await stage(admin, "pending"))
    assert paused["due_at"] is None
    await omar.close()
