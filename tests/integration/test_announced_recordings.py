"""Who is recorded has heard so before, in their language; where nobody can say it, nothing is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from demo.organisation import NUMBER
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.integration.test_call_control import simulator
from tests.integration.test_call_flows import Flowing, step
from tests.integration.test_dialer import spoken_to
from tests.integration.test_recordings import recordings
from tests.live import AgentSocket, Live, Person

SAID = "This call is recorded."
JORDAN = "+962790000201"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("announced")) as found:
        await records(found, is_recorded=True)
        yield found


async def records(it: Live, **changes: Any) -> None:
    admin = await it.person("admin")
    items = (await admin.json("GET", "/api/accounts"))[1]["items"]
    account = next(each for each in items if each["kind"] == "voice")
    sent = {name: account[name] for name in ("name", "queue_id", "version", "branch_id")}
    settings = {**account["settings"], **changes}
    status, answer = await admin.json("PUT", f"/api/accounts/{account['id']}", {**sent, "settings": settings})
    assert status == 200, answer


async def heard(it: Live, words: str) -> list[str]:
    """Wait until a call hears these words, and return all that it heard."""
    async with asyncio.timeout(15):
        while True:
            for call in (await simulator(it, "GET", "state"))["calls"]:
                told = [str(each["words"]) for each in call["heard"]]
                if any(words in each for each in told):
                    return told
            await asyncio.sleep(0.05)


async def recorded(agent: AgentSocket, interaction_id: str) -> None:
    await agent.until(lambda: agent.conversation(interaction_id)["interaction"]["call"]["recording"] == "on")


async def events(it: Live, interaction_id: str) -> list[str]:
    asked = "select event from message where interaction_id = $1::uuid and event is not null order by seq"
    return [row["event"] for row in await query(it, asked, interaction_id)]


async def close(person: Person, agent: AgentSocket, interaction_id: str) -> None:
    await agent.command("call.hang_up", interaction_id=interaction_id)
    await agent.until(lambda: agent.conversation(interaction_id)["interaction"]["state"] == "wrap_up")
    await agent.command("interaction.wrap_up_done", interaction_id=interaction_id)


async def test_a_campaign_call_that_a_rule_is_about_is_recorded_once_that_was_said_and_kept_so_long(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    rule = {"id": "jo_test", "name": "Jordan", "countries": ["JO"], "announces_recording": True, "retention_years": 1}
    await desk.ask("PUT", "/api/compliance/presets/jo_test", {**rule, "version": 0})
    campaign = await desk.campaign("Announced", "progressive", [JORDAN])
    await desk.switch(campaign, "start")
    talk = await spoken_to(agent, JORDAN)
    assert talk["call"]["recording"] == "off"
    assert not (await simulator(it, "GET", "state"))["recordings"], "nothing is recorded before it is said"
    assert await heard(it, SAID) == [f"“{SAID}”"]
    await recorded(agent, talk["id"])
    assert "call.announced" in await events(it, talk["id"])
    admin = await it.person("admin")
    keeping = (await admin.json("GET", "/api/recording-rule"))[1]
    assert (await admin.json("PUT", "/api/recording-rule", {**keeping, "keep_days": 90}))[0] == 200
    await asyncio.sleep(1)  # A recording has to have some length.
    await close(admin, agent, talk["id"])
    (kept,) = await recordings(admin, "kept")
    assert (kept["kind"], kept["interaction_id"]) == ("call", talk["id"])
    days = "select (kept_until - made_at) = make_interval(days => $1) as is_so from call_recording"
    assert (await query(it, days, 365))[0]["is_so"], "the law is longer than the rule"
    for keep_days, longest in ((2000, 2000), (90, 365)):
        keeping = (await admin.json("GET", "/api/recording-rule"))[1]
        assert (await admin.json("PUT", "/api/recording-rule", {**keeping, "keep_days": keep_days}))[0] == 200
        assert (await query(it, days, longest))[0]["is_so"], "whichever is longer"
    await agent.close()


async def test_without_the_news_that_it_was_said_nothing_is_recorded(it: Live) -> None:
    await simulator(it, "PUT", "faults", {"rules": [{"kind": "drop", "match": "*/call/announced*"}]})
    await records(it, announces_recording=True)
    agent, admin = await it.agent("maya"), await it.person("admin")
    before = len((await simulator(it, "GET", "state"))["recordings"])
    await simulator(it, "POST", "calls", {"from": "+966501230001", "to": NUMBER})
    talk = (await agent.take_offer("voice"))["interaction"]["id"]
    await agent.until(lambda: agent.conversation(talk)["interaction"]["call"]["status"] == "joined")
    async with asyncio.timeout(15):
        while not any("/call/announced" in str(each) for each in (await simulator(it, "GET", "state"))["webhooks"]):
            await asyncio.sleep(0.05)
    assert agent.conversation(talk)["interaction"]["call"]["recording"] == "off"
    await close(admin, agent, talk)
    assert len((await simulator(it, "GET", "state"))["recordings"]) == before
    assert "call.announced" not in await events(it, talk)
    await simulator(it, "PUT", "faults", {"rules": []})
    await records(it, announces_recording=False)
    await agent.close()


async def test_a_flow_says_it_in_the_language_that_the_caller_chose(it: Live) -> None:
    on = await Flowing.begin(it)
    await on.answers(
        step("which", "language", exits={"next": "q"}),
        step("q", "queue", queue_id=on.queues["Telephone"], prompt={"words": {"en": "Wait.", "ar": "انتظر."}}),
        languages=("en", "ar"),
        announces_recording=True,
    )
    agent = await it.agent("maya")
    sid = await on.rings()
    await on.until_heard(sid, "للعربية")
    await on.press(sid, "2")
    talk = (await agent.take_offer("voice"))["interaction"]["id"]
    await on.until_heard(sid, "هذه المكالمة مسجلة.")
    await recorded(agent, talk)
    told = await events(it, talk)
    assert told.index("call.joined") < told.index("call.announced")
    await close(on.admin, agent, talk)
    await agent.close()
