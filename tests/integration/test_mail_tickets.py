"""A mail becomes a ticket by the rule that sorts it, or joins the open one of its thread or its customer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from house import hire, made, query
from outside import Outside, outside

from access.model import AGENT_PERMISSIONS
from storage.database import Database
from tests.integration.test_mailroom import mailbox, queue_named
from tests.integration.test_receive import settled
from tests.integration.test_tickets import change, stage
from tests.live import Person, eventually

TICKETS = (
    "select t.kind, t.subject, t.description, t.category, t.source, t.priority, c.name as customer, t.id,"
    " (select count(*) from ticket_interaction l where l.ticket_id = t.id) as talks"
    " from ticket t join customer c on c.id = t.customer_id order by t.id"
)


@pytest_asyncio.fixture
async def around(dsn: str, tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(dsn, tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def admin(around: Outside) -> Person:
    return await around.it.person("admin")


async def rule(admin: Person, ticket: dict[str, Any], **said: Any) -> dict[str, Any]:
    body = {"name": "To the desk", "conditions": {}, "actions": {"ticket": ticket, **said}}
    return await made(admin, f"/api/accounts/{await mailbox(admin)}/rules", body)


async def tickets(around: Outside, number: int) -> list[Any]:
    async def found() -> list[Any]:
        rows = await query(around.it, TICKETS)
        return rows if sum(row["talks"] for row in rows) == number else []

    return list(await eventually(found))


async def test_c006_a_mail_opens_a_ticket_of_the_kind_type_and_team_that_its_rule_says(
    around: Outside, admin: Person, db: Database
) -> None:
    sort = await made(admin, "/api/ticket-types", {"kind": "service_case", "names": {"en": "Repair"}})
    team = await queue_named(admin, "Workshop")
    asked = {"kind": "service_case", "type_id": sort["id"], "priority": "high", "queue_id": team}
    await rule(admin, asked, is_parked=True)
    await around.mail("صوتها عالٍ منذ أمس", subject="الغسالة")
    [one] = await tickets(around, 1)
    assert (one["kind"], one["subject"], one["description"].strip()) == ("service_case", "الغسالة", "صوتها عالٍ منذ أمس")
    assert (one["source"], one["priority"]) == ("email", 2)
    works = await query(around.it, "select kind, queue_id::text from work where state <> 'done'")
    assert [tuple(each) for each in works] == [("ticket", team)], "parked, so that only the ticket waits"
    _, history = await admin.json("GET", f"/api/tickets/{one['id']}/history")
    assert [each["by_name"] for each in history["items"]] == ["To the desk"]


async def test_c006_the_next_mail_of_the_customer_joins_the_open_ticket_and_asks_again(
    around: Outside, admin: Person, db: Database
) -> None:
    await rule(admin, {"kind": "support_request", "joins": "customer"})
    await around.mail("One", subject="Noise")
    [one] = await tickets(around, 1)
    _, shown = await admin.json("GET", f"/api/tickets/{one['id']}")
    await change(admin, shown, status_id=await stage(admin, "pending"))
    await around.mail("Two", subject="And it smells")
    [one] = await tickets(around, 2)
    assert one["category"] == "open", "it is our turn again"
    _, shown = await admin.json("GET", f"/api/tickets/{one['id']}")
    await change(admin, shown, status_id=await stage(admin, "solved"))
    await around.mail("Three", subject="Something else")
    await around.mail("Four", subject="From somebody else", sender="omid@other.example")
    found = await tickets(around, 4)
    assert [row["subject"] for row in found] == ["Noise", "Something else", "From somebody else"]


async def test_c006_by_thread_each_new_conversation_has_a_ticket_and_the_one_that_follows_joins(
    around: Outside, admin: Person, db: Database
) -> None:
    await query(around.it, "update queue set after_close = 'new'")
    await rule(admin, {"kind": "inquiry"})
    first = await around.mail("One", subject="Noise")
    await around.mail("Two", subject="Prices")
    await tickets(around, 2)
    await around.mail("Still", subject="Re: Noise", In_Reply_To=first)
    await settled(db)
    assert len(await query(around.it, TICKETS)) == 2, "the same conversation goes on"
    await query(around.it, "update interaction set state = 'closed', closed_at = now() where subject = 'Noise'")
    await query(around.it, "update work set state = 'done', agent_id = null")
    await around.mail("Again", subject="Re: Noise", In_Reply_To=first)
    found = await tickets(around, 3)
    assert [(row["subject"], row["talks"]) for row in found] == [("Noise", 2), ("Prices", 1)]


async def test_c007_a_mail_of_a_stranger_becomes_a_lead_by_itself_and_any_other_in_one_step(
    around: Outside, admin: Person, db: Database
) -> None:
    body = {"name": "New business", "conditions": {"is_known": False}, "actions": {"ticket": {"kind": "lead"}}}
    await made(admin, f"/api/accounts/{await mailbox(admin)}/rules", body)
    await around.mail("Do you ship to Basra?", subject="200 kettles", sender="noor@shop.example")
    [first] = await tickets(around, 1)
    assert (first["kind"], first["subject"], first["source"]) == ("lead", "200 kettles", "email")
    _, shown = await admin.json("GET", f"/api/tickets/{first['id']}")
    assert (shown["number"], shown["description"].strip()) == ("LD-1", "Do you ship to Basra?")
    _, person = await admin.json("GET", f"/api/customers/{shown['customer_id']}")
    assert person["status"] == "prospect"
    # Whoever is known asks for support as before; an agent sees that there is business in it.
    await around.mail("And 50 pans?", subject="Pans", sender="noor@shop.example")
    await settled(db)
    assert len(await query(around.it, TICKETS)) == 1
    (talk,) = await query(around.it, "select id::text, customer_id::text from interaction where subject = 'Pans'")
    agent = await hire(around.it, sorted(AGENT_PERMISSIONS))
    new = {"kind": "lead", "subject": "Pans", "interaction_id": talk["id"], "customer_id": talk["customer_id"]}
    await made(agent, "/api/tickets", new)
    [_, second] = await tickets(around, 2)
    assert (second["kind"], second["customer"], second["source"]) == ("lead", first["customer"], "email")


async def test_a_rule_names_only_what_is_there_and_who_makes_it_may_open_tickets(
    around: Outside, admin: Person
) -> None:
    path = f"/api/accounts/{await mailbox(admin)}/rules"
    sort = await made(admin, "/api/ticket-types", {"kind": "complaint", "names": {"en": "Delay"}})
    actions = {"ticket": {"kind": "inquiry", "type_id": sort["id"]}}
    body = {"name": "x", "conditions": {}, "actions": actions}
    status, answer = await admin.json("POST", path, body)
    assert (status, answer["errors"][0]["loc"]) == (422, "actions.ticket.type_id")
    clerk = await hire(around.it, [*AGENT_PERMISSIONS - {"ticket.write"}, "channel.manage"])
    assert (await clerk.json("POST", path, {**body, "actions": {"ticket": {"kind": "inquiry"}}}))[0] == 403
