"""The widget's server side: who a visitor is, what was asked, read marks, ratings, blocks, chats that go on by mail."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import socketio

from access.model import AGENT_PERMISSIONS, Permission
from tests.integration.house import hire, house, made, query
from tests.integration.widget_site import agent_of, enter, signed, site
from tests.live import CommandFailed, Live, Person, eventually

MAIL = "lena@example.com"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("widget"), simulator=True) as found:
        yield found


async def test_what_was_asked_is_beside_the_customer_and_unproven_addresses_find_nobody(
    it: Live, admin: Person
) -> None:
    known = await made(admin, "/api/customers", {"name": "Lena", "identities": [{"kind": "email", "value": MAIL}]})
    sales = (await site(admin))["queue_id"]
    fields = [{"key": "email", "kind": "email", "is_required": True}, {"key": "order", "label": {"en": "Order"}}]
    at = await site(
        admin,
        fields=fields,
        consent={"version": "1", "text": {"en": "We keep it."}},
        departments=[{"queue_id": sales, "label": {"en": "Sales"}}],
    )
    visitor = await enter(it, at["site"])
    with pytest.raises(CommandFailed) as refused:
        await visitor.send("hello")
    assert (refused.value.status, refused.value.problem["field"]) == (422, "email")
    answers = {"form": {"email": MAIL, "order": "17"}, "consent": "1", "department": sales}
    said = await visitor.send("hello", **answers)
    status, interaction = await admin.json("GET", f"/api/interactions/{said['interaction_id']}")
    assert status == 200
    assert interaction["queue_id"] == sales
    assert interaction["details"]["form"] == [{"key": "order", "label": "Order", "value": "17"}]
    assert interaction["details"]["email"] == MAIL
    assert interaction["customer"]["id"] != known["id"], "whose address it is, nobody has proven"
    [consent] = await query(
        it, "select * from visitor_consent where interaction_id = $1", uuid.UUID(said["interaction_id"])
    )
    assert (consent["source"], consent["version"], consent["text"]) == (f"widget:{at['site']}", "1", "We keep it.")


async def test_whom_the_site_vouches_for_is_the_same_in_every_browser(it: Live, admin: Person) -> None:
    known = await made(
        admin, "/api/customers", {"name": "Nora", "identities": [{"kind": "email", "value": "nora@example.com"}]}
    )
    at = await site(admin)
    secret = (await made(admin, f"/api/widgets/{at['site']}/secret", {}))["secret"]
    anonymous = await enter(it, at["site"])
    token = signed(secret, at["site"], email="nora@example.com", name="Nora")
    first = await enter(it, at["site"], anonymous.token, token)
    assert first.token != anonymous.token, "a new identity is a new visitor (C1)"
    said = await first.send("it is me")
    _, interaction = await admin.json("GET", f"/api/interactions/{said['interaction_id']}")
    assert interaction["customer"]["id"] == known["id"]
    assert interaction["details"]["is_verified"] is True
    second = await enter(it, at["site"], None, token)
    assert [m["text"] for m in second.state["messages"]] == ["it is me"]
    resumed = await enter(it, at["site"], first.token)
    assert [m["text"] for m in resumed.state["messages"]] == ["it is me"]
    assert not (await enter(it, at["site"], anonymous.token)).state["messages"]


async def test_a_forged_identity_is_anonymous(it: Live, admin: Person) -> None:
    at, other = await site(admin), await site(admin)
    secret = (await made(admin, f"/api/widgets/{at['site']}/secret", {}))["secret"]
    theirs = (await made(admin, f"/api/widgets/{other['site']}/secret", {}))["secret"]
    real = await enter(it, at["site"], None, signed(secret, at["site"]))
    await real.send("my secret")
    for token in (
        "",
        "nonsense",
        signed(theirs, at["site"]),
        signed(theirs, other["site"]),
        signed(secret, other["site"]),
    ):
        forged = await enter(it, at["site"], None, token)
        assert (await forged.hello())["is_verified"] is False
        assert forged.state["messages"] == []
    body, _, _ = real.token.rpartition(".")
    assert (await enter(it, at["site"], f"{body}.{'0' * 32}")).state["messages"] == []
    name = real.token.partition(".")[0]
    anonymous = (await enter(it, at["site"])).token
    assert (await enter(it, at["site"], f"{name}.{anonymous.partition('.')[2]}")).state["messages"] == []
    new = (await made(admin, f"/api/widgets/{at['site']}/secret", {}))["secret"]
    assert new != secret
    assert (await enter(it, at["site"], None, signed(secret, at["site"]))).state["messages"] == [], (
        "a key that was replaced"
    )


async def test_both_sides_see_that_the_other_read(it: Live, admin: Person) -> None:
    at = await site(admin)
    agent, person = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    said = await visitor.send("hello")
    chat = (await agent.take_offer("webchat"))["interaction"]
    await agent.command("interaction.read", interaction_id=chat["id"], seq=said["seq"])
    await visitor.until(lambda: visitor.state["chat"]["read_seq"] >= said["seq"])
    reply = await agent.reply(chat["id"], "hi")
    await visitor.hears("hi")
    await visitor.command("chat.read", seq=reply["seq"])

    def delivery() -> Any:
        return next(m["delivery"] for m in agent.conversation(chat["id"])["messages"] if m["seq"] == reply["seq"])

    await agent.until(lambda: delivery() == "read")
    await visitor.command("chat.read", seq=1)
    again = await person.console()
    fresh = again.conversation(chat["id"])
    assert fresh == agent.conversation(chat["id"]), "snapshot and events agree"
    await again.close()
    reloaded = await enter(it, at["site"], visitor.token)
    assert reloaded.state == visitor.state


async def test_a_chat_is_rated_at_its_end_and_the_rating_may_change(it: Live, admin: Person) -> None:
    at = await site(admin, wrap_up_seconds=600)
    agent, person = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    await visitor.send("hello")
    chat = (await agent.take_offer("webchat"))["interaction"]
    with pytest.raises(CommandFailed) as early:
        await visitor.command("chat.rate", score=5)
    assert early.value.status == 409
    await agent.command("interaction.close", interaction_id=chat["id"])
    await visitor.until(lambda: visitor.state["chat"]["state"] == "closed")
    await visitor.command("chat.rate", score=2, comment="hm")
    await visitor.command("chat.rate", score=5, comment="after all")
    await visitor.until(lambda: visitor.state["chat"]["rating"] == {"score": 5, "comment": "after all"})
    told = await agent.until(
        lambda: next((e for e in agent.events if e["type"] == "rating.given" and e["data"]["score"] == 5), None)
    )
    assert told["data"]["interaction_id"] == chat["id"]
    await agent.until(lambda: agent.state["notifications"])
    (bell,) = agent.state["notifications"]
    assert (bell["kind"], bell["text"], bell["document"]["id"]) == ("low_rating", "hm", chat["id"])
    await agent.until(lambda: agent.conversation(chat["id"])["interaction"]["details"]["rating"]["score"] == 5)
    period = "since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"
    _, by_agent = await person.json("GET", f"/api/ratings/summary?{period}")
    assert [(each["count"], each["average"]) for each in by_agent["items"] if each["id"] == person.me["id"]] == [
        (1, 5.0)
    ]
    _, by_queue = await person.json("GET", f"/api/ratings/summary?{period}&by=queue")
    assert [each["scores"] for each in by_queue["items"] if each["id"] == at["queue_id"]] == [[0, 0, 0, 0, 1]]
    assert (await (await hire(it, AGENT_PERMISSIONS, admin=admin)).json("GET", f"/api/ratings/summary?{period}"))[
        0
    ] == 403


async def test_a_blocked_visitor_is_sent_away_and_stays_out_until_it_is_lifted(it: Live, admin: Person) -> None:
    at = await site(admin)
    agent, person = await agent_of(it, admin, at)
    visitor, other = await enter(it, at["site"]), await enter(it, at["site"])
    await visitor.send("rude words")
    chat = (await agent.take_offer("webchat"))["interaction"]
    bare = await hire(it, [Permission.INTERACTION_READ], admin=admin)
    block = {"interaction_id": chat["id"], "reason": "rude", "hours": 1}
    assert (await bare.json("POST", "/api/visitors/blocks", block))[0] == 403
    made_block = await made(person, "/api/visitors/blocks", block)
    await visitor.until(lambda: [name for name, _ in visitor.told if name == "blocked"])

    async def is_gone() -> bool:
        return not visitor.client.connected

    await eventually(is_gone)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await enter(it, at["site"], visitor.token)
    assert other.client.connected
    async with aiohttp.ClientSession() as session:
        headers = {"X-Visitor-Token": visitor.token, "X-Site": at["site"]}
        async with session.get(f"{it.base_url}/chat/files/{uuid.uuid4()}", headers=headers) as answer:
            assert answer.status == 403
    _, listed = await person.json("GET", f"/api/visitors/blocks?site={at['site']}")
    assert [(each["id"], each["reason"], each["has_address"]) for each in listed["items"]] == [
        (made_block["id"], "rude", False)
    ]
    assert (await person.json("DELETE", f"/api/visitors/blocks/{made_block['id']}"))[0] == 204
    assert (await enter(it, at["site"], visitor.token)).state["messages"]
    with_address = await made(person, "/api/visitors/blocks", {**block, "has_address": True})
    with pytest.raises(socketio.exceptions.ConnectionError):
        await enter(it, at["site"])
    [kept] = await query(it, "select address_hash from visitor_block where id = $1", uuid.UUID(with_address["id"]))
    assert "127.0.0.1" not in kept["address_hash"]
    kinds = [
        row["kind"]
        for row in await query(it, "select kind from event_log where kind like 'visitor.%blocked' order by seq")
    ]
    assert kinds[-3:] == ["visitor.blocked", "visitor.unblocked", "visitor.blocked"]


async def test_waiting_visitors_hear_how_the_queue_moves(it: Live, admin: Person) -> None:
    at = await site(admin)
    visitors = [await enter(it, at["site"]) for _ in range(3)]
    for visitor in visitors:
        await visitor.send("hello")
    last = visitors[-1]

    def position() -> Any:
        return next((data["position"] for name, data in reversed(last.told) if name == "queue"), None)

    await last.until(lambda: position() == 3)
    await visitors[0].command("chat.end")
    await last.until(lambda: position() == 2)


async def test_a_hand_over_is_told_to_the_visitor_with_the_name(it: Live, admin: Person) -> None:
    at = await site(admin)
    agent, _ = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    await visitor.send("hello")
    chat = (await agent.take_offer("webchat"))["interaction"]
    other, person = await agent_of(it, admin, at)
    await agent.command("interaction.transfer", interaction_id=chat["id"], agent_id=person.me["id"])
    line = await visitor.until(
        lambda: next((m for m in visitor.state["messages"] if m["event"] == "transferred"), None)
    )
    assert (line["from"], line["text"]) == ("system", person.me["name"])
    await other.take_offer("webchat")
    await visitor.until(lambda: visitor.state["chat"]["agent_name"] == person.me["name"])
    assert (await enter(it, at["site"], visitor.token)).state == visitor.state


async def test_who_floods_is_told_to_wait(it: Live, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(it.running.live.widget_door._allowances, "_burst", 5.0)
    at = await site(admin)
    visitor = await enter(it, at["site"])
    results = await asyncio.gather(*(visitor.send(f"m{n}") for n in range(10)), return_exceptions=True)
    assert {getattr(each, "status", 200) for each in results if isinstance(each, CommandFailed)} == {429}


async def test_invitations_are_counted_and_strange_ones_are_not_there(it: Live, admin: Person) -> None:
    at = await site(admin, invitations=[{"id": "hello", "text": {"en": "Can we help?", "fa": "کمک کنیم؟"}}])
    person = await it.anonymous()
    status, view = await person.json("GET", f"/chat/widgets/{at['site']}?locale=fa")
    assert (status, view["invitations"][0]["text"], view["locale"]) == (200, "کمک کنیم؟", "fa")
    counted = {"site": at["site"], "invitation": "hello", "outcome": "shown"}
    assert (await person.json("POST", "/chat/invitations", counted))[0] == 204
    assert (await person.json("POST", "/chat/invitations", {**counted, "invitation": "other"}))[0] == 404
    _, counts = await admin.json("GET", f"/api/widgets/{at['site']}/invitations")
    assert counts["items"] == [{"invitation": "hello", "outcome": "shown", "count": 1}]


async def test_our_own_page_of_a_widget_is_framed_only_by_the_allowed_sites(it: Live, admin: Person) -> None:
    at = await site(admin, origins=["https://shop.example"])
    person = await it.anonymous()
    async with person.session.get(f"{it.base_url}/chat/page/{at['site']}?locale=fa") as answer:
        policy, text = answer.headers["Content-Security-Policy"], await answer.text()
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "script-src 'self';" in policy
    assert 'dir="rtl"' in text
    assert (await person.json("GET", f"/chat/widgets/{at['site']}", Origin="https://evil.example"))[0] == 403
    assert (await person.json("GET", f"/chat/widgets/{at['site']}", Origin=it.base_url))[0] == 200


async def test_a_widget_names_only_queues_and_mailboxes_that_there_are(it: Live, admin: Person) -> None:
    at = await site(admin)
    change = {"account_id": at["account_id"], "version": 1}
    for settings, wanted in (
        ({"offline_queue_id": str(uuid.uuid4())}, 422),
        ({"mail_account_id": at["account_id"]}, 404),
        ({"identity_key": "no key"}, 422),
        ({"hours": {"zone": "Nowhere"}}, 422),
        ({"fields": [{"key": "a"}, {"key": "a"}]}, 422),
    ):
        status, _ = await admin.json("PUT", f"/api/widgets/{at['site']}", {**change, "settings": settings})
        assert status == wanted, settings
