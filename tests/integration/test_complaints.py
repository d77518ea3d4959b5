"""Complaints over the API: whence they came, their types, receipts, causes and figures."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.grievance import (
    CUSTOMER,
    DELAY,
    HANDLER,
    LEGAL,
    PLAIN,
    PUBLIC_RELATIONS,
    complaint,
    customer,
    does,
    listed,
    no_job,
    record,
    refused,
    shown,
    ticket,
)
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person, eventually

# --- sources, types, what it is about


async def test_c048_each_complaint_has_a_type_and_its_deadlines_follow_it(it: Live, admin: Person) -> None:
    kind = await made(admin, "/api/ticket-types", {"kind": "complaint", "names": {"en": "Delay", "fa": "تأخیر"}})
    days = {"acknowledged": 1, "investigation": 1, "decision": 2, "answered": 2, "closed": 3, "review": 5}
    await made(admin, "/api/complaint-policies", {"type_id": kind["id"], "days": days})
    slow, quick = await complaint(admin), await complaint(admin, type_id=kind["id"])

    def closed(of: dict[str, Any]) -> str:
        return str(next(each["due_at"] for each in of["deadlines"] if each["step"] == "closed"))

    assert closed(quick) < closed(slow)
    of_slow = await ticket(admin, slow)
    status, _ = await admin.json(
        "PATCH", f"/api/tickets/{slow['ticket_id']}", {"version": of_slow["version"], "type_id": kind["id"]}
    )
    assert status == 200
    assert closed(await shown(admin, slow))[:10] == closed(quick)[:10]
    assert await listed(admin, type_id=kind["id"]) == [quick["number"], slow["number"]]
    twice = {"type_id": kind["id"], "days": days}
    assert (await admin.json("POST", "/api/complaint-policies", twice))[0] == 409


async def test_c049_a_graver_source_makes_it_more_urgent_and_none_less(admin: Person) -> None:
    opened = await complaint(admin)
    assert (await ticket(admin, opened))["priority"] == "normal"
    graver = await record(admin, opened, source_id=LEGAL, reason="A letter of the court came.")
    assert graver["source_id"] == LEGAL
    assert (await ticket(admin, opened))["priority"] == "urgent"
    _, history = await admin.json("GET", f"/api/tickets/{opened['ticket_id']}/history")
    raised = next(each for each in history["items"] if each["cause"] == "complaint_source")
    assert raised["changes"]["priority"] == ["normal", "urgent"]
    assert raised["changes"]["reason"] == [None, "A letter of the court came."]
    await record(admin, opened, source_id=PUBLIC_RELATIONS)
    assert (await ticket(admin, opened))["priority"] == "urgent"
    assert (await ticket(admin, await complaint(admin, source_id=LEGAL)))["priority"] == "urgent"
    assert (await ticket(admin, await complaint(admin, source_id=PUBLIC_RELATIONS, priority="high")))[
        "priority"
    ] == "high"
    unknown = {"subject": "x", "source_id": str(uuid.uuid4())}
    assert (await admin.json("POST", "/api/complaints", unknown))[0] == 422


async def test_c049_an_administrator_keeps_the_sources(it: Live, admin: Person) -> None:
    ombudsman = {"names": {"en": "Ombudsman", "ar": "ديوان المظالم", "fa": "دیوان"}, "gravity": 3}
    source = await made(admin, "/api/complaint-sources", ombudsman)
    opened = await complaint(admin, source_id=source["id"])
    off = {**ombudsman, "is_active": False, "version": source["version"]}
    status, _ = await admin.json("PUT", f"/api/complaint-sources/{source['id']}", off)
    assert status == 200
    assert (await admin.json("POST", "/api/complaints", {"subject": "x", "source_id": source["id"]}))[0] == 422
    assert (await shown(admin, opened))["source_id"] == source["id"], "what has it keeps it"
    clerk = await hire(it, HANDLER)
    assert (await clerk.json("POST", "/api/complaint-sources", ombudsman))[0] == 403


# --- receipt


async def test_c053_a_complaint_from_a_chat_gets_its_code_there_once(it: Live, admin: Person) -> None:
    visitor = await it.visitor()
    await visitor.send("I complain")
    (talk,) = await query(it, "select id from interaction order by opened_at desc limit 1")
    opened = await made(
        admin, "/api/tickets", {"kind": "complaint", "subject": "Chat", "interaction_id": str(talk["id"])}
    )
    case = {"ticket_id": opened["id"]}

    async def is_sent() -> bool:
        return bool((await shown(admin, case))["receipt"] == "sent")

    await eventually(is_sent)
    found = await shown(admin, case)
    assert (found["stage"], found["acknowledged_at"] is not None) == ("acknowledged", True)
    await query(
        it,
        "insert into job (kind, payload, run_at) values ('complaint.receipt', $1::jsonb, now())",
        json.dumps({"ticket_id": opened["id"]}),
    )
    await eventually(lambda: no_job(it, "complaint.receipt"))
    rows = await query(
        it,
        "select text from message where interaction_id = $1 and author_kind = 'system' and direction = 'outbound'",
        talk["id"],
    )
    assert [found["code"] in row["text"] for row in rows] == [True]
    assert (await refused(admin, case, "receipt"))[0] == 409
    await visitor.command("chat.end")


async def test_c053_a_code_is_told_where_nothing_can_be_written(it: Live, admin: Person) -> None:
    opened = await complaint(admin)
    assert (opened["receipt"], opened["stage"]) == ("owed", "registered")
    assert (await refused(admin, opened, "receipt"))[0] == 409
    after = await does(admin, opened, "receipt-told", {"note": "Read aloud to Mrs Kazemi."})
    assert (after["receipt"], after["stage"]) == ("told", "acknowledged")
    assert (await refused(admin, opened, "receipt-told", {"note": "again"}))[0] == 409


async def test_c053_an_unproven_sender_gets_no_letter(it: Live, admin: Person) -> None:
    visitor = await it.visitor()
    await visitor.send("I say that I am somebody else")
    (talk,) = await query(it, "select id from interaction order by opened_at desc limit 1")
    unproven = "update message set details = jsonb_build_object('verdict', 'unverified') where interaction_id = $1"
    await query(it, unproven, talk["id"])
    opened = await complaint(admin, interaction_id=str(talk["id"]))
    await eventually(lambda: no_job(it, "complaint.receipt"))
    assert (await shown(admin, opened))["receipt"] == "owed"
    await visitor.command("chat.end")


async def test_c053_whoever_has_the_code_learns_the_stage_and_nothing_else(it: Live, admin: Person) -> None:
    opened = await complaint(admin, subject="Secret words")
    nobody = await it.anonymous()
    code = opened["code"].translate(str.maketrans("34679", "۳۴۶۷۹")).lower()
    status, found = await nobody.json("GET", f"/api/public/complaints/{code}")
    assert (status, found) == (200, {"stage": "registered"})
    where = await branch(admin, "Asked")
    await does(admin, opened, "referrals", {"branch_id": where, "question": "Who was there?", "days": 3})
    assert (await shown(admin, opened))["stage"] == "referred"
    assert (await nobody.json("GET", f"/api/public/complaints/{code}"))[1] == {"stage": "investigation"}
    assert (await nobody.json("GET", "/api/public/complaints/AAAAAAAAAA"))[0] == 404
    tries = [(await nobody.json("GET", "/api/public/complaints/AAAAAAAAAA"))[0] for _ in range(40)]
    assert tries[-1] == 429
    await query(it, "delete from rate where key like 'complaint:%'")


async def test_c053_a_code_follows_its_complaint_through_all_into_which_it_was_merged(it: Live, admin: Person) -> None:
    mine, nobody = await customer(admin), await it.anonymous()
    one, two, last = [await complaint(admin, customer_id=mine) for _ in range(3)]

    async def found(of: dict[str, Any]) -> dict[str, Any]:
        status, answer = await nobody.json("GET", f"/api/public/complaints/{of['code']}")
        assert status == 200, answer
        return dict(answer)

    for part, into in ((one, two), (two, last)):
        path = f"/api/tickets/{part['ticket_id']}/merge"
        status, answer = await admin.json("POST", path, {"into_id": into["ticket_id"]})
        assert status == 200, answer
    assert [await found(each) for each in (one, two, last)] == [{"stage": "registered"}] * 3
    # It was somebody else's after all, and goes on: how far it is, and not a word of theirs.
    change = {"version": (await ticket(admin, last))["version"], "customer_id": await customer(admin, "Somebody else")}
    status, answer = await admin.json("PATCH", f"/api/tickets/{last['ticket_id']}", change)
    assert status == 200, answer
    await does(admin, last, "decision", {"outcome": "unfounded", "reasons": "The papers say so."})
    assert [await found(each) for each in (one, two, last)] == [{"stage": "decided"}] * 3
    status, answer = await admin.json("POST", f"/api/tickets/{two['ticket_id']}/unmerge")
    assert status == 200, answer
    assert [(await found(each))["stage"] for each in (one, two, last)] == ["registered", "registered", "decided"]


async def test_a_complaint_is_opened_once_per_sender_and_id(admin: Person) -> None:
    said = {"client_id": uuid.uuid4().hex, "about": [{"kind": "service", "name": "Repair"}]}
    one = await complaint(admin, **said)
    await record(admin, one, about=[])
    assert (await complaint(admin, **said))["about"] == [], "the same again changes nothing"


async def test_c058_causes_that_come_back_are_listed(it: Live, admin: Person) -> None:
    cause = await made(admin, "/api/complaint-causes", {"names": {"en": "Rain", "ar": "مطر", "fa": "باران"}})
    thing = f"ایستگاه {uuid.uuid4().hex[:4]}"
    several = [await complaint(admin, about=[{"kind": "service", "name": thing}]) for _ in range(3)]
    for each in several[:2]:
        await record(admin, each, cause_id=cause["id"], remedy="Umbrella", lesson="Look at the sky")
    today = datetime.now(UTC).date()
    where = f"/api/complaints/recurring?since={today - timedelta(days=1)}&until={today + timedelta(days=1)}"

    async def found(least: int) -> list[tuple[str, int]]:
        _, answer = await admin.json("GET", f"{where}&least={least}")
        return [(each["subject"], each["number"]) for each in answer["items"] if each["cause_id"] == cause["id"]]

    assert (await found(3), await found(2)) == ([], [(thing, 2)])
    await record(admin, several[2], cause_id=cause["id"])
    assert await found(3) == [(thing, 3)]
    assert len(await listed(admin, cause_id=cause["id"])) == 3
    clerk = await hire(it, PLAIN)
    assert (await clerk.json("GET", where))[0] == 403


async def file_of(person: Person, asked: str, status: int) -> bytes:
    async with person.session.get(f"{person.base_url}/api/complaints/analysis/file?{asked}") as response:
        assert response.status == status
        return await response.read()


async def test_c152_complaints_are_counted_by_everything_that_they_have(it: Live, admin: Person) -> None:
    where = await branch(admin, "Counted")
    chief = await hire(it, HANDLER, branch_id=where)
    colleague = await hire(it, PLAIN)
    about = [{"kind": "product", "name": "Pump"}, {"kind": "employee", "staff_id": colleague.me["id"]}]
    today = datetime.now(UTC).date()
    span = f"since={today - timedelta(days=1)}&until={today + timedelta(days=1)}"

    async def counted(by: str) -> dict[str, int]:
        status, answer = await chief.json("GET", f"/api/complaints/analysis?by={by}&{span}")
        assert status == 200, answer
        found: Counter[str] = Counter()
        for each in answer["items"]:
            found[each["key"]] += each["number"]
        return dict(found)

    dimensions = ("source", "branch", "subject", "employee", "cause", "type", "queue")
    before = {by: await counted(by) for by in dimensions}
    one = await complaint(admin, branch_id=where, source_id=LEGAL, about=about)
    await complaint(admin, branch_id=where, about=[{"kind": "product", "name": "pump"}])
    await record(admin, one, cause_id=DELAY)
    await complaint(admin, branch_id=await branch(admin, "Elsewhere"), source_id=LEGAL, about=about)
    # A chief of one branch counts what is there, and what belongs to no branch; nothing of the others.
    after = {by: await counted(by) for by in before}
    more = {by: Counter(after[by]) - Counter(before[by]) for by in before}
    assert more == {
        "source": {LEGAL: 1, CUSTOMER: 1},
        "branch": {where: 2},
        "subject": {"pump": 2},
        "employee": {colleague.me["id"]: 1},
        "cause": {DELAY: 1, None: 1},
        "type": {None: 2},
        "queue": {None: 2},
    }
    # Behind each figure are as many complaints, and the same.
    for by, found in after.items():
        for key, number in found.items():
            named = "" if key is None else f"&key={key}"
            _, page = await chief.json("GET", f"/api/complaints/analysis/rows?by={by}&{span}{named}")
            assert len(page["items"]) == number, (by, key)
    _, page = await chief.json("GET", f"/api/complaints/analysis/rows?by=cause&{span}&key={DELAY}")
    assert one["number"] in [each["number"] for each in page["items"]]
    # The same figures as a file, in words; whoever may not see them gets none.
    for by, name in (("cause", "Not said"), ("subject", "ump"), ("branch", "Counted")):
        text = (await file_of(chief, f"by={by}&{span}", 200)).decode("utf-8-sig")
        _, *rows = csv.reader(io.StringIO(text))
        assert sum(int(row[2]) for row in rows) == sum(after[by].values())
        assert any(name in row[0] for row in rows), (by, rows)
    assert (await file_of(chief, f"by=type&{span}&format=xlsx&locale=fa", 200)).startswith(b"PK")
    await file_of(colleague, f"by=type&{span}", 403)
    backwards = f"/api/complaints/analysis?by=type&since={today}&until={today - timedelta(days=1)}"
    assert (await chief.json("GET", backwards))[0] == 422
