"""A solution that is sent to the customers of several tickets: looked at first, to each once, with what came of it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from core.clock import utc_now
from storage import jobs
from tests.integration.house import branch, hire, made, query
from tests.integration.test_knowledge import published, text
from tests.integration.test_tickets import DESK, customer, ticket
from tests.live import Live, Person, eventually

SENDS = [*DESK, "solution.send"]


async def reachable(admin: Person, name: str, address: str, kind: str = "email", **said: Any) -> str:
    found = await customer(admin, name, **said)
    status, answer = await admin.json("POST", f"/api/customers/{found}/identities", {"kind": kind, "value": address})
    assert status < 300, answer
    return found


def new(affected: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"affected": affected, "subject": "Your report", "client_id": uuid.uuid4().hex, **said}


async def done(person: Person, solution: dict[str, Any]) -> dict[str, Any]:
    async def is_done() -> dict[str, Any] | None:
        _, found = await person.json("GET", f"/api/solutions/{solution['id']}")
        return found if found["waiting"] == 0 else None

    return dict(await eventually(is_done))


async def told(it: Live, customer_id: str) -> list[dict[str, Any]]:
    rows = await query(
        it,
        "select i.channel, i.address, i.subject, i.state, m.text, m.author_kind from message m "
        "join interaction i on i.id = m.interaction_id where i.customer_id = $1 and m.direction = 'outbound' "
        "order by m.at",
        uuid.UUID(customer_id),
    )
    return [dict(row) for row in rows]


async def test_c123_a_solution_is_looked_at_and_sent_to_each_affected_customer_once(it: Live, admin: Person) -> None:
    mark = f"w{uuid.uuid4().hex[:6]}"
    article = await published(
        admin, {"en": text("Use {braces}", "<p>Version 2 mends it.</p>"), "fa": text("نسخهٔ ۲", "<p>به‌روز کنید.</p>")}
    )
    leila = await reachable(admin, "لیلا", f"leila.{mark}@shop.example", locale="fa")
    sami = await reachable(admin, "Sami", f"sami.{mark}@shop.example", locale="en")
    lost = await customer(admin, "No address")
    first, again = [await ticket(admin, subject=f"{mark} crash", customer_id=leila) for _ in range(2)]
    other = await ticket(admin, subject=f"{mark} crash", customer_id=sami)
    unreachable = await ticket(admin, subject=f"{mark} crash", customer_id=lost)
    await ticket(admin, subject=f"{mark} crash of a colleague")
    affected = {"q": mark, "kind": "support_request"}
    status, seen = await admin.json("POST", "/api/solutions/preview", affected)
    assert (status, seen["tickets"], seen["told"], seen["by_channel"], seen["unreachable"]) == (
        200,
        4,
        2,
        {"email": 2},
        1,
    )
    assert [each["number"] for each in seen["items"] if each["is_same_customer"]] == [again["number"]]
    assert [each["number"] for each in seen["items"] if each["reason"] == "no_way"] == [unreachable["number"]]
    body = new(
        affected, article_id=article["id"], solves=True, texts={"en": "Dear {customer.name}, on {ticket.number}:"}
    )
    sent = await asyncio.gather(*(admin.json("POST", "/api/solutions", body) for _ in range(3)))
    assert {status for status, _ in sent} == {201}
    assert len({answer["id"] for _, answer in sent}) == 1, "a repeated request has no second effect"
    report = await done(admin, sent[0][1])
    assert [each["number"] for each in report["items"] if each["reason"] == "no_way"] == [unreachable["number"]]
    became = {each["number"]: (each["state"], each["channel"], each["is_solved"]) for each in report["items"]}
    assert became == {
        first["number"]: ("sent", "email", True),
        again["number"]: ("same_customer", None, True),
        other["number"]: ("sent", "email", True),
        unreachable["number"]: ("refused", None, False),
    }
    assert (report["sent"], report["refused"], report["same_customer"]) == (2, 1, 1)
    why = "update message set delivery = 'failed', error = 'No such mailbox.' where interaction_id = $1 returning id"
    _, talked = await admin.json("GET", f"/api/tickets/{other['id']}")

    async def is_told() -> bool:
        # Again, should an attempt to send it have been under way.
        await query(it, why, uuid.UUID(talked["interactions"][0]))
        _, later = await admin.json("GET", f"/api/solutions/{report['id']}")
        failed = {each["number"]: each["error"] for each in later["items"] if each["delivery"] == "failed"}
        return failed == {other["number"]: "No such mailbox."}

    assert await eventually(is_told), "that it did not arrive is in the report"
    [mail] = await told(it, sami)
    assert mail["text"] == f"Dear Sami, on {other['number']}:\n\nUse {{braces}}\n\nVersion 2 mends it."
    assert (mail["subject"], mail["state"], mail["author_kind"]) == ("Your report", "closed", "system")
    assert [each["text"] for each in await told(it, leila)] == ["نسخهٔ ۲\n\nبه‌روز کنید."]
    _, shown = await admin.json("GET", f"/api/tickets/{other['id']}")
    assert (shown["category"], len(shown["interactions"]), shown["answered_at"]) == ("solved", 1, None)
    job = jobs.Job(0, "", None, {"solution_id": report["id"], "ticket_id": other["id"]}, 2, 0, utc_now())
    await it.running.neck.solutions.solutions._tell(job)
    assert len(await told(it, sami)) == 1, "a job that runs again has no second effect"
    _, history = await admin.json("GET", f"/api/tickets/{other['id']}/history")
    assert history["items"][0]["cause"] == "solution"


async def test_a_customer_is_told_where_they_talk_else_by_the_way_they_like(it: Live, admin: Person) -> None:
    mark = uuid.uuid4().hex[:6]
    phone = "+966501112244"
    likes = await reachable(
        admin, "Likes texts", f"a.{mark}@shop.example", preferred={"channel": "sms", "address": phone}
    )
    visitor = await it.visitor(locale="en")
    await visitor.send("It broke")
    (talk,) = await query(it, "select id, customer_id from interaction order by opened_at desc limit 1")
    by_text = await ticket(admin, customer_id=likes)
    by_chat = await ticket(admin, interaction_id=str(talk["id"]))
    affected = {"ticket_ids": [by_text["id"], by_chat["id"]]}
    report = await done(admin, await made(admin, "/api/solutions", new(affected, texts={"en": "Restart it."})))
    became = {each["ticket_id"]: each["channel"] for each in report["items"]}
    assert became == {by_text["id"]: "sms", by_chat["id"]: "webchat"}
    assert (await told(it, likes))[0]["address"] == phone
    await visitor.hears("Restart it.")
    _, shown = await admin.json("GET", f"/api/tickets/{by_chat['id']}")
    assert shown["category"] == "new", "solving was not asked for"


async def test_those_below_one_problem_are_told(it: Live, admin: Person) -> None:
    problem = await ticket(admin, subject="The problem")
    who = await reachable(admin, "Below", f"below.{uuid.uuid4().hex[:6]}@shop.example")
    one, outside = await ticket(admin, customer_id=who), await ticket(admin, customer_id=who)
    await made(admin, f"/api/tickets/{one['id']}/links", {"to_id": problem["id"], "kind": "parent"})
    _, seen = await admin.json("POST", "/api/solutions/preview", {"problem_id": problem["id"]})
    assert [each["number"] for each in seen["items"]] == [one["number"]]
    assert outside["number"] not in str(seen)


async def test_nobody_sends_to_whom_they_do_not_see(it: Live, admin: Person) -> None:
    mark = f"w{uuid.uuid4().hex[:6]}"
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    clerk = await hire(it, SENDS, here)
    mine = await reachable(admin, "Mine", f"mine.{mark}@shop.example", branch_id=here)
    theirs = await reachable(admin, "Theirs", f"theirs.{mark}@shop.example", branch_id=there)
    one = await ticket(admin, subject=mark, customer_id=mine, branch_id=here)
    far = await ticket(admin, subject=mark, customer_id=theirs, branch_id=there)
    secret = await ticket(admin, subject=mark, customer_id=mine, branch_id=here, is_confidential=True)
    _, seen = await clerk.json("POST", "/api/solutions/preview", {"q": mark})
    assert [each["number"] for each in seen["items"]] == [one["number"]]
    for hidden in (far, secret):
        for path, body in (
            ("/preview", {"ticket_ids": [hidden["id"]]}),
            ("", new({"ticket_ids": [hidden["id"]]}, texts={"en": "x"})),
        ):
            assert (await clerk.json("POST", f"/api/solutions{path}", body))[0] == 404
    sent = await made(admin, "/api/solutions", new({"ticket_ids": [one["id"], far["id"]]}, texts={"en": "Hello"}))
    assert (await clerk.json("GET", f"/api/solutions/{sent['id']}"))[0] == 404, "somebody else's"
    assert (await (await hire(it, DESK)).json("POST", "/api/solutions/preview", {"q": mark}))[0] == 403


async def test_what_is_sent_is_published_and_says_something_that_is_known(admin: Person) -> None:
    one = await ticket(admin, customer_id=await customer(admin))
    waiting = await made(admin, "/api/articles", {"texts": {"en": text("Not yet")}})
    named = {"ticket_ids": [one["id"]]}
    for wrong in (
        new(named),
        new(named, article_id=waiting["id"]),
        new(named, texts={"en": "{customer.password}"}),
        new({"ticket_ids": [one["id"]], "q": "x"}, texts={"en": "x"}),
        new({}, texts={"en": "x"}),
        new({"ticket_ids": [(await ticket(admin))["id"]]}, texts={"en": "x"}),
    ):
        assert (await admin.json("POST", "/api/solutions", wrong))[0] == 422


async def test_a_mail_address_that_sends_everything_back_is_not_written_to(it: Live, admin: Person) -> None:
    address = f"gone.{uuid.uuid4().hex[:6]}@shop.example"
    one = await ticket(admin, customer_id=await reachable(admin, "Gone", address))
    await query(it, "insert into bounced_address (address, hard_at) values ($1, now()) returning address", address)
    _, seen = await admin.json("POST", "/api/solutions/preview", {"ticket_ids": [one["id"]]})
    assert (seen["told"], seen["unreachable"], seen["items"][0]["channel"]) == (0, 1, None)
    assert "no address" in seen["items"][0]["detail"]
