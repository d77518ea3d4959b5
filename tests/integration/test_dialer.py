"""Campaigns over the simulated carrier: who is called, who speaks to them, and what becomes of every contact."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest_asyncio

from demo.organisation import NUMBER
from simulator import CallRule
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import made, query
from tests.integration.test_callbacks import Caller, ask
from tests.live import AgentSocket, Live, Person, eventually

ONE, TWO, BUSY, SILENT = "+962790000001", "+962790000002", "+962790009901", "+962790009902"
SLOW = CallRule(pattern="*8801", after_seconds=(2, 2), hang_up_after=20)


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("dialer"), SLOW) as found:
        yield found


async def spoken_to(agent: AgentSocket, number: str) -> dict[str, Any]:
    """Wait until the agent and somebody at this number are joined."""

    def joined() -> Any:
        return next(
            (
                each["interaction"]
                for each in agent.state["interactions"]
                if each["interaction"]["address"] == number
                and each["interaction"]["call"]
                and each["interaction"]["call"]["status"] == "joined"
            ),
            None,
        )

    found: dict[str, Any] = await agent.until(joined)
    return found


async def test_each_contact_is_called_once_spoken_to_and_ends_with_what_the_agent_says(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    once = [{"outcome": "busy", "minutes": 1, "most": 0}, {"outcome": "no_answer", "minutes": 1, "most": 0}]
    campaign = await desk.campaign(
        "Progress", "progressive", [ONE, BUSY, SILENT], recycling=once, script="Hello {name} in {city}"
    )
    await desk.switch(campaign, "start")
    talk = await spoken_to(agent, ONE)
    assert talk["direction"] == "outbound"
    maya = next(p for p in it._people if p.me["login"] == "maya")
    status, dial = await maya.json("GET", f"/api/dials/{talk['id']}")
    assert (status, dial["script"], dial["state"]) == (200, "Hello Contact 0 in Amman", "connected")
    said = {"key": "success", "note": "Wants two."}
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", said))[0] == 204
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", said))[0] in (403, 409), "once"
    assert await desk.ended(campaign) == {ONE: "success", BUSY: "busy", SILENT: "no_answer"}
    attempts = await query(it, "select number, outcome, verdict from dial_attempt")
    assert sorted((row["number"], row["outcome"]) for row in attempts) == [
        (ONE, "talked"),
        (BUSY, "busy"),
        (SILENT, "no_answer"),
    ]
    verdict = attempts[0]["verdict"]
    assert '"zone":"Asia/Amman"' in str(verdict).replace(" ", ""), "the verdict is kept, with its zone"

    async def done() -> Any:
        return (await desk.live(campaign))["state"] == "done"

    await eventually(done)
    await agent.close()


async def person(it: Live, login: str) -> Person:
    return next(each for each in reversed(it._people) if each.me["login"] == login)


async def attempts(it: Live, campaign: dict[str, Any]) -> list[Any]:
    return await query(
        it, "select * from dial_attempt where campaign_id = $1::uuid order by created_at", campaign["id"]
    )


async def test_nobody_free_in_two_seconds_is_abandoned_and_the_carrier_says_who_called(it: Live) -> None:
    """The agent who was kept for the call takes a break while it rings."""
    desk, agent = await Desk.of(it), await it.agent("maya")
    slow = "+962790008801"
    campaign = await desk.campaign("Abandoned", "power", [slow], recycling=[])
    await desk.switch(campaign, "start")

    async def dialled() -> Any:
        return await attempts(it, campaign)

    await eventually(dialled)
    await agent.command("presence.set", state="not_ready", reason="break")
    assert await desk.ended(campaign) == {slow: "abandoned"}
    (leg,) = [each for each in (await ask(it, "GET", "state"))["calls"] if each["to"] == slow]
    assert [each["words"].strip("“”") for each in leg["heard"]] == ["Sorry, nobody is free."]
    live = await desk.live(campaign)
    assert (live["abandoned"], live["answered"], live["abandoned_percent"]) == (1, 1, 100.0)
    assert [each["state"] for each in await query(it, "select state from work where channel = 'voice'")] == ["done"]
    await agent.close()


async def test_who_opted_out_is_reached_by_no_path(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    gone = "+962790000077"
    await ask(it, "POST", "sms", {"from": gone, "to": NUMBER, "body": "توقف"})

    async def listed() -> Any:
        return await query(it, "select * from opt_out where number = $1 and not is_lifted", gone)

    (row,) = await eventually(listed)
    assert row["reason"] == "stop_word"
    campaign = await desk.campaign("Opted out", "progressive", [gone])
    await desk.switch(campaign, "start")
    assert await desk.ended(campaign) == {gone: "opted_out"}
    assert await attempts(it, campaign) == []
    for mode, more in (("preview", {}), ("recording", {}), ("sms", {"text": "An offer"})):
        other = await desk.campaign(f"Opted out of {mode}", mode, [gone], **more)
        await desk.switch(other, "start")
        assert await desk.ended(other) == {gone: "opted_out"}
        assert await attempts(it, other) == []
    # A text to many leaves them out, whichever account they told.
    (talk,) = await query(it, "select id, customer_id, account_id from interaction where address = $1", gone)
    many = {"client_id": "o1", "account_id": str(talk["account_id"]), "name": "N", "text": "Hours"}
    batch = await made(desk.admin, "/api/text-batches", {**many, "customer_ids": [str(talk["customer_id"])]})
    (item,) = (await desk.ask("GET", f"/api/text-batches/{batch['id']}/items"))["items"]
    assert (item["state"], item["reason"]) == ("left_out", "opted_out")
    # An agent's click is refused as well, and so is a text of theirs.
    maya = await person(it, "maya")
    (queue,) = await query(it, "select queue_id as id from channel_account where kind = 'voice'")
    promise = {"client_id": "x1", "customer_id": str(talk["customer_id"]), "number": gone, "queue_id": str(queue["id"])}
    status, problem = await maya.json("POST", "/api/callbacks", promise)
    assert (status, problem["fault"]) == (422, "opted_out")
    omar = await it.agent("omar")
    text = await omar.take_offer("sms")
    message = await omar.reply(text["interaction"]["id"], "Are you sure?")

    async def failed() -> Any:
        return await query(it, "select error from message where id = $1::uuid and delivery = 'failed'", message["id"])

    ((error,),) = await eventually(failed)
    assert "opted out" in error
    await omar.command("interaction.close", interaction_id=text["interaction"]["id"])
    # What they say takes it back.
    await ask(it, "POST", "sms", {"from": gone, "to": NUMBER, "body": "start"})

    async def back() -> Any:
        return not await listed()

    await eventually(back)
    await omar.close()
    await agent.close()


async def test_a_preview_is_seen_before_it_is_dialled_skipped_or_promised_again(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    maya = await person(it, "maya")
    campaign = await desk.campaign("Preview", "preview", [ONE, TWO], frequency=[])
    await desk.switch(campaign, "start")

    def shown(number: str) -> Any:
        found = (each["interaction"] for each in agent.state["interactions"])
        return next((each for each in found if each["address"] == number and each["state"] == "assigned"), None)

    first = await agent.until(lambda: shown(ONE))
    assert first["call"] is None, "nobody has been dialled"
    assert (await maya.json("POST", f"/api/dials/{first['id']}/skip"))[0] == 204
    second = await agent.until(lambda: shown(TWO))
    status, dial = await maya.json("POST", f"/api/dials/{second['id']}/dial")
    assert (status, dial["state"]) == (200, "asked")
    await spoken_to(agent, TWO)
    at = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    said = {"key": "callback", "callback_at": at.isoformat(), "note": "At home on Sunday."}
    assert (await maya.json("POST", f"/api/dials/{second['id']}/disposition", said))[0] == 204
    rows = await query(
        it,
        "select c.* from contact c join contact_number n on n.contact_id = c.id where n.number = $1 and c.list_id in "
        "(select id from contact_list where campaign_id = $2::uuid)",
        TWO,
        campaign["id"],
    )
    assert [(row["state"], row["next_at"], row["priority"], str(row["owner_id"])) for row in rows] == [
        ("ready", at, 1, maya.me["id"])
    ]
    assert [row["outcome"] for row in await attempts(it, campaign)] == ["skipped", "talked"]
    await desk.switch(campaign, "stop")
    await agent.close()


async def test_a_paused_campaign_dials_nobody_and_goes_on_where_it_was(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    campaign = await desk.campaign("Paused", "progressive", [BUSY], frequency=[], recycling=[])
    closed = {"zone": "UTC", "weekly": []}
    changed = {**{k: campaign[k] for k in ("name", "kind", "mode", "branch_id", "queue_id", "account_id", "version")}}
    await desk.ask(
        "PUT", f"/api/campaigns/{campaign['id']}", {**changed, "settings": {**campaign["settings"], "hours": closed}}
    )
    await desk.switch(campaign, "start")
    assert await desk.ended(campaign) == {BUSY: "window"}, "no hour of any week"
    assert await attempts(it, campaign) == []
    other = await desk.campaign("Paused 2", "progressive", [BUSY], frequency=[], recycling=[])
    await desk.switch(other, "start")
    await desk.switch(other, "pause")
    assert (await desk.ask("POST", f"/api/campaigns/{other['id']}/switch", {"action": "pause"}, 409))[
        "detail"
    ] == "It is paused."
    await desk.switch(other, "resume")
    assert await desk.ended(other) == {BUSY: "busy"}
    await agent.close()


async def test_whose_telephone_rings_finds_an_agent_though_the_campaign_is_paused(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    slow = "+962790028801"
    campaign = await desk.campaign("Paused while it rings", "progressive", [slow], recycling=[])
    await desk.switch(campaign, "start")

    async def dialled() -> Any:
        return await attempts(it, campaign)

    await eventually(dialled)
    await desk.switch(campaign, "pause")
    talk = await spoken_to(agent, slow)
    maya = await person(it, "maya")
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", {"key": "success"}))[0] == 204
    assert await desk.ended(campaign) == {slow: "success"}
    await agent.close()


async def test_messages_are_said_and_written_without_agents_and_a_key_opts_out(it: Live) -> None:
    desk = await Desk.of(it)
    campaign = await desk.campaign(
        "Recording", "recording", [ONE, BUSY], kind="announcement", frequency=[], recycling=[]
    )
    texts = await desk.campaign("Texts", "sms", [TWO], kind="announcement", frequency=[], text="Dear {name}, we moved.")
    await desk.switch(campaign, "start")
    await desk.switch(texts, "start")
    assert await desk.ended(campaign) == {ONE: "played", BUSY: "busy"}
    assert await desk.ended(texts) == {TWO: "sent"}
    state = await ask(it, "GET", "state")
    assert [each["body"] for each in state["messages"] if each["to"] == TWO] == ["Dear Contact 0, we moved."]
    heard = [each["words"].strip("“”") for call in state["calls"] if call["to"] == ONE for each in call["heard"]]
    assert "Sorry, nobody is free." in heard


async def test_a_campaign_calls_no_number_that_its_account_may_not(it: Live) -> None:
    desk = await Desk.of(it)
    (account,) = await query(it, "select id from channel_account where kind = 'voice'")
    change = "update channel_account set settings = settings || $2::jsonb, version = version + 1 where id = $1"
    await query(it, change, account["id"], '{"denied_prefixes": ["+9627900077"]}')
    denied = "+962790007701"
    campaign = await desk.campaign(
        "Denied", "recording", [denied, ONE], kind="announcement", frequency=[], recycling=[]
    )
    await desk.switch(campaign, "start")
    assert await desk.ended(campaign) == {denied: "invalid", ONE: "played"}
    assert denied not in {call["to"] for call in (await ask(it, "GET", "state"))["calls"]}
    await query(it, change, account["id"], '{"denied_prefixes": []}')


async def test_an_agent_who_is_kept_for_a_call_is_offered_who_calls_in_only_afterwards(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    slow = "+962790018801"
    campaign = await desk.campaign("Blended", "progressive", [slow], recycling=[])
    await desk.switch(campaign, "start")

    async def dialled() -> Any:
        return await attempts(it, campaign)

    await eventually(dialled)
    leased = await query(it, "select agent_id from agent_lease")
    maya = await person(it, "maya")
    assert [str(row["agent_id"]) for row in leased] == [maya.me["id"]]
    caller = Caller(it, "+966501234567")
    work_id = await caller.call()
    talk = await spoken_to(agent, slow)
    assert not any(each["type"] == "offer.made" for each in agent.events), "one thing at a time"
    assert await query(it, "select agent_id from agent_lease") == []
    status, _ = await maya.json("POST", f"/api/dials/{talk['id']}/disposition", {"key": "success"})
    assert status == 204
    assert (await agent.offered("voice"))["interaction_id"] == str(work_id)
    await caller.hang_up()
    assert await desk.ended(campaign) == {slow: "success"}
    await agent.close()


async def test_a_campaign_begins_no_more_than_its_account_may_and_says_so(it: Live) -> None:
    """The caps of an account hold for machines as for people: an agent's calls count, and so does what was spent."""
    desk, agent = await Desk.of(it), await it.agent("maya")
    numbers = [f"+96279{place}009901" for place in range(1, 5)]
    (account,) = await query(it, "select id, settings from channel_account where kind = 'voice'")
    begun = await query(it, "select 1 from carrier_use where account_id = $1", account["id"])
    rule = "update channel_account set settings = settings || $2::jsonb where id = $1"
    await query(it, rule, account["id"], json.dumps({"most_per_hour": len(begun) + 3}))
    await query(
        it,
        "insert into carrier_use (id, account_id, kind, number, at) values ($1, $2, 'call', '+1', now())",
        uuid4(),
        account["id"],
    )
    once = [{"outcome": "busy", "minutes": 1, "most": 0}]
    campaign = await desk.campaign("At its cap", "progressive", numbers, recycling=once)
    await desk.switch(campaign, "start")

    async def stopped() -> Any:
        return (await desk.live(campaign))["why"] == "cap_hour"

    await eventually(stopped)
    assert len(await attempts(it, campaign)) == 2, "one was left to an agent's call"
    spent = "insert into carrier_price (account_id, external_id, kind, number, is_inbound, at, price, currency) "
    await query(it, spent + "values ($1, 'dial', 'call', '+1', false, now(), 5, 'USD')", account["id"])
    await query(it, rule, account["id"], json.dumps({"most_per_hour": 600, "most_spent_per_day": 5.0}))

    async def spent_all() -> Any:
        return (await desk.live(campaign))["why"] == "cap_day"

    await eventually(spent_all)
    await query(it, rule, account["id"], json.dumps({"most_spent_per_day": None}))
    assert set((await desk.ended(campaign)).values()) == {"busy"}
    used = await query(it, "select 1 from carrier_use where account_id = $1", account["id"])
    assert len(used) == len(begun) + 5, "each has counted once"
    await agent.close()


async def test_how_calls_of_a_new_campaign_may_end_is_saved_with_it_and_a_refusal_keeps_nothing(it: Live) -> None:
    desk = await Desk.of(it)
    usual = await desk.ask("GET", "/api/campaigns/usual")
    assert [each["key"] for each in usual["dispositions"]][:2] == ["success", "not_interested"]
    moved = {"key": "moved", "names": {"en": "Moved house", "ar": "انتقل"}, "again_minutes": 30}
    (account,) = await query(it, "select id, queue_id from channel_account where kind = 'voice'")
    places = {"queue_id": str(account["queue_id"]), "account_id": str(account["id"])}
    new = {"name": "Begun at once", "kind": "research", "mode": "preview", **places}
    wrong = {**usual, "dispositions": [*usual["dispositions"], {**moved, "key": "Moved House"}]}
    refusal = await desk.ask("POST", "/api/campaigns", {**new, "settings": wrong}, 422)
    assert [each["loc"] for each in refusal["errors"]] == ["settings.dispositions.5.key"]
    assert await query(it, "select 1 from campaign where name = $1", new["name"]) == []
    whole = {**usual, "dispositions": [*usual["dispositions"][1:], moved]}
    begun = await desk.ask("POST", "/api/campaigns", {**new, "settings": whole}, 201)
    assert begun["settings"]["recycling"] == usual["recycling"]
    kept = (await desk.ask("GET", f"/api/campaigns/{begun['id']}"))["settings"]["dispositions"]
    assert [each["key"] for each in kept] == ["not_interested", "callback", "wrong_person", "do_not_call", "moved"]
    assert (kept[-1]["names"], kept[-1]["again_minutes"]) == (moved["names"], 30)
    agent = await it.person("maya")
    assert (await agent.json("GET", "/api/campaigns/usual"))[0] == 403
