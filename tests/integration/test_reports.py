"""Reports of the desk: counted over time and by agent, with the tickets behind, as files, and sent by themselves."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.integration.house import branch, hire, house, made, query
from tests.integration.test_tickets import change, customer, stage, ticket
from tests.live import Live, Person, eventually

READ = ["report.read", "ticket.read"]


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def admin(it: Live) -> Person:
    return await it.person("admin")


def asked(**said: Any) -> str:
    now = datetime.now(UTC)
    period = {"since": (now - timedelta(days=3)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    return "&".join(f"{name}={value}" for name, value in {**period, **said}.items()).replace("+", "%2B")


async def report(person: Person, **said: Any) -> dict[str, Any]:
    status, answer = await person.json("GET", f"/api/reports/desk?{asked(**said)}")
    assert status == 200, answer
    return dict(answer)


async def test_c149_open_closed_and_the_mean_time_to_resolution(it: Live, admin: Person) -> None:
    me = admin.me["id"]
    whose = await customer(admin)
    mine = await ticket(admin, customer_id=whose, owner_id=me)
    mine = await change(admin, mine, status_id=await stage(admin, "solved"))
    await query(it, "update ticket set opened_at = solved_at - interval '2 hours' where id = $1", uuid.UUID(mine["id"]))
    await ticket(admin, customer_id=whose)
    answer = await report(admin, by="agent")
    lines = {each["key"]: each for each in answer["lines"]}
    assert (lines[me]["opened"], lines[me]["solved"], lines[me]["mean_resolution_seconds"]) == (1, 1, 7200)
    assert (lines[None]["opened"], lines[None]["backlog"]) == (1, 1)
    assert answer["names"] == {me: "Administrator"}
    assert (answer["total"]["opened"], answer["total"]["solved"], answer["total"]["backlog"]) == (2, 1, 1)
    days = await report(admin, by="day")
    assert sum(each["opened"] for each in days["lines"]) == 2
    assert days["lines"][-1]["backlog"] == days["total"]["backlog"] == 1
    _, page = await admin.json("GET", f"/api/reports/desk/rows?{asked(by='agent', measure='solved')}")
    assert [each["number"] for each in page["items"]] == [mine["number"]]
    _, page = await admin.json(
        "GET", f"/api/reports/desk/rows?{asked(by='agent', measure='opened', is_grouped='true')}"
    )
    assert len(page["items"]) == 1, "those of nobody"


async def test_behind_the_figure_of_a_day_are_the_tickets_of_that_day_in_the_zone_of_the_house(
    it: Live, admin: Person
) -> None:
    today, before = await ticket(admin, subject="today"), await ticket(admin, subject="before")
    await query(it, "update ticket set opened_at = now() - interval '2 days' where id = $1", uuid.UUID(before["id"]))
    days = await report(admin, by="day")
    found = {}
    for line in days["lines"]:
        if line["opened"]:
            _, page = await admin.json(
                "GET", f"/api/reports/desk/rows?{asked(by='day', is_grouped='true', key=line['key'])}"
            )
            found[line["key"]] = [each["number"] for each in page["items"]]
            assert len(page["items"]) == line["opened"]
    assert list(found.values()) == [[before["number"]], [today["number"]]]
    key = days["lines"][-1]["key"]
    url = f"{it.base_url}/api/reports/desk/file?{asked(by='day', measure='opened', is_grouped='true', key=key)}"
    async with admin.session.get(url) as response:
        _, row = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert row[0] == today["number"], "the file has what was looked at"
    for wrong in ("2001-01-01", "x", ""):
        refused = asked(by="day", is_grouped="true", key=wrong)
        assert (await admin.json("GET", f"/api/reports/desk/rows?{refused}"))[0] == 422


async def test_promises_kept_and_broken_are_counted(it: Live, admin: Person) -> None:
    await made(admin, "/api/sla-policies", {"name": "x", "targets": {"normal": {"resolution": 60}}})
    kept, late = await ticket(admin), await ticket(admin)
    await query(
        it, "update sla_clock set due_at = now() - interval '1 hour' where subject_id = $1", uuid.UUID(late["id"])
    )
    for one in (kept, late):
        _, now = await admin.json("GET", f"/api/tickets/{one['id']}")
        await change(admin, now, status_id=await stage(admin, "solved"))
    total = (await report(admin, by="kind"))["total"]
    assert (total["kept"], total["breached"]) == (1, 1)


async def test_c043_c149_what_is_near_and_what_is_late_by_now_is_counted_and_leads_to_its_tickets(
    it: Live, admin: Person
) -> None:
    me = admin.me["id"]
    await made(admin, "/api/sla-policies", {"name": "x", "targets": {"normal": {"resolution": 600}}})
    near, late, solved, calm = [await ticket(admin, owner_id=me, kind="inquiry") for _ in range(4)]
    passed = "update sla_clock set {} = now() - interval '1 minute' where subject_id = $1"
    await query(it, passed.format("warn_at"), uuid.UUID(near["id"]))
    for each in (late, solved):
        await query(it, passed.format("due_at"), uuid.UUID(each["id"]))

    async def told() -> bool:
        _, page = await admin.json("GET", "/api/tickets?limit=50")
        return sorted(each["sla"] for each in page["items"]) == ["breached", "breached", "kept", "near"]

    assert await eventually(told)
    _, now = await admin.json("GET", f"/api/tickets/{solved['id']}")
    await change(admin, now, status_id=await stage(admin, "solved"))
    # One is older than the period, and is late all the same.
    ago = "update ticket set opened_at = now() - interval '9 days' where id = $1"
    await query(it, ago, uuid.UUID(late["id"]))
    for by, key in (("agent", me), ("kind", "inquiry"), ("source", "console")):
        answer = await report(admin, by=by)
        for line in (answer["total"], next(each for each in answer["lines"] if each["key"] == key)):
            assert (line["near"], line["late"], line["breached"], line["backlog"]) == (1, 1, 1, 3)
    days = await report(admin, by="day")
    assert [(each["near"], each["late"]) for each in (days["lines"][0], days["lines"][-1], days["total"])] == [
        (0, 1), (1, 1), (1, 1),
    ]  # fmt: skip
    for measure, number in (("near", near["number"]), ("late", late["number"]), ("breached", solved["number"])):
        _, page = await admin.json("GET", f"/api/reports/desk/rows?{asked(by='agent', measure=measure)}")
        assert [each["number"] for each in page["items"]] == [number]
    assert calm["number"]


async def test_c149_a_file_says_its_values_in_the_readers_words(it: Live, admin: Person) -> None:
    await ticket(admin, kind="complaint", priority="urgent")
    for by, name in (("kind", "شکایت"), ("priority", "فوری"), ("source", "کنسول")):
        url = f"{it.base_url}/api/reports/desk/file?{asked(by=by, format='csv', locale='fa')}"
        async with admin.session.get(url) as response:
            rows = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == [name, "جمع"]
    url = f"{it.base_url}/api/reports/desk/file?{asked(measure='opened', format='csv', locale='fa')}"
    async with admin.session.get(url) as response:
        _, row = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert {"شکایت", "فوری", "کنسول"} <= {*row}
    assert not {"complaint", "urgent", "console", "none"} & {*row}


async def test_nobody_counts_what_they_may_not_see(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    clerk = await hire(it, READ, branch_id=here)
    await ticket(admin, branch_id=here)
    await ticket(admin, branch_id=there)
    await ticket(admin, branch_id=here, kind="complaint", is_confidential=True)
    assert (await report(clerk, by="kind"))["total"]["opened"] == 1
    assert (await report(admin, by="kind"))["total"]["opened"] == 3
    assert (await clerk.json("GET", f"/api/reports/desk?{asked(branch_id=there)}"))[0] == 404
    stranger = await hire(it, ["ticket.read"])
    assert (await stranger.json("GET", f"/api/reports/desk?{asked()}"))[0] == 403


async def test_a_file_of_the_rows_is_in_the_trail_and_calculates_nothing(it: Live, admin: Person) -> None:
    await ticket(admin, subject="=HYPERLINK(1)")
    url = f"{it.base_url}/api/reports/desk/file?{asked(measure='opened', format='csv', locale='fa')}"
    async with admin.session.get(url) as response:
        assert response.status == 200
        text = (await response.read()).decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text)))
    assert (head[0], row[2]) == ("شماره", "'=HYPERLINK(1)")
    url = f"{it.base_url}/api/reports/desk/file?{asked(by='month', format='xlsx', locale='ar', calendar='persian')}"
    async with admin.session.get(url) as response:
        assert (await response.read())[:2] == b"PK"
    rows = await query(it, "select data->>'what' as what from event_log where kind = 'report.exported' order by seq")
    assert [each["what"] for each in rows] == ["opened", "figures"]


async def test_a_report_is_sent_by_itself_once_with_the_rights_of_who_set_it_up(it: Live, admin: Person) -> None:
    reader, other = await hire(it, READ), await hire(it, ["ticket.read"])
    for person in (reader, other):
        await query(it, "update staff set email = $2 where id = $1", uuid.UUID(person.me["id"]), "r@maya.example")
    said = {
        "name": "Yesterday",
        "report": {"period": "yesterday", "by": "agent"},
        "rhythm": "daily",
        "staff_ids": [reader.me["id"], other.me["id"]],
        "locale": "fa",
    }
    _, readers = await admin.json("GET", "/api/reports/readers")
    ids = [each["id"] for each in readers["items"]]
    assert reader.me["id"] in ids
    assert other.me["id"] not in ids, "who may not read reports is sent none"
    kept = await made(admin, "/api/reports/schedules", said)
    assert kept["owner_id"] == admin.me["id"]
    schedules, sent = it.running.neck.reports.schedules, []

    class Post:
        """A postman who keeps what he is given; real mailboxes have tests of their own."""

        async def send(self, *letter: Any) -> None:
            sent.append(letter)

    schedules._postman = Post()
    assert await schedules.look() == 0, "not yet"
    await query(it, "update report_schedule set next_at = now() - interval '3 days'")
    assert await schedules.look() == 1
    assert await schedules.look() == 0, "what was missed is sent once"

    async def is_done() -> bool:
        [row] = await query(it, "select count(*) as number from job where kind = 'report.send'")
        return row["number"] == 0

    await eventually(is_done)
    [(_, to, subject, text, file, _)] = sent
    assert (to[1], subject, file[0]) == ("r@maya.example", "Yesterday", "Yesterday.xlsx")
    assert "پیوست" in text
    mallory = await hire(it, [*READ, "report.schedule"])
    body = {**said, "version": 1}
    assert (await mallory.json("PUT", f"/api/reports/schedules/{kept['id']}", body))[0] == 403
