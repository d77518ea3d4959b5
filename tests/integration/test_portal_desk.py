"""What customers do on the portal, and all that they must never see there."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from core.clock import utc_now
from storage import jobs
from tests.integration.grievance import does
from tests.integration.house import hire, house, made, query
from tests.integration.portal_guest import (
    PortalGuest,
    address,
    code_in,
    customer,
    guest,
    new_id,
    portal,
    somebody,
    stage,
    switched,
    taken,
    ticket_of,
)
from tests.integration.widget_site import agent_of, mails
from tests.live import AgentSocket, Live, Person, eventually

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
SECRET = "nobody outside reads this"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.post.PAUSE", timedelta(0))
        patch.setattr("portal.doors._KNOCKS_PER_PEER", 1000)
        patch.setattr("portal.doors._TRIES_PER_PEER", 1000)
        async with house(server_dsn, tmp_path_factory.mktemp("desk"), simulator=True) as found:
            yield found


@pytest_asyncio.fixture(scope="module")
async def at(it: Live, admin: Person) -> dict[str, Any]:
    return await portal(admin)


@pytest_asyncio.fixture(scope="module")
async def agent(it: Live, admin: Person, at: dict[str, Any]) -> AgentSocket:
    return (await agent_of(it, admin, at))[0]


async def upload(who: PortalGuest, name: str, content: bytes) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData()
    form.add_field("file", content, filename=name)
    url = f"{who.it.base_url}/api/portal/files"
    async with who.session.post(url, data=form, headers={"X-CSRF-Token": who.csrf}) as answer:
        return answer.status, await answer.json()


async def test_c140_a_request_is_a_ticket_with_a_conversation_that_an_agent_answers(
    it: Live, admin: Person, agent: AgentSocket, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    status, file = await upload(maryam, "leak.png", PNG)
    assert status == 201, file
    mine = await maryam.ask(subject="نشتی آب", text="زیر سینک", attachments=[file["id"]])
    assert mine["number"].startswith("SR-")
    assert mine["messages"][0]["text"] == "زیر سینک"
    kept = await ticket_of(admin, mine["id"])
    assert (kept["source"], kept["requester_kind"], kept["customer_name"]) == ("portal", "external", "Maryam")
    talk = await taken(agent, admin, mine["id"])
    await agent.reply(talk["id"], "We come tomorrow")
    now = await maryam.ticket(mine["id"])
    assert [(each["is_ours"], each["text"]) for each in now["messages"]][-1] == (True, "We come tomorrow")
    assert now["messages"][0]["attachments"][0]["name"] == "leak.png"
    url = now["messages"][0]["attachments"][0]["url"]
    async with maryam.session.get(f"{it.base_url}{url}") as answer:
        assert (answer.status, await answer.read()) == (200, PNG)

    async def told() -> list[dict[str, Any]]:
        return [each for each in await mails(it, maryam.address) if "We come tomorrow" in each["text"]]

    [mail] = await eventually(told)
    assert f"/portal/#/tickets/{mine['id']}" in mail["text"]
    everything = [each["text"] for each in await mails(it, maryam.address)]
    assert any(mine["number"] in text for text in everything), "the receipt"
    # The customer answers, here and by mail; both come to the same conversation.
    status, _ = await maryam.call(
        "POST", f"/api/portal/tickets/{mine['id']}/messages", {"text": "Thank you", "client_id": new_id()}
    )
    assert status == 201
    async with aiohttp.ClientSession() as session:
        back = {"from": maryam.address, "in_reply_to": mail["id"], "text": "By mail too"}
        async with session.post(f"http://127.0.0.1:{it.settings.simulator_port}/simulator/mail", json=back) as done:
            assert done.status == 201, await done.text()

    def heard() -> bool:
        said = [each["text"] for each in agent.conversation(talk["id"])["messages"] if each["direction"] == "inbound"]
        return "Thank you" in said and any("By mail too" in each for each in said)

    await agent.until(heard)
    assert any("By mail too" in each["text"] for each in (await maryam.ticket(mine["id"]))["messages"])


async def test_c140_a_request_that_comes_twice_is_one_ticket(it: Live, admin: Person, at: dict[str, Any]) -> None:
    maryam = await somebody(it, admin)
    client_id = new_id()
    first = await maryam.ask(client_id=client_id)
    assert (await maryam.ask(client_id=client_id))["id"] == first["id"]
    word = {"text": "And more", "client_id": new_id()}
    for _ in range(2):
        status, answer = await maryam.call("POST", f"/api/portal/tickets/{first['id']}/messages", word)
        assert status == 201, answer
    assert [each["text"] for each in answer["messages"]].count("And more") == 1
    assert len((await maryam.call("GET", "/api/portal/tickets"))[1]["items"]) == 1


async def test_c140_two_at_once_with_the_same_id_are_one_ticket(it: Live, admin: Person, at: dict[str, Any]) -> None:
    maryam = await somebody(it, admin)
    body = {"kind": "inquiry", "subject": "x", "text": "x", "client_id": new_id()}
    answers = await asyncio.gather(*(maryam.call("POST", "/api/portal/tickets", body) for _ in range(5)))
    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == 1
    assert len(answers[0][1]["messages"]) == 2, "one request, one receipt"


async def test_c140_a_mail_that_was_sent_is_not_sent_again_by_a_job_that_runs_twice(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    mine = await maryam.ask()

    async def receipts() -> list[dict[str, Any]]:
        return [each for each in await mails(it, maryam.address) if mine["number"] in each["text"]]

    await eventually(receipts)
    talk_id = (await ticket_of(admin, mine["id"]))["interactions"][0]

    async def told() -> bool:
        return not await query(it, "select 1 from job where payload ->> 'interaction_id' = $1", talk_id)

    await eventually(told)
    again = jobs.Job(0, "portal.letter", None, {"interaction_id": talk_id}, 2, 0, utc_now())
    await it.running.neck.portal._post._letter(again)
    assert len(await receipts()) == 1


async def test_c139_strangers_get_404_for_every_id(it: Live, admin: Person, at: dict[str, Any]) -> None:
    maryam, thief = await somebody(it, admin), await somebody(it, admin)
    _, file = await upload(maryam, "mine.png", PNG)
    mine = await maryam.ask(attachments=[file["id"]])
    await thief.ask()
    base = f"/api/portal/tickets/{mine['id']}"
    tried = [
        ("GET", base, None),
        ("POST", f"{base}/messages", {"text": "x", "client_id": new_id()}),
        ("POST", f"{base}/seen", {"until": "2026-11-27T00:00:00Z"}),
        ("PUT", f"{base}/rating", {"score": 1}),
        ("POST", f"{base}/reviews", {"reason": "x"}),
        ("GET", f"/api/portal/files/{file['id']}", None),
        ("GET", f"/api/portal/tickets/{uuid.uuid4()}", None),
    ]
    assert [(await thief.call(*each))[0] for each in tried] == [404] * len(tried)
    assert mine["id"] not in [each["id"] for each in (await thief.call("GET", "/api/portal/tickets"))[1]["items"]]
    stolen = {"kind": "inquiry", "subject": "x", "text": "x", "client_id": new_id(), "attachments": [file["id"]]}
    assert (await thief.call("POST", "/api/portal/tickets", stolen))[0] == 422, "a file of somebody else goes nowhere"


async def test_c139_what_is_said_among_staff_is_never_shown(
    it: Live, admin: Person, agent: AgentSocket, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    key = f"f{uuid.uuid4().hex[:8]}"
    fields = [
        {"key": f"{key}_in", "names": {"en": "Inside"}, "type": "text", "is_required": True},
        {"key": f"{key}_out", "names": {"en": "Outside"}, "type": "text", "is_for_customer": True},
    ]
    kept = [await made(admin, "/api/ticket-fields", each) for each in fields]
    try:
        status, _ = await maryam.call(
            "POST",
            "/api/portal/tickets",
            {"kind": "inquiry", "subject": "x", "text": "x", "client_id": new_id(), "fields": {f"{key}_in": "x"}},
        )
        assert status == 422, "a field of colleagues is not for customers to fill in"
        mine = await maryam.ask(fields={f"{key}_out": "blue"})
        now = await ticket_of(admin, mine["id"])
        change = {"version": now["version"], "fields": {f"{key}_in": SECRET}}
        assert (await admin.json("PATCH", f"/api/tickets/{mine['id']}", change))[0] == 200
    finally:
        for each in kept:
            off = {**each, "is_active": False}
            off.pop("id")
            await admin.json("PUT", f"/api/ticket-fields/{each['id']}", off)
    talk = await taken(agent, admin, mine["id"])
    await agent.command("interaction.note", interaction_id=talk["id"], client_id=new_id(), text=SECRET)
    comment = {"document": {"kind": "ticket", "id": mine["id"]}, "text": SECRET}
    await admin.json("POST", "/api/comments", comment)
    await admin.json("POST", f"/api/tickets/{mine['id']}/checks", {"text": SECRET})
    _, shown = await maryam.call("GET", f"/api/portal/tickets/{mine['id']}")
    assert SECRET not in str(shown)
    assert set(shown) & {"owner_id", "queue_id", "description", "priority", "readers", "status_id", "sla"} == set()


async def test_c139_only_a_marked_contact_sees_the_organisation_s_and_nothing_confidential(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    firm = await made(admin, "/api/customers", {"name": "Firm", "kind": "organization"})
    boss_mail, clerk_mail = address("boss"), address("clerk")
    boss_id = await customer(admin, boss_mail, name="Boss", organization_id=firm["id"])
    await customer(admin, clerk_mail, name="Clerk", organization_id=firm["id"])
    boss = await (await guest(it, boss_mail)).come_in()
    clerk = await (await guest(it, clerk_mail)).come_in()
    plain, grave = await clerk.ask(subject="Printer"), await clerk.ask(kind="complaint", subject="About my boss")
    assert (await boss.call("GET", "/api/portal/tickets"))[1]["items"] == []
    assert (await admin.json("POST", "/api/portal-contacts", {"customer_id": boss_id}))[0] == 204
    seen = (await boss.call("GET", "/api/portal/tickets"))[1]["items"]
    assert [(each["id"], each["is_own"], each["customer_name"]) for each in seen] == [(plain["id"], False, "Clerk")]
    assert (await boss.call("GET", f"/api/portal/tickets/{grave['id']}"))[0] == 404
    read = await boss.ticket(plain["id"])
    assert (read["may_answer"], read["may_rate"]) == (False, False)
    word = {"text": "x", "client_id": new_id()}
    assert (await boss.call("POST", f"/api/portal/tickets/{plain['id']}/messages", word))[0] == 404
    assert (await clerk.call("GET", "/api/portal/tickets"))[1]["items"][0]["id"] == grave["id"]
    assert (await admin.json("DELETE", f"/api/portal-contacts/{boss_id}"))[0] == 204
    assert (await boss.call("GET", "/api/portal/tickets"))[1]["items"] == []


async def test_c139_a_solved_ticket_is_rated_once_and_the_rating_can_change_for_a_while(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    mine = await maryam.ask()
    path = f"/api/portal/tickets/{mine['id']}/rating"
    assert (await maryam.call("PUT", path, {"score": 5}))[0] == 409, "it is not solved"
    await stage(admin, mine["id"], "solved")
    assert (await maryam.ticket(mine["id"]))["may_rate"] is True
    for score in (2, 4, 4):
        status, answer = await maryam.call("PUT", path, {"score": score, "comment": "on time"})
        assert status == 200, answer
    assert (answer["rating"]["score"], answer["rating"]["comment"]) == (4, "on time")
    _, history = await admin.json("GET", f"/api/tickets/{mine['id']}/history")
    told = [each["changes"]["rating"] for each in history["items"] if each["cause"] == "customer_rated"]
    assert told == [[2, 4], [None, 2]], "what is said again is no news"
    assert (await maryam.call("PUT", path, {"score": 6}))[0] == 422
    await query(it, "update ticket set solved_at = now() - interval '8 days' where id = $1", uuid.UUID(mine["id"]))
    assert (await maryam.call("PUT", path, {"score": 1}))[0] == 409
    assert (await maryam.ticket(mine["id"]))["rating"]["score"] == 4


async def test_c139_an_answer_opens_a_solved_ticket_again_and_a_closed_one_takes_none(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    """Also of a ticket that came by another way: its first word on the portal opens a conversation about it."""
    mail = address()
    customer_id = await customer(admin, mail)
    opened = await made(
        admin, "/api/tickets", {"kind": "support_request", "subject": "By phone", "customer_id": customer_id}
    )
    maryam = await (await guest(it, mail)).come_in()
    assert (await maryam.ticket(opened["id"]))["messages"] == []
    await stage(admin, opened["id"], "solved")
    word = {"text": "It leaks again", "client_id": new_id()}
    status, answer = await maryam.call("POST", f"/api/portal/tickets/{opened['id']}/messages", word)
    assert (status, [each["text"] for each in answer["messages"]]) == (201, ["It leaks again"])

    async def is_open() -> bool:
        return bool((await ticket_of(admin, opened["id"]))["category"] == "open")

    await eventually(is_open)
    await stage(admin, opened["id"], "closed")
    status, _ = await maryam.call(
        "POST", f"/api/portal/tickets/{opened['id']}/messages", {"text": "x", "client_id": new_id()}
    )
    assert status == 409


async def test_c139_a_complainant_sees_the_code_and_the_stage_and_asks_for_a_review_once_answered(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await (await guest(it, mail)).come_in()
    mine = await maryam.ask(kind="complaint", subject="Nobody came")
    seen = mine["complaint"]
    assert (seen["stage"] in ("registered", "acknowledged"), seen["may_ask_review"]) == (True, False)
    anybody = await guest(it, mail)
    assert (await anybody.call("GET", f"/api/public/complaints/{seen['code']}"))[0] == 200

    async def confirmed() -> list[dict[str, Any]]:
        return [each for each in await mails(it, mail) if seen["code"] in each["text"]]

    await eventually(confirmed)
    path = f"/api/portal/tickets/{mine['id']}/reviews"
    assert (await maryam.call("POST", path, {"reason": "I disagree"}))[0] == 409, "nothing is decided"
    held = {"ticket_id": mine["id"]}
    await does(admin, held, "take-up")
    await does(admin, held, "decision", {"outcome": "unfounded", "reasons": SECRET})
    assert (await maryam.call("POST", path, {"reason": "I disagree"}))[0] == 409, "nobody told them yet"
    await does(admin, held, "answer", {"way": "telephone", "note": SECRET})
    assert (await maryam.ticket(mine["id"]))["complaint"]["may_ask_review"] is True
    status, answer = await maryam.call("POST", path, {"reason": "I disagree"})
    assert (status, answer["complaint"]["stage"]) == (201, "review")
    assert SECRET not in str(answer)
    assert (await maryam.call("POST", path, {"reason": "again"}))[0] == 409


async def test_c139_what_was_read_on_the_portal_is_read_for_the_agent(
    it: Live, admin: Person, agent: AgentSocket, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    mine = await maryam.ask(subject="Read me")
    talk = await taken(agent, admin, mine["id"])
    said = await agent.reply(talk["id"], "An answer")
    row = (await maryam.call("GET", "/api/portal/tickets"))[1]["items"][0]
    assert row["has_news"] is True
    last = (await maryam.ticket(mine["id"]))["messages"][-1]["at"]
    assert (await maryam.call("POST", f"/api/portal/tickets/{mine['id']}/seen", {"until": last}))[0] == 204
    assert (await maryam.call("GET", "/api/portal/tickets"))[1]["items"][0]["has_news"] is False

    def is_read() -> bool:
        found = [each for each in agent.conversation(talk["id"])["messages"] if each["id"] == said["id"]]
        return bool(found and found[0]["delivery"] == "read")

    await agent.until(is_read)


async def test_c140_kinds_that_are_not_offered_and_programs_are_refused(
    it: Live, admin: Person, at: dict[str, Any]
) -> None:
    maryam = await somebody(it, admin)
    body = {"kind": "service_case", "subject": "x", "text": "x", "client_id": new_id()}
    assert (await maryam.call("POST", "/api/portal/tickets", body))[0] == 422
    blank = {**body, "kind": "support_request", "text": " \n "}
    assert (await maryam.call("POST", "/api/portal/tickets", blank))[0] == 422
    assert (await upload(maryam, "run.exe", b"MZ" + b"\x00" * 20))[0] == 415


async def test_c139_settings_are_for_who_may_and_a_stale_change_is_refused(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["portal.manage"], admin=admin)
    status, now = await clerk.json("GET", "/api/portal-settings")
    assert status == 200
    stale = {**now["settings"], "version": now["version"] - 1}
    assert (await clerk.json("PUT", "/api/portal-settings", stale))[0] == 409
    foreign = {**now["settings"], "version": now["version"], "account_id": str(uuid.uuid4())}
    assert (await clerk.json("PUT", "/api/portal-settings", foreign))[0] == 422
    await switched(admin)


async def texts(it: Live, to: str) -> list[str]:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/state"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return [each["body"] for each in (await answer.json())["messages"] if each["to"] == to]


async def test_c139_a_telephone_is_sent_the_code_and_that_there_is_an_answer_and_not_the_answer(
    it: Live, admin: Person, agent: AgentSocket, at: dict[str, Any]
) -> None:
    number = f"+1555{uuid.uuid4().int % 10**7:07d}"
    identities = [{"kind": "phone", "value": number}]
    await made(admin, "/api/customers", {"name": "Reza", "identities": identities})
    reza = await guest(it, number)
    refused, _ = await reza.call("POST", "/api/portal/sign-in", {"address": number})
    assert refused == 422, "codes go by mail alone"
    await switched(admin, ways=["email", "phone"])
    try:
        asked = await reza.knock("fa")
        [text] = await eventually(lambda: texts(it, number))
        key = {"id": asked["id"], "code": code_in(text)}
        status, answer = await reza.call("POST", "/api/portal/session", key)
        assert status == 200, answer
        reza.csrf = answer["csrf_token"]
    finally:
        await switched(admin, ways=["email"])
    mine = await reza.ask()
    talk = await taken(agent, admin, mine["id"])
    await agent.reply(talk["id"], "Only for Reza")

    async def told() -> list[str]:
        return [each for each in await texts(it, number) if mine["number"] in each]

    [news] = await eventually(told)
    assert f"/portal/#/tickets/{mine['id']}" in news
    assert "Only for Reza" not in news
    assert (await reza.ticket(mine["id"]))["messages"][-1]["text"] == "Only for Reza"
