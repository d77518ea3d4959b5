"""Mute and hold by the simulated carrier: what the participant of the conference is, and what the console is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from demo.organisation import NUMBER
from tests.integration.house import house
from tests.integration.test_softphone import set_keys
from tests.live import AgentSocket, CommandFailed, Live

CALLER = "+966501234567"
People = dict[str, dict[str, Any]]


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("control"), simulator=True) as found:
        yield found


async def simulator(it: Live, method: str, path: str, body: Any = None) -> Any:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/{path}"
    async with aiohttp.ClientSession() as http, http.request(method, url, json=body) as answer:
        assert answer.status < 300
        return await answer.json()


async def people(it: Live) -> People:
    """Return who is in the live conference."""
    rooms = (await simulator(it, "GET", "state"))["conferences"]
    room = next((each for each in rooms if each["status"] == "in-progress"), {"participants": []})
    return {"agent" if one["label"] else "caller": one for one in room["participants"]}


async def eventually(it: Live, holds: Callable[[People], Any]) -> People:
    async with asyncio.timeout(10):
        while not holds(found := await people(it)):
            await asyncio.sleep(0.05)
    return found


class OnTheCall:
    """Maya, who has taken a call."""

    def __init__(self, it: Live, agent: AgentSocket, interaction_id: str) -> None:
        self.it, self.agent, self.id = it, agent, interaction_id

    @classmethod
    async def begin(cls, it: Live) -> OnTheCall:
        agent = await it.agent("maya")
        await simulator(it, "POST", "calls", {"from": CALLER, "to": NUMBER})
        taken = await agent.take_offer("voice")
        found = cls(it, agent, taken["interaction"]["id"])
        await agent.until(lambda: found.call["status"] == "joined")
        await eventually(it, lambda who: len(who) == 2)
        return found

    @property
    def call(self) -> dict[str, Any]:
        conversation = self.agent.conversation(self.id)
        assert conversation is not None
        call: dict[str, Any] = conversation["interaction"]["call"]
        return call

    async def say(self, name: str, **what: bool) -> None:
        await self.agent.command(name, interaction_id=self.id, **what)

    async def shows(self, **what: bool) -> None:
        await self.agent.until(lambda: all(self.call[name] == value for name, value in what.items()))


async def test_muting_is_done_to_the_agents_leg_and_to_nobody_elses(it: Live) -> None:
    on = await OnTheCall.begin(it)
    assert (on.call["is_muted"], on.call["is_held"]) == (False, False)
    await on.say("call.mute", is_muted=True)
    await on.shows(is_muted=True)
    who = await people(it)
    assert (who["agent"]["muted"], who["caller"]["muted"]) == (True, False)
    await on.say("call.mute", is_muted=False)
    await on.shows(is_muted=False)
    assert (await people(it))["agent"]["muted"] is False


async def test_two_browsers_of_one_agent_are_offered_a_call_that_is_taken_and_rung_once(it: Live) -> None:
    one, other = await it.agent("maya"), await it.agent("maya")
    await simulator(it, "POST", "calls", {"from": CALLER, "to": NUMBER})
    offers = [await each.offered("voice") for each in (one, other)]
    assert offers[0]["id"] == offers[1]["id"]
    said = await asyncio.gather(
        *(each.command("offer.accept", offer_id=offers[0]["id"]) for each in (one, other)), return_exceptions=True
    )
    assert sum(not isinstance(each, BaseException) for each in said) >= 1, said
    interaction_id = offers[0]["interaction_id"]
    for each in (one, other):
        await each.until(lambda each=each: each.conversation(interaction_id))
        await each.until(
            lambda each=each: each.conversation(interaction_id)["interaction"]["call"]["status"] == "joined"
        )
    await eventually(it, lambda who: len(who) == 2)
    legs = [each for each in (await simulator(it, "GET", "state"))["calls"] if each["to"].startswith("client:")]
    assert len(legs) == 1
    # Ended in one, it is over in both.
    await other.command("call.hang_up", interaction_id=interaction_id)
    for each in (one, other):
        await each.until(lambda each=each: each.conversation(interaction_id)["interaction"]["state"] == "wrap_up")


async def test_hold_is_done_to_the_caller_and_saying_it_twice_changes_nothing(it: Live) -> None:
    on = await OnTheCall.begin(it)
    await on.say("call.hold", is_held=True)
    await on.shows(is_held=True)
    who = await people(it)
    assert (who["caller"]["hold"], who["agent"]["hold"]) == (True, False)
    told = len(on.agent.events)
    await on.say("call.hold", is_held=True)
    # Of one call they go in order: once this is shown, the repeat has been done.
    await on.say("call.mute", is_muted=True)
    await on.shows(is_muted=True)
    assert len(on.agent.events) == told + 1, "the repeat told nothing"
    await on.say("call.hold", is_held=False)
    await on.shows(is_held=False, is_muted=True)
    assert (await people(it))["caller"]["hold"] is False


async def test_hanging_up_ends_mute_and_hold_and_nothing_can_be_done_after(it: Live) -> None:
    on = await OnTheCall.begin(it)
    await on.say("call.hold", is_held=True)
    await on.say("call.mute", is_muted=True)
    await on.shows(is_held=True, is_muted=True)
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.shows(is_held=False, is_muted=False)
    assert on.call["status"] == "completed"
    with pytest.raises(CommandFailed) as refused:
        await on.say("call.hold", is_held=True)
    assert refused.value.status == 409


async def test_a_snapshot_says_the_same_as_the_events(it: Live) -> None:
    on = await OnTheCall.begin(it)
    await on.say("call.hold", is_held=True)
    await on.shows(is_held=True)
    fresh = await (await it.person("maya")).console(available=False)
    assert fresh.conversation(on.id)["interaction"]["call"] == on.call  # type: ignore[index] # it is there
    await fresh.close()


async def test_a_call_of_somebody_else_is_not_muted(it: Live) -> None:
    on = await OnTheCall.begin(it)
    nadia = await it.agent("nadia", available=False)
    with pytest.raises(CommandFailed) as refused:
        await nadia.command("call.mute", interaction_id=on.id, is_muted=True)
    assert refused.value.status in (403, 404, 409)
    assert (await people(it))["agent"]["muted"] is False


async def test_the_simulator_takes_what_twilio_documents_and_refuses_the_rest(it: Live) -> None:
    on = await OnTheCall.begin(it)
    row = (await (await it.person("admin")).json("GET", "/api/accounts"))[1]["items"]
    sid = next(each for each in row if each["kind"] == "voice")["settings"]["account_sid"]
    rooms = (await simulator(it, "GET", "state"))["conferences"]
    who = await people(it)
    base = f"http://127.0.0.1:{it.settings.simulator_port}/2010-04-01/Accounts/{sid}/Conferences/{rooms[0]['sid']}"
    account = (await it.running.neck.accounts.enabled("voice"))[0]
    secret = aiohttp.encode_basic_auth(sid, account.settings.auth_token.get_secret_value())
    async with aiohttp.ClientSession(headers={"Authorization": secret}) as http:
        url = f"{base}/Participants/{who['caller']['call']}.json"
        for form, status in (
            ({"Hold": "true", "HoldUrl": "https://music.example/", "HoldMethod": "GET"}, 200),
            ({"Hold": "perhaps"}, 400),
            ({"Muted": "1"}, 400),
            ({"Hold": "true", "HoldMethod": "PUT"}, 400),
            ({"Hold": "true", "HoldUrl": "music"}, 400),
        ):
            async with http.post(url, data=form) as answer:
                assert answer.status == status, (form, await answer.text())
    assert (await people(it))["caller"]["hold"] is True
    assert on.call["is_held"] is False, "it was not our doing"


async def test_the_console_is_told_what_its_phone_is_and_the_policy_opens_for_a_real_one_only(it: Live) -> None:
    maya = await it.person("maya")
    assert (await maya.json("GET", "/api/softphone"))[1] == {"kind": "simulated", "has_keys": False}
    async with maya.session.get(f"{it.base_url}/console/") as page:
        assert "twilio" not in page.headers["Content-Security-Policy"]
    await set_keys(await it.person("admin"))
    assert (await maya.json("GET", "/api/softphone"))[1] == {"kind": "twilio", "has_keys": False}
    async with maya.session.get(f"{it.base_url}/console/") as page:
        policy = page.headers["Content-Security-Policy"]
    parts = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert "https://eventgw.twilio.com" in parts["connect-src"]
    assert {"mediastream:", "https://sdk.twilio.com"} <= set(parts["media-src"])
    assert parts["script-src"] == ["'self'"]
    async with maya.session.get(f"{it.base_url}/demo/") as page:
        assert "twilio" not in page.headers["Content-Security-Policy"]
