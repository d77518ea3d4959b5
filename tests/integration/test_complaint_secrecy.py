"""Who never knows of a complaint: whom it is about, whatever they may, and whoever is of another branch."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

from tests.integration.grievance import (
    HANDLER,
    REVIEWER,
    complaint,
    customer,
    does,
    late_now,
    listed,
    record,
    refused,
    shown,
    ticket,
)
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person


async def test_c050_a_colleague_who_is_complained_of_never_knows_of_it(it: Live, admin: Person) -> None:
    word = uuid.uuid4().hex[:8]
    accused = await hire(it, [*HANDLER, "ticket.confidential", "complaint.manage", "audit.read", "work.supervise"])
    me = accused.me["id"]
    about = [{"kind": "product", "name": "Kettle"}, {"kind": "employee", "staff_id": me}]
    opened = await complaint(admin, subject=f"Rude {word}", customer_id=await customer(admin))
    path = f"/api/tickets/{opened['ticket_id']}"
    assert (await accused.json("GET", path))[0] == 200, "until it is about them"
    socket = await accused.console(available=False)
    await socket.command("document.open", document={"kind": "ticket", "id": opened["ticket_id"]})
    before = (await accused.json("GET", "/api/tickets/counts"))[1]["items"]
    told_of = await record(admin, opened, about=about)
    assert [each["kind"] for each in told_of["about"]] == ["product", "employee"]
    assert told_of["about"][1]["name"] == accused.me["name"]
    for where in (path, f"{path}/history", f"/api/complaints/{opened['ticket_id']}"):
        assert (await accused.json("GET", where))[0] == 404, where
    assert opened["number"] not in await listed(accused)
    assert (await accused.json("GET", f"/api/tickets?q={word}"))[1]["items"] == []
    after = (await accused.json("GET", "/api/tickets/counts"))[1]["items"]
    assert sum(each["number"] for each in after) == sum(each["number"] for each in before) - 1
    today = datetime.now(UTC).date()
    span = f"since={today - timedelta(days=2)}&until={today + timedelta(days=2)}"
    _, seen = await accused.json("GET", f"/api/complaints/analysis?by=employee&{span}")
    assert me not in {each["key"] for each in seen["items"]}
    _, seen = await admin.json("GET", f"/api/complaints/analysis?by=employee&{span}")
    assert me in {each["key"] for each in seen["items"]}
    # Nor by what happens from now on: neither the page that was open, nor the bell, nor the trail.
    watcher = await admin.console(available=False)
    await watcher.command("document.open", document={"kind": "ticket", "id": opened["ticket_id"]})
    heard = len(socket.events)
    await does(admin, opened, "take-up")
    await late_now(it, opened["ticket_id"])
    comment = {"client_id": "c", "text": word}
    assert (await admin.json("POST", f"/api/documents/ticket/{opened['ticket_id']}/comments", comment))[0] < 300
    await watcher.until(lambda: any(each["type"] == "comment.put" for each in watcher.events))
    assert "ticket.put" in {each["type"] for each in watcher.events}
    assert {each["type"] for each in socket.events[heard:]} & {"ticket.put", "comment.put", "notification.put"} == set()
    await watcher.close()
    _, page = await accused.json("GET", "/api/notifications?limit=100")
    assert word not in json.dumps(page)
    _, whole = await admin.json("GET", "/api/audit?limit=200")
    assert word in json.dumps(whole)
    _, trail = await accused.json("GET", "/api/audit?limit=200")
    assert [each["seq"] for each in trail["items"]] == [each["seq"] for each in whole["items"]]
    assert word not in json.dumps(trail)
    # Nor is it theirs to have: neither by hand nor by another ticket made of it.
    version = (await admin.json("GET", path))[1]["version"]
    assert (await admin.json("PATCH", path, {"version": version, "owner_id": me}))[0] == 422
    up = {"level": 1, "reason": "Above", "to_owner_id": me}
    assert (await refused(admin, opened, "escalations", up))[0] == 422
    help_wanted = {"kind": "support_request", "subject": f"Help {word}", "from_ticket_id": opened["ticket_id"]}
    helped = await made(admin, "/api/tickets", help_wanted)
    assert (await accused.json("GET", f"/api/tickets/{helped['id']}"))[0] == 404
    await record(admin, opened, about=about[:1])
    assert (await accused.json("GET", path))[0] == 200, "it was somebody else"
    await socket.close()


async def test_c054_a_visit_says_nothing_of_the_complaint_for_which_it_is(it: Live, admin: Person) -> None:
    word = uuid.uuid4().hex[:8]
    technician = await hire(it, ["visit.read", "visit.work"])
    opened = await complaint(admin, subject=f"Rude {word}", description=word, customer_id=await customer(admin))
    _, kinds = await admin.json("GET", "/api/visit-kinds")
    asked = {"kind_id": kinds["items"][0]["id"], "ticket_id": opened["ticket_id"]}
    visit = await made(admin, "/api/visits", asked)
    assert (visit["ticket_id"], visit["notes"]) == (opened["ticket_id"], "")
    assert visit["subject"] in kinds["items"][0]["names"].values()
    seen = json.dumps([await technician.json("GET", path) for path in ("/api/visits", f"/api/visits/{visit['id']}")])
    assert visit["id"] in seen
    assert word not in seen
    # What the dispatcher says is for whoever goes there.
    said = await made(admin, "/api/visits", {**asked, "subject": "Look at the pump"})
    assert said["subject"] == "Look at the pump"


async def test_c050_the_router_never_offers_it_to_whom_it_is_about(it: Live, admin: Person) -> None:
    skills = {each["name"]: each["id"] for each in (await admin.json("GET", "/api/skills"))[1]["items"]}
    queue = await made(admin, "/api/queues", {"name": f"C {uuid.uuid4().hex[:6]}", "skills": {skills["sms"]: 1}})
    someone = await it.person("omar")
    about = [{"kind": "employee", "staff_id": someone.me["id"]}]
    omar = await someone.console()
    hidden = await complaint(admin, queue_id=queue["id"], about=about, subject="Of Omar")
    plain = await complaint(admin, queue_id=queue["id"], subject="Of nobody")
    offer = await omar.offered("ticket")
    assert offer["subject"] == f"{plain['number']} Of nobody", "what came later and is not about them"
    await omar.command("offer.accept", offer_id=offer["id"])
    assert (await ticket(admin, plain))["owner_id"] == someone.me["id"]
    # What they have already is taken away, and does not come back.
    await record(admin, plain, about=about)
    assert (await ticket(admin, plain))["owner_id"] is None
    later = await complaint(admin, queue_id=queue["id"], subject="Afterwards")
    await omar.until(lambda: any(each["subject"].endswith("Afterwards") for each in omar.state["offers"]))
    assert [each["subject"] for each in omar.state["offers"]] == [f"{later['number']} Afterwards"]
    rows = await query(
        it, "select state from work where id = any($1)", [uuid.UUID(each["ticket_id"]) for each in (hidden, plain)]
    )
    assert [row["state"] for row in rows] == ["queued", "queued"]
    await omar.command("offer.decline", offer_id=omar.state["offers"][0]["id"])
    await omar.command("presence.set", state="offline")
    await omar.close()


async def test_c050_nobody_records_a_complaint_about_themselves(it: Live, admin: Person) -> None:
    clerk = await hire(it, HANDLER)
    opened = await complaint(clerk)
    body = {"version": opened["version"], "about": [{"kind": "employee", "staff_id": clerk.me["id"]}]}
    assert (await clerk.json("PATCH", f"/api/complaints/{opened['ticket_id']}", body))[0] == 409
    stranger = {"version": opened["version"], "about": [{"kind": "employee", "staff_id": str(uuid.uuid4())}]}
    assert (await clerk.json("PATCH", f"/api/complaints/{opened['ticket_id']}", stranger))[0] == 422


async def test_complaints_of_another_branch_are_not_there(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    handler = await hire(it, REVIEWER, branch_id=here)
    own, foreign = await complaint(admin, branch_id=here), await complaint(admin, branch_id=there)
    assert (await shown(handler, own))["number"] == own["number"]
    assert foreign["number"] not in await listed(handler)
    for what, body in (
        ("take-up", {}),
        ("decision", {"outcome": "founded", "reasons": "x"}),
        ("reviews", {"reason": "x"}),
        ("review-decision", {"outcome": "founded", "reasons": "x"}),
        ("answer", {"way": "letter", "note": "x"}),
        ("close", {}),
        ("receipt-told", {"note": "x"}),
    ):
        assert (await refused(handler, foreign, what, body))[0] == 404, what


async def test_c050_figures_and_files_have_nothing_of_it_for_whom_it_is_about(it: Live, admin: Person) -> None:
    word = uuid.uuid4().hex[:8]
    permissions = [*HANDLER, "ticket.confidential", "report.read"]
    accused, other = await hire(it, permissions), await hire(it, permissions)
    await complaint(admin, subject=f"Of {word}", about=[{"kind": "employee", "staff_id": accused.me["id"]}])
    now = datetime.now(UTC)
    period = f"since={(now - timedelta(days=1)).isoformat()}&until={(now + timedelta(hours=1)).isoformat()}"
    span = f"{period}&measure=opened&by=kind".replace("+", "%2B")

    async def exported(person: Person) -> str:
        url = f"{it.base_url}/api/reports/desk/file?{span}&format=csv&locale=en"
        async with person.session.get(url) as response:
            assert response.status == 200, await response.text()
            return await response.text()

    async def counted(person: Person) -> int:
        status, page = await person.json("GET", f"/api/reports/desk/rows?{span}")
        assert status == 200, page
        return sum(word in each["subject"] for each in page["items"])

    assert (await counted(other), await counted(accused)) == (1, 0)
    assert (word in await exported(other), word in await exported(accused)) == (True, False)
