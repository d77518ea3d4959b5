"""What belongs to another branch is not there: neither refused nor counted, 404 (C3)."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from access.model import Permission
from tests.integration.house import branch, hire, made, query
from tests.live import AgentSocket, CommandFailed, Live, Person, eventually

ALL = sorted(Permission)


@dataclass
class Neighbours:
    """Two branches; `there` has a queue, an account, a widget, a customer and an open chat of its own."""

    here: Person
    there: Person
    agent_there: AgentSocket
    queue: dict[str, Any]
    account: dict[str, Any]
    customer: dict[str, Any]
    interaction: dict[str, Any]


@pytest_asyncio.fixture(scope="module")
async def neighbours(it: Live) -> AsyncIterator[Neighbours]:
    admin = await it.person("admin")
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    here, there = await hire(it, ALL, here_id, admin), await hire(it, ALL, there_id, admin)
    queue = await made(there, "/api/queues", {"name": "Their queue", "branch_id": there_id})
    new = {"kind": "webchat", "name": "Their site", "queue_id": queue["id"], "branch_id": there_id, "settings": {}}
    account = await made(there, "/api/accounts", new)
    await made(there, "/api/widgets", {"site": "their-site", "account_id": account["id"]})
    customer = await made(there, "/api/customers", {"name": "Their customer", "branch_id": there_id})
    socket = await there.console()
    visitor = await it.visitor(site="their-site")
    await visitor.send("Hello, this is for your branch only")
    interaction = (await socket.take_offer("webchat"))["interaction"]
    yield Neighbours(here, there, socket, queue, account, customer, interaction)
    await socket.close()


async def test_the_branch_itself_sees_all_of_it(neighbours: Neighbours) -> None:
    there, interaction = neighbours.there, neighbours.interaction
    assert interaction["branch_id"] == neighbours.account["branch_id"]
    for path in (
        f"/api/interactions/{interaction['id']}",
        f"/api/interactions/{interaction['id']}/messages",
        f"/api/customers/{interaction['customer']['id']}",
        f"/api/customers/{neighbours.customer['id']}",
        f"/api/work/{interaction['id']}/explanation",
    ):
        assert (await there.json("GET", path))[0] == 200, path


async def test_nothing_of_another_branch_is_there_by_its_id(neighbours: Neighbours) -> None:
    here, interaction = neighbours.here, neighbours.interaction["id"]
    owner = neighbours.interaction["customer"]["id"]
    settings = {"name": "Mine", "queue_id": neighbours.queue["id"], "settings": {}, "version": 1}
    said = {"client_id": "x", "text": "hi"}
    for method, path, body in (
        ("GET", f"/api/interactions/{interaction}", None),
        ("GET", f"/api/interactions/{interaction}/messages", None),
        ("POST", f"/api/interactions/{interaction}/messages", said),
        ("POST", f"/api/interactions/{interaction}/notes", said),
        ("POST", f"/api/interactions/{interaction}/transfer", {"queue_id": neighbours.queue["id"]}),
        ("POST", f"/api/interactions/{interaction}/close", {}),
        ("GET", f"/api/work/{interaction}/explanation", None),
        ("GET", f"/api/customers/{owner}", None),
        ("GET", f"/api/customers/{owner}/timeline", None),
        ("GET", f"/api/customers/{neighbours.customer['id']}", None),
        ("PATCH", f"/api/customers/{neighbours.customer['id']}", {"version": 1, "name": "Mine"}),
        ("POST", f"/api/customers/{neighbours.customer['id']}/identities", {"kind": "email", "value": "a@b.example"}),
        ("PUT", f"/api/queues/{neighbours.queue['id']}", {"name": "Mine", "version": 1}),
        ("PUT", f"/api/accounts/{neighbours.account['id']}", settings),
        ("POST", f"/api/accounts/{neighbours.account['id']}/check", None),
        ("PUT", "/api/widgets/their-site", {"account_id": neighbours.account["id"], "version": 1}),
        ("GET", f"/api/agents/{neighbours.there.me['id']}", None),
        ("PUT", f"/api/agents/{neighbours.there.me['id']}", {"version": 0}),
        ("PUT", f"/api/agents/{neighbours.there.me['id']}/presence", {"state": "offline"}),
        ("PATCH", f"/api/staff/{neighbours.there.me['id']}", {"version": 1, "name": "Mine"}),
        ("DELETE", f"/api/staff/{neighbours.there.me['id']}/sessions", None),
    ):
        status, answer = await here.json(method, path, body)
        assert status == 404, (method, path, status, answer)


async def test_a_merge_across_the_border_is_refused(neighbours: Neighbours) -> None:
    own = await made(neighbours.here, "/api/customers", {"name": "Own"})
    merge = {"absorbed_id": neighbours.customer["id"]}
    assert (await neighbours.here.json("POST", f"/api/customers/{own['id']}/merges", merge))[0] == 404
    merge = {"absorbed_id": own["id"]}
    path = f"/api/customers/{neighbours.customer['id']}/merges"
    assert (await neighbours.here.json("POST", path, merge))[0] == 404


async def test_no_list_names_anything_of_another_branch(neighbours: Neighbours) -> None:
    ids = {
        neighbours.queue["id"],
        neighbours.account["id"],
        neighbours.customer["id"],
        neighbours.interaction["id"],
        neighbours.interaction["customer"]["id"],
        neighbours.there.me["id"],
        str(neighbours.account["branch_id"]),
        "their-site",
    }
    for path in (
        "/api/interactions?limit=200",
        "/api/customers?limit=200",
        "/api/customers?q=their",
        "/api/queues",
        "/api/accounts",
        "/api/widgets",
        "/api/agents?limit=200",
        "/api/staff?limit=200",
        "/api/branches",
    ):
        status, answer = await neighbours.here.json("GET", path)
        assert status == 200, path
        assert not {each for each in ids if each in str(answer)}, path
        assert {each for each in ids if each in str((await neighbours.there.json("GET", path))[1])}, path


async def test_what_is_the_whole_organisations_is_beyond_a_branch(neighbours: Neighbours) -> None:
    for method, path in (
        ("GET", "/api/audit"),
        ("GET", "/api/webhooks"),
        ("DELETE", f"/api/webhooks/{uuid.uuid4()}"),
        ("GET", "/api/quarantine"),
        ("POST", "/api/quarantine/1/release"),
    ):
        assert (await neighbours.here.json(method, path))[0] == 403, path


async def test_the_console_knows_nothing_of_another_branch(neighbours: Neighbours) -> None:
    socket = await neighbours.here.console()
    names = str(socket.state)
    assert neighbours.queue["id"] not in names
    assert neighbours.there.me["id"] not in names
    interaction = neighbours.interaction["id"]
    for name, more in (
        ("reply", {"client_id": "x", "text": "hi"}),
        ("note", {"client_id": "x", "text": "hi"}),
        ("transfer", {"queue_id": neighbours.queue["id"]}),
        ("close", {}),
        ("read", {"seq": 1}),
        ("messages", {}),
        ("wrap_up_done", {}),
        ("typing", {"is_typing": True}),
    ):
        with pytest.raises(CommandFailed) as refused:
            await socket.command(f"interaction.{name}", interaction_id=interaction, **more)
        assert refused.value.status == 404, name
    await socket.close()


async def test_a_conversation_is_not_handed_into_a_branch_that_its_agent_does_not_see(
    it: Live, neighbours: Neighbours
) -> None:
    admin = await it.person("admin")
    demo_queue = next(q for q in (await admin.json("GET", "/api/queues"))[1]["items"] if q["name"] == "Web chat")
    here = neighbours.here
    mine = await made(here, "/api/queues", {"name": "Our queue", "branch_id": here.me["branch_id"]})
    path = f"/api/interactions/{neighbours.interaction['id']}/transfer"
    assert (await neighbours.there.json("POST", path, {"queue_id": mine["id"]}))[0] == 404
    assert (await neighbours.there.json("POST", path, {"agent_id": here.me["id"]}))[0] == 404
    assert (await neighbours.there.json("POST", path, {"queue_id": str(uuid.uuid4())}))[0] in (404, 422)
    rows = await query(it, "select state from interaction where id = $1", uuid.UUID(neighbours.interaction["id"]))
    assert rows[0]["state"] == "assigned"
    assert (await neighbours.there.json("POST", path, {"queue_id": demo_queue["id"]}))[0] == 204


async def test_a_visitor_hears_only_of_the_own_chat(it: Live, neighbours: Neighbours) -> None:
    one, other = await it.visitor(site="their-site"), await it.visitor(site="their-site")
    await one.send("mine")
    agent = neighbours.agent_there

    async def is_mine() -> str | None:
        for offer in agent.state["offers"]:
            await agent.command("offer.accept", offer_id=offer["id"])
        return next((i for i in ids(agent) if i == one.state["chat"]["interaction_id"]), None)

    interaction_id = await eventually(is_mine)
    await agent.command("interaction.note", interaction_id=interaction_id, client_id="n", text="among us")
    await agent.reply(interaction_id, "yours")
    await one.hears("yours")
    assert [m["text"] for m in one.state["messages"]] == ["mine", "yours"]
    assert "among us" not in str(one.events)
    assert other.events == []
    with pytest.raises(CommandFailed) as problem:
        await one.command("interaction.messages", interaction_id=interaction_id)
    assert problem.value.status == 422, "there is no such command here"


def ids(agent: AgentSocket) -> list[str]:
    return [each["interaction"]["id"] for each in agent.state["interactions"]]
