"""Rules at work on real tickets: once, in order, in business time, with a log; macros; and no loop is possible."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.opened import opened
from tests.integration.house import hire, house, made, query
from tests.integration.test_tickets import DESK, change, customer, stage, ticket
from tests.live import Live, Person, eventually


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def admin(it: Live) -> Person:
    return await it.person("admin")


async def rule(admin: Person, trigger: dict[str, Any] | str, *actions: dict[str, Any], **said: Any) -> dict[str, Any]:
    on = {"on": "event", "happening": trigger} if isinstance(trigger, str) else {"on": "time", **trigger}
    return await made(
        admin, "/api/automation/rules", {"name": uuid.uuid4().hex, "trigger": on, "actions": actions, **said}
    )


async def shown(person: Person, one: dict[str, Any]) -> dict[str, Any]:
    return dict((await person.json("GET", f"/api/tickets/{one['id']}"))[1])


async def runs(admin: Person, one: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await admin.json("GET", f"/api/automation/runs?ticket_id={one['id']}"))[1]["items"])


async def acted(admin: Person, one: dict[str, Any], number: int = 1) -> list[dict[str, Any]]:
    async def enough() -> list[dict[str, Any]] | None:
        found = await runs(admin, one)
        return found if len(found) >= number else None

    return list(await eventually(enough))


def when(fact: str, operation: str, value: Any = None) -> dict[str, Any]:
    return {"fact": fact, "operation": operation, "value": value}


RAISE = {"do": "raise_priority"}


async def test_a_rule_acts_once_on_what_it_is_for_and_says_so(it: Live, admin: Person) -> None:
    conditions = {"all": [when("kind", "is", "complaint"), when("subject", "contains", "خراب")]}
    kept = await rule(admin, "opened", RAISE, {"do": "add_check", "text": "Call back"}, conditions=conditions)
    other = await ticket(admin, kind="complaint", subject="Late")
    one = await ticket(admin, kind="complaint", subject="الجهاز خرابٌ")
    [run] = await acted(admin, one)
    assert (run["rule_id"], run["cause"], run["number"]) == (kept["id"], "opened", one["number"])
    assert [each["do"] for each in run["did"]] == ["raise_priority", "add_check"]
    now = await shown(admin, one)
    assert (now["priority"], [each["text"] for each in now["checks"]]) == ("high", ["Call back"])
    _, history = await admin.json("GET", f"/api/tickets/{one['id']}/history")
    latest = history["items"][0]
    assert (latest["cause"], latest["by_name"]) == ("rule", kept["name"])
    assert await runs(admin, other) == []


async def test_rules_that_would_chase_each_other_act_once_each(it: Live, admin: Person) -> None:
    """One makes it urgent when it is low, the other low when it is urgent: a loop, if rules heard of themselves."""
    up = {"do": "set", "what": "priority", "value": "urgent"}
    down = {"do": "set", "what": "priority", "value": "low"}
    await rule(admin, "changed", up, position=1, conditions={"all": [when("priority", "is", "low")]})
    await rule(admin, "changed", down, position=2, conditions={"all": [when("priority", "is", "urgent")]})
    one = await ticket(admin)
    await change(admin, one, priority="low")
    found = await acted(admin, one, 2)
    other = await ticket(admin)
    await change(admin, other, priority="high")

    async def is_read() -> bool:
        [row] = await query(
            it,
            "select seq >= (select max(seq) from event_log where kind = 'ticket.changed') as is_read "
            "from consumer where name = 'automation'",
        )
        return bool(row["is_read"])

    await eventually(is_read)
    assert len(await runs(admin, one)) == len(found) == 2
    assert (await shown(admin, one))["priority"] == "low", "the second saw what the first left"


async def test_what_one_action_refuses_is_logged_and_the_others_are_done(admin: Person) -> None:
    status = await stage(admin, "on_hold")
    await rule(
        admin,
        "opened",
        {"do": "set", "what": "queue_id", "value": str(uuid.UUID(int=5))},
        {"do": "set", "what": "status_id", "value": status},
    )
    one = await ticket(admin)
    [run] = await acted(admin, one)
    assert [(each["do"], each["is_refused"]) for each in run["did"]] == [("set", True), ("set", False)]
    assert (await shown(admin, one))["status_id"] == status


async def test_c012_the_customer_is_told_in_their_language_and_it_is_no_answer(it: Live, admin: Person) -> None:
    texts = {"en": "We have {ticket.number}.", "fa": "{customer.name} عزیز، {ticket.number} ثبت شد: {ticket.stage}"}
    await rule(admin, "opened", {"do": "tell_customer", "texts": texts})
    visitor = await it.visitor(locale="fa")
    await visitor.send("کتری خراب است")
    (talk,) = await query(it, "select id, customer_id from interaction order by opened_at desc limit 1")
    _, known = await admin.json("GET", f"/api/customers/{talk['customer_id']}")
    await admin.json("PATCH", f"/api/customers/{talk['customer_id']}", {"version": known["version"], "locale": "fa"})
    one = await ticket(admin, interaction_id=str(talk["id"]))
    [run] = await acted(admin, one)
    assert [(each["do"], each["detail"]) for each in run["did"]] == [("tell_customer", "webchat")]
    [said] = await query(
        it, "select text, author_kind from message where interaction_id = $1 and direction = 'outbound'", talk["id"]
    )
    assert said["text"].endswith(f"{one['number']} ثبت شد: جدید")
    assert said["author_kind"] == "system"
    assert (await shown(admin, one))["answered_at"] is None
    inside = await ticket(admin)
    [run] = await acted(admin, inside)
    assert run["is_refused"], "a colleague's ticket has no customer"


async def test_c012_a_case_that_was_told_on_the_telephone_is_confirmed_and_its_end_told_by_text(
    it: Live, admin: Person
) -> None:
    mark, number = uuid.uuid4().hex[:8], f"+96650{uuid.uuid4().int % 10**7:07}"
    only = {"conditions": {"all": [when("subject", "contains", mark)]}}
    said = {"en": "We have {ticket.number}.", "ar": "{customer.name}، سجّلنا {ticket.number}."}
    await rule(admin, "opened", {"do": "tell_customer", "texts": said}, **only)
    over = [*only["conditions"]["all"], when("changed", "is", "status_id"), when("category", "is", "closed")]
    ended = {"en": "{ticket.number} is closed.", "ar": "أُغلقت {ticket.number}."}
    await rule(admin, "changed", {"do": "tell_customer", "texts": ended}, conditions={"all": over})
    likes = {"channel": "sms", "address": number}
    who = await made(admin, "/api/customers", {"name": "ليلى", "locale": "ar", "preferred": likes})
    one = await ticket(admin, subject=f"{mark} no water", customer_id=who["id"])
    [run] = await acted(admin, one)
    assert [(each["do"], each["detail"]) for each in run["did"]] == [("tell_customer", "sms")]
    await change(admin, one, status_id=await stage(admin, "closed"))

    async def texts() -> list[str] | None:
        told = "select m.text from message m join interaction i on i.id = m.interaction_id where i.address = $1"
        rows = await query(it, f"{told} and m.direction = 'outbound' order by m.seq", number)
        return [row["text"] for row in rows] if len(rows) > 1 else None

    assert await eventually(texts) == [f"ليلى، سجّلنا {one['number']}.", f"أُغلقت {one['number']}."]
    talks = (await shown(admin, one))["interactions"]
    assert len(talks) == 1, "the second goes where the first went"


async def test_c012_the_rules_for_service_cases_are_there_and_need_only_to_be_switched_on(
    it: Live, admin: Person
) -> None:
    number = f"+96650{uuid.uuid4().int % 10**7:07}"
    likes = {"channel": "sms", "address": number}
    who = await made(admin, "/api/customers", {"name": "مریم", "locale": "fa", "preferred": likes})

    async def switch(*, is_on: bool) -> None:
        _, found = await admin.json("GET", "/api/automation/rules")
        ours = [each for each in found["items"] if each["name"].startswith("Service case ")]
        assert [each["is_active"] for each in ours] == [not is_on] * 2
        for each in ours:
            change = {**{key: value for key, value in each.items() if key != "id"}, "is_active": is_on}
            assert (await admin.json("PUT", f"/api/automation/rules/{each['id']}", change))[0] == 200

    async def texts(many: int) -> list[str]:
        async def enough() -> list[str] | None:
            told = "select m.text from message m join interaction i on i.id = m.interaction_id where i.address = $1"
            rows = await query(it, f"{told} and m.direction = 'outbound' order by m.seq", number)
            return [row["text"] for row in rows] if len(rows) >= many else None

        return list(await eventually(enough))

    await switch(is_on=True)
    try:
        one = await ticket(admin, kind="service_case", subject="یخچال", customer_id=who["id"])
        assert await texts(1) == [f"مریم، درخواست شما {one['number']} (یخچال) ثبت شد و ادامهٔ کار را به شما خبر می‌دهیم."]
        await ticket(admin, subject="یخچال", customer_id=who["id"])
        await change(admin, one, status_id=await stage(admin, "closed"))
        assert [text.partition("(")[2][:12] for text in await texts(2)] == ["یخچال) ثبت شد"[:12], "یخچال) بسته شد"[:12]]
    finally:
        await switch(is_on=False)


async def test_a_rule_on_time_counts_business_minutes_and_acts_once_for_each_beginning(it: Live, admin: Person) -> None:
    never = {"name": "Never", "is_default": True, "hours": {"weekly": []}}
    calendar = await made(admin, "/api/calendars", never)
    pending, solved = await stage(admin, "pending"), await stage(admin, "solved")
    close = {"do": "set", "what": "status_id", "value": solved}
    await rule(
        admin,
        {"since": "stage", "minutes": 60},
        close,
        conditions={"all": [when("category", "is", "pending")]},
    )
    one, other = await ticket(admin), await ticket(admin)
    one = await change(admin, one, status_id=pending)
    ago = "update ticket set stage_since = now() - interval '61 minutes' where id = $1"
    for each in (one, other):
        await query(it, ago, uuid.UUID(each["id"]))
    automation = it.running.neck.automation.automation
    await eventually(lambda: _held(automation))
    assert await automation.look() == 0, "nobody has worked since"
    always = [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]
    body = {**never, "hours": {"weekly": always}, "version": calendar["version"]}
    assert (await admin.json("PUT", f"/api/calendars/{calendar['id']}", body))[0] == 200
    assert await automation.look() == 1
    assert await automation.look() == 0
    now = await shown(admin, one)
    assert (now["category"], (await shown(admin, other))["category"]) == ("solved", "new")
    await change(admin, now, status_id=pending)
    await query(it, ago, uuid.UUID(one["id"]))
    assert await automation.look() == 1, "a new beginning"


async def test_a_rule_on_time_looks_at_a_part_of_a_stage_and_at_the_rest_the_next_time(
    it: Live, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automation.service._PAGE", 2)
    monkeypatch.setattr("automation.service._PAGES", 1)
    waiting = await stage(admin, "on_hold")
    tickets = [await change(admin, await ticket(admin), status_id=waiting) for _ in range(5)]
    last = await change(admin, tickets[-1], priority="urgent")
    for place, each in enumerate(tickets):
        ago = "update ticket set stage_since = now() - make_interval(hours => $1) where id = $2"
        await query(it, ago, 20 - place, uuid.UUID(each["id"]))
    note = {"do": "add_check", "text": "Ask again"}
    conditions = {"all": [when("status_id", "is", waiting), when("priority", "is", "urgent")]}
    await rule(admin, {"since": "stage", "minutes": 60, "in_business_time": False}, note, conditions=conditions)
    automation = it.running.neck.automation.automation
    await eventually(lambda: _held(automation))
    # Whoever works with a ticket that a rule is not for is not in its way.
    async with opened(it.settings) as db, db.transaction() as tx:
        await it.running.neck.desk.tickets.hold(tx, uuid.UUID(tickets[0]["id"]))
        looked = [await asyncio.wait_for(automation.look(), 10) for _ in range(6)]
    assert looked == [0, 0, 1, 0, 0, 0]
    assert [each["text"] for each in (await shown(admin, last))["checks"]] == ["Ask again"]


async def test_a_condition_that_can_never_hold_is_refused_where_it_stands(it: Live, admin: Person) -> None:
    colour = {"names": {"en": "Colour"}, "type": "choice", "options": [{"key": "red", "names": {"en": "Red"}}]}
    await made(admin, "/api/ticket-fields", {"key": "colour", **colour})
    fits = [
        when("fields.colour", "one_of", ["red"]),
        when("fields.colour", "filled"),
        when("status_id", "is", await stage(admin, "open")),
        when("priority", "at_least", "high"),
        when("sla", "none_of", ["near", "breached"]),
    ]
    await rule(admin, "changed", RAISE, conditions={"all": fits})
    for wrong in (
        when("fields.shade", "is", "red"),
        when("fields.colour", "is", "green"),
        when("status_id", "one_of", [await stage(admin, "open"), "nowhere"]),
        when("type_id", "is", str(uuid.uuid4())),
        when("kind", "is", "gossip"),
        when("priority", "at_least", "extreme"),
        when("sla", "is", "late"),
        when("category", "none_of", ["new", "lost"]),
        when("metric", "is", "everything"),
        when("requester_kind", "is", "somebody"),
    ):
        body = {"name": uuid.uuid4().hex, "trigger": {"on": "event", "happening": "changed"}, "actions": [RAISE]}
        status, answer = await admin.json(
            "POST", "/api/automation/rules", {**body, "conditions": {"any": [fits[0], wrong]}}
        )
        assert (status, answer.get("field")) == (422, "conditions.any.1"), wrong


async def test_a_rule_that_names_no_stage_that_there_is_stops_no_other(it: Live, admin: Person) -> None:
    lasting = {"since": "opened", "minutes": 60, "in_business_time": False}
    kept = await rule(admin, lasting, RAISE)
    # As one may stand there from before conditions were looked at.
    lost = json.dumps({"all": [when("status_id", "is", "nowhere")], "any": []})
    await query(it, "update automation_rule set conditions = $1::jsonb where id = $2", lost, uuid.UUID(kept["id"]))
    one = await ticket(admin)
    await rule(admin, lasting, RAISE, conditions={"all": [when("subject", "is", one["subject"])]})
    await query(it, "update ticket set opened_at = now() - interval '2 hours' where id = $1", uuid.UUID(one["id"]))
    automation = it.running.neck.automation.automation
    await eventually(lambda: _held(automation))
    assert await automation.look() == 1


async def _held(automation: Any) -> bool:
    return bool(automation.lease.is_held)


async def test_neither_the_log_nor_a_trial_says_anything_of_a_ticket_that_somebody_may_not_know_of(
    it: Live, admin: Person
) -> None:
    writes_rules = ["automation.manage", "ticket.read", "ticket.confidential", "complaint.read"]
    whom_it_is_about = await hire(it, writes_rules)
    stranger = await hire(it, ["automation.manage", "ticket.read"])
    without = await hire(it, ["automation.manage"])
    await rule(admin, "changed", RAISE, conditions={"all": [when("kind", "is", "complaint")]})
    about = [{"kind": "employee", "staff_id": whom_it_is_about.me["id"]}]
    complaint = await made(admin, "/api/complaints", {"subject": "They were rude", "about": about})
    one = {"id": complaint["ticket_id"]}
    await change(admin, await shown(admin, one), description="Very rude")
    await acted(admin, one)
    trial = {"ticket_id": one["id"], "conditions": {"all": [when("subject", "filled")]}}
    assert (await admin.json("POST", "/api/automation/try", trial))[0] == 200
    for person in (whom_it_is_about, stranger):
        assert (await person.json("GET", "/api/automation/runs"))[1]["items"] == []
        assert await runs(person, one) == []
        assert (await person.json("POST", "/api/automation/try", trial))[0] == 404
    assert (await without.json("POST", "/api/automation/try", trial))[0] == 403


async def test_a_late_promise_escalates(it: Live, admin: Person) -> None:
    boss = await it.person("nadia")
    socket = await boss.console(available=False)
    await made(
        admin, "/api/sla-policies", {"name": "x", "targets": {"normal": {"first_response": 1, "resolution": 9000}}}
    )
    told = {"do": "notify", "to": "supervisors", "text": "Nobody answered"}
    await rule(admin, "sla_late", RAISE, told, conditions={"all": [when("metric", "is", "first_response")]})
    one = await ticket(admin)
    await query(it, "update sla_clock set due_at = now() - interval '1 second' where metric = 'first_response'")
    await acted(admin, one)
    assert (await shown(admin, one))["priority"] == "high"
    await socket.until(lambda: "ticket_rule" in {each["kind"] for each in socket.state["notifications"]})
    await socket.close()


async def test_a_macro_is_one_click_with_the_agents_own_rights(it: Live, admin: Person) -> None:
    macro = await made(
        admin,
        "/api/macros",
        {
            "names": {"en": "Wait for parts"},
            "actions": [
                {"do": "set", "what": "status_id", "value": await stage(admin, "on_hold")},
                {"do": "set", "what": "owner_id", "value": (await it.person("sara")).me["id"]},
            ],
        },
    )
    clerk = await hire(it, DESK)
    one = await ticket(admin)
    status, done = await clerk.json("POST", f"/api/tickets/{one['id']}/macros/{macro['id']}")
    assert (status, [each["is_refused"] for each in done["did"]]) == (200, [False, True]), "to assign needs more"
    assert (await shown(admin, one))["category"] == "on_hold"
    secret = await ticket(admin, is_confidential=True)
    assert (await clerk.json("POST", f"/api/tickets/{secret['id']}/macros/{macro['id']}"))[0] == 404


async def test_conditions_are_tried_before_a_rule_is_switched_on(admin: Person) -> None:
    one = await ticket(admin, customer_id=await customer(admin))
    conditions = {"all": [when("kind", "is", "support_request"), when("priority", "at_least", "urgent")]}
    _, tried = await admin.json("POST", "/api/automation/try", {"conditions": conditions, "ticket_id": one["id"]})
    assert tried["holds"] is False
    assert [(each["fact"], each["found"], each["holds"]) for each in tried["conditions"]] == [
        ("kind", "support_request", True),
        ("priority", "normal", False),
    ]


async def test_what_a_rule_names_must_be_there(admin: Person) -> None:
    said = {
        "name": "x",
        "trigger": {"on": "event", "happening": "opened"},
        "actions": [RAISE, {"do": "set", "what": "status_id", "value": str(uuid.UUID(int=9))}],
    }
    status, answer = await admin.json("POST", "/api/automation/rules", said)
    assert (status, answer["field"]) == (422, "actions.1")
