"""The path of a complaint on the real database: steps, answers, reviews, units, and fifty at once."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.grievance import (
    DELAY,
    GENERAL,
    HANDLER,
    PLAIN,
    REVIEWER,
    bell,
    complaint,
    customer,
    decided,
    does,
    late_now,
    listed,
    no_job,
    record,
    refused,
    shown,
    ticket,
    told,
)
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person, eventually

# --- the path


async def test_c054_a_complaint_goes_its_path_and_nobody_else_reads_it(it: Live, admin: Person) -> None:
    clerk, handler, outsider = await hire(it, PLAIN), await hire(it, HANDLER), await hire(it, PLAIN)
    opened = await complaint(clerk, customer_id=await customer(admin))
    assert (await ticket(clerk, opened))["is_confidential"] is True
    assert (await outsider.json("GET", f"/api/complaints/{opened['ticket_id']}"))[0] == 404
    assert opened["number"] not in await listed(outsider)
    assert opened["number"] in await listed(clerk)
    assert (await refused(clerk, opened, "take-up"))[0] == 403
    version = (await ticket(clerk, opened))["version"]
    plain = {"version": version, "is_confidential": False}
    assert (await clerk.json("PATCH", f"/api/tickets/{opened['ticket_id']}", plain))[0] == 403
    stages = [opened["stage"]]
    for what, body in (
        ("receipt-told", {"note": "On the telephone"}),
        ("take-up", {}),
        ("decision", {"outcome": "founded", "reasons": "The van was late."}),
    ):
        stages.append((await does(handler, opened, what, body))["stage"])
    assert (await refused(handler, opened, "close"))[0] == 409
    stages.append((await told(handler, opened))["stage"])
    assert "cause" in (await refused(handler, opened, "close"))[1]
    await record(handler, opened, cause_id=DELAY, remedy="Came again", lesson="Two vans on Mondays")
    end = await does(handler, opened, "close")
    stages.append(end["stage"])
    assert stages == ["registered", "acknowledged", "investigation", "decided", "answered", "closed"]
    assert [each["step"] for each in end["deadlines"] if each["done_at"] is None] == []
    _, history = await handler.json("GET", f"/api/tickets/{opened['ticket_id']}/history")
    assert [each["cause"] for each in reversed(history["items"])] == [
        "opened", "complaint_receipt", "complaint_taken_up", "complaint_decided", "complaint_answered",
        "complaint_recorded", "closed",
    ]  # fmt: skip
    for what, body in (
        ("take-up", {}),
        ("decision", {"outcome": "founded", "reasons": "again"}),
        ("answer", {"way": "letter", "note": "x"}),
        ("close", {}),
    ):
        assert (await refused(handler, opened, what, body))[0] == 409, what


async def test_c054_what_is_late_is_listed_and_told_once(it: Live, admin: Person) -> None:
    manager = await hire(it, [*HANDLER, "complaint.manage"])
    opened = await complaint(admin)
    assert opened["number"] not in await listed(manager, late="true")
    await late_now(it, opened["ticket_id"])
    assert opened["number"] in await listed(manager, late="true")
    told_of = Counter(await bell(manager))["complaint_late"]
    assert told_of == len(opened["deadlines"])
    await late_now(it, opened["ticket_id"])
    again = "insert into job (kind, payload, run_at) values ('complaint.late', $1::jsonb, now())"
    await query(it, again, json.dumps({"ticket_id": opened["ticket_id"]}))
    await eventually(lambda: no_job(it, "complaint.late"))
    assert Counter(await bell(manager))["complaint_late"] == told_of


async def test_c054_a_policy_that_is_changed_counts_for_what_is_open(it: Live, admin: Person) -> None:
    opened = await complaint(admin)
    _, known = await admin.json("GET", "/api/complaint-policies")
    general = next(each for each in known["items"] if each["id"] == GENERAL)
    body = {name: value for name, value in general.items() if name != "id"}
    body["days"] = {**body["days"], "closed": 40}
    assert (await admin.json("PUT", f"/api/complaint-policies/{GENERAL}", body))[0] == 200
    before = {each["step"]: each["due_at"] for each in opened["deadlines"]}

    async def is_fitted() -> bool:
        found = {each["step"]: each["due_at"] for each in (await shown(admin, opened))["deadlines"]}
        return found["closed"] > before["closed"] and found["decision"] == before["decision"]

    await eventually(is_fitted)
    assert (await admin.json("DELETE", f"/api/complaint-policies/{GENERAL}"))[0] == 409


async def test_c055_only_a_message_that_was_really_sent_after_the_decision_is_an_answer(
    it: Live, admin: Person
) -> None:
    visitor = await it.visitor()
    await visitor.send("My kettle burnt")
    sara = await it.agent("sara")
    interaction = (await sara.take_offer("webchat"))["interaction"]["id"]
    early = await sara.reply(interaction, "We look into it")
    opened = await complaint(admin, interaction_id=interaction)
    assert (await refused(admin, opened, "answer", {"way": "message", "message_id": early["id"]}))[0] == 409
    await does(admin, opened, "decision", {"outcome": "unfounded", "reasons": "It was plugged in wrong."})
    message = {"way": "message", "message_id": early["id"]}
    assert (await refused(admin, opened, "answer", message))[0] == 422, "before the decision"
    sent = await sara.reply(interaction, "It was the plug")
    choice = (await shown(admin, opened))["sent"]
    assert [each["message_id"] for each in choice] == [sent["id"]]
    await query(it, "update message set delivery = 'queued' where id = $1", uuid.UUID(sent["id"]))
    message = {"way": "message", "message_id": sent["id"]}
    assert (await refused(admin, opened, "answer", message))[0] == 409, "not sent yet"
    await query(it, "update message set delivery = 'sent' where id = $1", uuid.UUID(sent["id"]))
    assert (await does(admin, opened, "answer", message))["stage"] == "answered"
    await query(it, "update message set delivery = 'failed' where id = $1", uuid.UUID(sent["id"]))
    assert "did not reach" in (await refused(admin, opened, "close"))[1]
    await told(admin, opened)
    assert (await does(admin, opened, "close"))["stage"] == "closed"
    await sara.command("interaction.close", interaction_id=interaction)
    await sara.close()


async def test_c055_no_way_round_closes_it(admin: Person) -> None:
    opened = await complaint(admin)
    of = await ticket(admin, opened)
    stages = (await admin.json("GET", "/api/ticket-statuses"))[1]["items"]
    for category in ("solved", "closed"):
        stage = next(each["id"] for each in stages if each["category"] == category)
        body = {"version": of["version"], "status_id": stage}
        assert (await admin.json("PATCH", f"/api/tickets/{of['id']}", body))[0] == 409
        _, several = await admin.json("POST", "/api/tickets/bulk", {"ids": [of["id"]], "status_id": stage})
        assert [each["id"] for each in several["refused"]] == [of["id"]]
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await does(admin, opened, "decision", {"outcome": "withdrawn", "reasons": "They took it back."})
    body = {"way": "letter", "note": "Sent", "given_at": future}
    assert (await refused(admin, opened, "answer", body))[0] == 422


async def test_c056_somebody_else_reviews_it_and_both_decisions_stay(it: Live, admin: Person) -> None:
    one, other = await hire(it, REVIEWER), await hire(it, REVIEWER)
    opened = await decided(one, customer_id=await customer(admin))
    assert (await refused(admin, opened, "review-decision", {"outcome": "partly", "reasons": "x"}))[0] == 409
    await told(one, opened)
    await does(one, opened, "close")
    clerk = await hire(it, [*PLAIN, "complaint.read"])
    asked = await does(clerk, opened, "reviews", {"reason": "They do not believe it."})
    assert (asked["stage"], (await ticket(clerk, opened))["category"]) == ("review", "open")
    assert "complaint_review" in await bell(other)
    assert "complaint_review" not in await bell(one), "who decided is not asked"
    again = {"outcome": "founded", "reasons": "The driver says so."}
    assert (await refused(one, opened, "review-decision", again))[0] == 403
    assert (await refused(one, opened, "close"))[0] == 409
    assert (await refused(clerk, opened, "reviews", {"reason": "twice"}))[0] == 409
    after = await does(other, opened, "review-decision", again)
    assert [each["outcome"] for each in after["decisions"]] == ["unfounded", "founded"]
    assert [each["decided_by"] for each in after["decisions"]] == [one.me["id"], other.me["id"]]
    assert after["reviews"][0]["decision_id"] == after["decisions"][1]["id"]
    assert (after["stage"], len(after["answers"])) == ("decided", 1)
    assert (await refused(other, opened, "close"))[0] == 409, "they are owed an answer to this one as well"
    await told(other, opened)
    await record(other, opened, cause_id=DELAY)
    assert (await does(other, opened, "close"))["stage"] == "closed"


async def test_c057_units_are_asked_with_a_deadline_and_answer_or_send_back(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Shiraz"), await branch(admin, "Tabriz")
    unit = await hire(it, [*PLAIN, "complaint.handle"], branch_id=here)
    elsewhere = await hire(it, [*PLAIN, "complaint.handle"], branch_id=there)
    handler = await hire(it, HANDLER)
    opened = await complaint(handler, subject="Not for them")
    await does(handler, opened, "referrals", {"branch_id": here, "question": "Who drove?", "days": 2})
    two = await does(handler, opened, "referrals", {"branch_id": there, "question": "Who paid?", "days": 4})
    assert [each["state"] for each in two["referrals"]] == ["open", "open"]
    assert two["stage"] == "referred"
    _, mine = await unit.json("GET", "/api/complaint-referrals?state=open")
    [asked] = mine["items"]
    assert (asked["question"], asked["is_late"]) == ("Who drove?", False)
    assert "Not for them" not in json.dumps(mine), "the unit knows the question, not the complaint"
    assert (await unit.json("GET", f"/api/tickets/{opened['ticket_id']}"))[0] == 404
    assert "complaint_referred" in await bell(unit)
    answer = f"/api/complaint-referrals/{asked['id']}/answer"
    assert (await elsewhere.json("POST", answer, {"answer": "Ali"}))[0] == 404
    await late_now(it, opened["ticket_id"])
    assert opened["number"] in await listed(handler, late="true")
    assert "complaint_late" in await bell(unit)
    assert (await unit.json("POST", answer, {"answer": "Ali"}))[1]["state"] == "answered"
    assert (await unit.json("POST", answer, {"answer": "Reza"}))[0] == 409
    assert "unit" in (await refused(handler, opened, "decision", {"outcome": "partly", "reasons": "x"}))[1]
    second = next(each for each in two["referrals"] if each["branch_id"] == there)
    back = f"/api/complaint-referrals/{second['id']}"
    assert (await elsewhere.json("POST", f"{back}/withdraw", {"answer": "x"}))[0] == 404
    assert (await elsewhere.json("POST", f"{back}/return", {"answer": "Not ours"}))[1]["state"] == "returned"
    after = await shown(handler, opened)
    assert (after["stage"], {each["answer"] for each in after["referrals"]}) == ("investigation", {"Ali", "Not ours"})


async def test_c052_an_escalation_keeps_level_reason_and_new_owner(it: Live, admin: Person) -> None:
    one, above, clerk = await hire(it, HANDLER), await hire(it, HANDLER), await hire(it, PLAIN)
    opened = await complaint(one)
    body = {"level": 1, "reason": "The minister asks", "to_owner_id": above.me["id"]}
    raised = await does(one, opened, "escalations", body)
    [kept] = raised["escalations"]
    assert (kept["level"], kept["reason"], kept["to_owner_id"]) == (1, "The minister asks", above.me["id"])
    of = await ticket(one, opened)
    assert (of["owner_id"], of["category"]) == (above.me["id"], "open")
    assert "assignment" in await bell(above)
    assert (await refused(one, opened, "escalations", body))[0] == 409
    assert (await refused(one, opened, "escalations", {**body, "level": 2, "to_owner_id": clerk.me["id"]}))[0] == 422


async def test_c051_c052_what_was_made_of_a_complaint_is_linked_both_ways(admin: Person) -> None:
    opened = await complaint(admin, customer_id=await customer(admin))
    wanted = {"kind": "support_request", "subject": "Send somebody", "from_ticket_id": opened["ticket_id"]}
    helped = await made(admin, "/api/tickets", wanted)
    assert (helped["is_confidential"], helped["links"][0]["ticket"]["id"]) == (True, opened["ticket_id"])
    assert (await ticket(admin, opened))["links"][0]["ticket"]["id"] == helped["id"]
    assert (await admin.json("GET", f"/api/complaints/{helped['id']}"))[0] == 404


# --- at once


async def test_fifty_who_do_the_same_at_once_do_it_once(it: Live, admin: Person) -> None:
    people = [await hire(it, [*REVIEWER, "ticket.confidential"]) for _ in range(5)]
    opened = await complaint(admin, customer_id=await customer(admin))

    async def fifty(what: str, body: dict[str, Any], fine: int = 201) -> Counter[int]:
        path = f"/api/complaints/{opened['ticket_id']}/{what}"
        done = await asyncio.gather(*(people[number % 5].json("POST", path, body) for number in range(50)))
        found = Counter(status for status, _ in done)
        assert found[fine] == 1, (what, found)
        return found

    assert await fifty("take-up", {}, 200) == {200: 1, 409: 49}
    owner = people[0].me["id"]
    assert await fifty("escalations", {"level": 1, "reason": "r", "to_owner_id": owner}) == {201: 1, 409: 49}
    assert await fifty("decision", {"outcome": "unfounded", "reasons": "r"}) == {201: 1, 409: 49}
    assert await fifty("reviews", {"reason": "not content"}) == {201: 1, 409: 49}
    first = (await shown(admin, opened))["decisions"][0]["decided_by"]
    again = await fifty("review-decision", {"outcome": "partly", "reasons": "r"})
    assert again[403] + again[409] == 49
    assert await fifty("answer", {"way": "telephone", "note": "n"}) == {201: 1, 409: 49}
    await record(admin, opened, cause_id=DELAY)
    assert await fifty("close", {}, 200) == {200: 1, 409: 49}
    end = await shown(admin, opened)
    assert (end["stage"], len(end["decisions"]), len(end["answers"]), len(end["escalations"])) == ("closed", 2, 1, 1)
    assert end["decisions"][1]["decided_by"] != first
    _, history = await admin.json("GET", f"/api/tickets/{opened['ticket_id']}/history?limit=200")
    causes = Counter(each["cause"] for each in history["items"])
    assert {causes[f"complaint_{what}"] for what in ("taken_up", "escalated", "decided", "review", "reviewed")} == {1}


async def test_fifty_different_things_at_once_leave_a_path_that_is_whole(it: Live, admin: Person) -> None:
    where = await branch(admin, "Asked at once")
    opened = await complaint(admin)
    path = f"/api/complaints/{opened['ticket_id']}"
    other = await hire(it, REVIEWER)

    async def anything(number: int) -> int:
        match number % 6:
            case 0:
                body = {"branch_id": where, "question": f"{number}?", "days": 2}
                return (await admin.json("POST", f"{path}/referrals", body))[0]
            case 1:
                known = (await other.json("GET", path))[1]["referrals"]
                free = [each["id"] for each in known if each["state"] == "open"]
                body = {"answer": f"{number}"}
                return (
                    (await other.json("POST", f"/api/complaint-referrals/{free[0]}/answer", body))[0] if free else 409
                )
            case 2:
                return (await admin.json("POST", f"{path}/decision", {"outcome": "founded", "reasons": "r"}))[0]
            case 3:
                return (await other.json("POST", f"{path}/reviews", {"reason": "r"}))[0]
            case 4:
                return (await other.json("POST", f"{path}/answer", {"way": "letter", "note": "n"}))[0]
            case _:
                return (await admin.json("POST", f"{path}/close"))[0]

    done = Counter(await asyncio.gather(*(anything(number) for number in range(50))))
    assert set(done) <= {200, 201, 409}, done
    (row,) = await query(
        it,
        """select (select count(*) from complaint_decision where ticket_id = $1) as decisions,
                  (select count(*) from complaint_review where ticket_id = $1 and decision_id is null) as reviews,
                  (select count(*) from complaint_answer a join complaint_decision d on d.id = a.decision_id
                   where a.ticket_id = $1) as answers, (select category from ticket where id = $1) as category""",
        uuid.UUID(opened["ticket_id"]),
    )
    assert max(row["decisions"], row["reviews"]) <= 1
    assert row["answers"] <= row["decisions"]
    assert row["category"] != "closed", "it was founded and has no cause"
