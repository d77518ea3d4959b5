"""More people in a call, by the simulated carrier: who is in the conference, whom the customer hears, whose it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from access.model import Permission
from demo.organisation import NUMBER
from tests.integration.house import hire, house, made, query
from tests.integration.test_call_control import OnTheCall, simulator
from tests.live import CommandFailed, Live, Person

OUTSIDE, NEVER = "+966501230000", "+966501239905"


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("conference"), simulator=True) as found:
        yield found


async def room(it: Live) -> dict[str, dict[str, Any]]:
    """Return who is connected in the live conference, by label; the customer has none."""
    rooms = (await simulator(it, "GET", "state"))["conferences"]
    live = next((each for each in rooms if each["status"] == "in-progress"), {"participants": []})
    return {one["label"] or "customer": one for one in live["participants"]}


async def until(it: Live, holds: Callable[[dict[str, dict[str, Any]]], Any]) -> dict[str, dict[str, Any]]:
    async with asyncio.timeout(15):
        while not holds(found := await room(it)):
            await asyncio.sleep(0.05)
    return found


async def teach(it: Live, login: str) -> Person:
    """Let somebody answer telephones, too."""
    admin, person = await it.person("admin"), await it.person(login)
    skills = (await admin.json("GET", "/api/skills"))[1]["items"]
    phone = next(each["id"] for each in skills if each["name"] == "phone")
    path = f"/api/agents/{person.me['id']}"
    known = (await admin.json("GET", path))[1]
    sent = {"version": known.get("version", 0), "skills": {phone: 5}}
    status, saved = await admin.json("PUT", path, sent)
    assert status == 200, saved
    return person


def label(person: Person) -> str:
    return f"agent_{person.me['id'].replace('-', '')}"


def mine(on: OnTheCall) -> str:
    conversation = on.agent.conversation(on.id)
    assert conversation is not None
    return f"agent_{conversation['interaction']['agent_id'].replace('-', '')}"


async def said(it: Live, interaction_id: str) -> list[str]:
    rows = await query(it, "select event from message where interaction_id = $1 order by seq", interaction_id)
    return [row["event"] for row in rows if row["event"]]


async def test_c003_a_colleague_is_asked_joins_and_takes_the_call_over(it: Live) -> None:
    on = await OnTheCall.begin(it)
    maya, nadia = await it.person("maya"), await it.person("nadia")
    desk = await it.agent("nadia", available=False)
    with pytest.raises(CommandFailed) as away:
        await on.agent.command("call.ask", interaction_id=on.id, agent_id=nadia.me["id"])
    assert away.value.status == 409
    phone = (await query(it, "select id from queue where name = 'Telephone'"))[0]["id"]
    with pytest.raises(CommandFailed, match="free"):
        await on.agent.command("call.ask", interaction_id=on.id, queue_id=str(phone))
    await teach(it, "nadia")
    await desk.command("presence.set", state="available")
    await on.agent.command("call.ask", interaction_id=on.id, queue_id=str(phone))
    await on.agent.until(lambda: on.call["party"] and on.call["party"]["status"] == "talking")
    who = await until(it, lambda found: label(nadia) in found)
    assert who["customer"]["hold"], "the customer does not hear the two"
    with pytest.raises(CommandFailed) as again:
        await on.agent.command("call.ask", interaction_id=on.id, number=OUTSIDE)
    assert again.value.status == 409
    await on.agent.command("call.together", interaction_id=on.id, is_private=False)
    await until(it, lambda found: not found["customer"]["hold"])
    await on.agent.command("call.complete", interaction_id=on.id)
    await until(it, lambda found: set(found) == {"customer", label(nadia)})
    mine = await desk.until(lambda: desk.conversation(on.id))
    assert mine["interaction"]["agent_id"] == nadia.me["id"]
    assert on.agent.conversation(on.id) is None, f"it is no longer {maya.me['name']}'s"
    # What the new agent does is done to the own leg.
    await desk.command("call.mute", interaction_id=on.id, is_muted=True)
    await until(it, lambda found: found[label(nadia)]["muted"])
    await desk.command("call.hang_up", interaction_id=on.id)
    await desk.until(lambda: desk.conversation(on.id)["interaction"]["call"]["status"] == "completed")  # type: ignore[index]


async def test_a_number_has_the_call_once_it_answers_and_not_before(it: Live) -> None:
    on = await OnTheCall.begin(it)
    gone = "+962790000055"
    await made(await it.person("admin"), "/api/do-not-call", {"number": gone})
    for number in ("112", "+19005551234", "not a number", gone):
        with pytest.raises(CommandFailed) as refused:
            await on.agent.command("call.ask", interaction_id=on.id, number=number)
        assert refused.value.status == 422
    await on.agent.command("call.ask", interaction_id=on.id, number=NEVER, is_blind=True)
    await on.agent.until(lambda: on.call["party"] is not None)
    await on.agent.until(lambda: on.call["party"] is None)
    who = await until(it, lambda found: not found["customer"]["hold"])
    assert len(who) == 2, "nobody answered: agent and customer speak again"
    await on.agent.command("call.ask", interaction_id=on.id, number=OUTSIDE, is_blind=True)
    who = await until(it, lambda found: len(found) == 2 and not any(name.startswith("agent_") for name in found))
    assert not who["customer"]["hold"]
    await on.agent.until(
        lambda: (on.agent.conversation(on.id) or {"interaction": {"state": ""}})["interaction"]["state"] != "assigned"
    )
    uses = await query(it, "select kind, number from carrier_use order by at")
    assert [tuple(use) for use in uses] == [("call", NEVER), ("call", OUTSIDE)]
    # Who has it outside hangs up: it is over for the customer, too.
    other = next(one for name, one in who.items() if name != "customer")
    await simulator(it, "POST", f"calls/{other['call']}/hangup")
    async with asyncio.timeout(10):
        while (await query(it, "select call from interaction where id = $1", on.id))[0]["call"].find("completed") < 0:
            await asyncio.sleep(0.05)


async def test_a_supervisor_listens_whispers_and_speaks(it: Live) -> None:
    on = await OnTheCall.begin(it)
    admin = await it.person("admin")
    boss = await hire(
        it, [Permission.CALL_LISTEN, Permission.INTERACTION_READ, Permission.INTERACTION_REPLY], None, admin
    )
    stranger = await it.agent("sara", available=False)
    with pytest.raises(CommandFailed) as refused:
        await stranger.command("call.listen", interaction_id=on.id, mode="monitor")
    assert refused.value.status == 403
    desk = await boss.console(available=False)
    await desk.command("call.listen", interaction_id=on.id, mode="monitor")
    await on.agent.until(lambda: [each["status"] for each in on.call["listeners"]] == ["in"])
    name = on.call["listeners"][0]["label"]
    assert (await room(it))[name]["muted"], "nobody hears who listens"
    await desk.command("call.listen", interaction_id=on.id, mode="whisper")
    who = await until(it, lambda found: found[name]["coaches"])
    agent = next(one for each, one in who.items() if each.startswith("agent_"))
    assert who[name]["coaches"] == agent["call"], "only the agent hears it"
    await desk.command("call.listen", interaction_id=on.id, mode="barge")
    await until(it, lambda found: not found[name]["coaches"] and not found[name]["muted"])
    await desk.command("call.stop_listening", interaction_id=on.id)
    await until(it, lambda found: set(found) == {"customer", mine(on)})
    assert [event for event in await said(it, on.id) if event in ("call.monitor", "call.whisper", "call.barge")] == [
        "call.monitor", "call.whisper", "call.barge",
    ]  # fmt: skip


async def test_who_is_handed_over_hears_music_until_somebody_else_answers(it: Live) -> None:
    on = await OnTheCall.begin(it)
    nadia = await teach(it, "nadia")
    desk = await it.agent("nadia")
    await on.agent.command("interaction.transfer", interaction_id=on.id, agent_id=nadia.me["id"])
    who = await until(it, lambda found: set(found) == {"customer"})
    await until(it, lambda found: found["customer"]["hold"])
    await desk.take_offer("voice")
    who = await until(it, lambda found: label(nadia) in found and not found["customer"]["hold"])
    assert set(who) == {"customer", label(nadia)}


async def test_c003_a_telephone_that_nobody_answers_lets_the_next_agent_have_the_call(it: Live) -> None:
    maya, nadia = await it.person("maya"), await teach(it, "nadia")
    assert (await maya.json("PUT", "/api/my-phone", {"address": "sip:not an address"}))[0] == 422
    assert (await maya.json("PUT", "/api/my-phone", {"address": NEVER}))[0] == 200
    desk = await it.agent("maya")
    await simulator(it, "POST", "calls", {"from": "+966501234567", "to": NUMBER})
    offer = await desk.offered("voice")
    await desk.command("offer.accept", offer_id=offer["id"])
    await desk.until(lambda: desk.state["presence"]["state"] == "not_ready")
    await desk.until(lambda: desk.conversation(offer["interaction_id"]) is None)
    other = await it.agent("nadia")
    await other.take_offer("voice")
    await until(it, lambda found: label(nadia) in found)
    assert "call.agent_missed" in await said(it, offer["interaction_id"])


async def test_an_agent_who_is_cut_off_is_rung_again(it: Live) -> None:
    on = await OnTheCall.begin(it)
    own = mine(on)
    before = (await room(it))[own]["call"]
    await simulator(it, "POST", f"calls/{before}/hangup")
    who = await until(it, lambda found: own in found and found[own]["call"] != before)
    assert who["customer"]["call"], "the customer stayed"
    await until(it, lambda found: not found["customer"]["hold"])
    assert (await said(it, on.id)).count("call.cut_off") == 1


async def record_calls(it: Live) -> None:
    admin = await it.person("admin")
    items = (await admin.json("GET", "/api/accounts"))[1]["items"]
    account = next(each for each in items if each["kind"] == "voice")
    sent = {name: account[name] for name in ("name", "queue_id", "version", "branch_id")}
    settings = {**account["settings"], "is_recorded": True}
    assert (await admin.json("PUT", f"/api/accounts/{account['id']}", {**sent, "settings": settings}))[0] == 200


async def test_a_recording_pauses_when_the_carrier_says_so_and_is_given_up_when_it_does_not(it: Live) -> None:
    await record_calls(it)
    on = await OnTheCall.begin(it)
    await on.shows(recording="on")
    await on.say("call.pause_recording", is_paused=True)
    await on.shows(recording="paused")
    (live,) = (await simulator(it, "GET", "state"))["recordings"]
    assert live["status"] == "paused"
    await on.say("call.pause_recording", is_paused=False)
    await on.shows(recording="on")
    fault = {"kind": "server_error", "match": "POST */Recordings/*", "times": 1}
    await simulator(it, "PUT", "faults", {"rules": [fault]})
    await on.say("call.pause_recording", is_paused=True)
    await on.shows(recording="off")
    assert on.call["is_doubtful"], "what was recorded is not kept"
    await on.agent.command("call.hang_up", interaction_id=on.id)
    async with asyncio.timeout(15):
        while not (rows := await query(it, "select state from call_recording")):
            await asyncio.sleep(0.1)
    assert [row["state"] for row in rows] == ["discarded"]


async def test_a_phone_of_which_nobody_tells_is_asked_after(it: Live) -> None:
    fault = {"kind": "drop", "match": "POST *call/agent*"}
    desk = await it.agent("maya")
    await simulator(it, "PUT", "faults", {"rules": [fault]})
    await simulator(it, "POST", "calls", {"from": "+966501234567", "to": NUMBER})
    taken = await desk.take_offer("voice")
    interaction = taken["interaction"]["id"]
    await until(it, lambda found: len(found) == 2)
    rows = await query(it, "select id, payload from job where kind = 'call.leg_check'")
    assert len(rows) == 1
    await query(it, "update job set run_at = now() where id = $1", rows[0]["id"])

    def status() -> str:
        conversation = desk.conversation(interaction)
        assert conversation is not None
        return str(conversation["interaction"]["call"]["status"])

    await desk.until(lambda: status() == "joined")
