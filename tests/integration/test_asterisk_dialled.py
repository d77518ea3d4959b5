"""Calls of the dialer by Asterisk: what is told of them, what they say by themselves, and a campaign over the desk."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from asterisk import pbx, settings
from campaigning import Desk
from test_asterisk import listening, switchboard

from channels.asterisk import names
from channels.asterisk.originating import STOPPED
from channels.originate import AskedCall, CallScript, DialNews
from core.clock import utc_now
from core.errors import Invalid, Unavailable
from tests.integration.house import house, made, query
from tests.live import eventually

CUSTOMER, ENDPOINT = "+989127654321", "PJSIP/+989127654321@trunk"
SOUND = "https://sounds.example/sorry.wav"


def script(**more: Any) -> CallScript:
    return CallScript(**({"ring_seconds": 25, "wait_seconds": 0, "play_url": SOUND} | more))


async def news(here: Any) -> list[tuple[str | None, bool]]:
    found = [*await here.readings("ari.event"), *await here.readings(STOPPED)]
    return [(each.status, each.has_pressed_stop) for each in found if isinstance(each, DialNews)]


async def tells(here: Any, *wanted: str) -> None:
    """Wait until exactly these states were told of the calls, whatever their order."""

    async def told() -> bool:
        return {status for status, _ in await news(here) if status} == set(wanted)

    await eventually(told)


async def test_whom_nobody_takes_hears_the_sound_and_is_hung_up_on():
    async with switchboard() as (at, here), listening(at, here):
        attempt = uuid4()
        call_id = await here.channel.originate(here.account, attempt, CUSTOMER, script(caller_id="+982187654321"))
        assert names.leg(call_id).interaction_id == attempt
        assert at.channels[call_id]["caller"]["number"] == "+982187654321"
        await at.until(lambda: not at.channels)
        assert at.played == [(call_id, f"sound:{SOUND}")]
        assert at.rung == [(call_id, ENDPOINT)]
        await tells(here, "ringing", "answered", "completed")


@pytest.mark.parametrize("becomes", ["busy", "rings"])
async def test_how_it_ended_without_an_answer_is_told(becomes: str):
    async with switchboard() as (at, here), listening(at, here):
        at.phones[ENDPOINT] = becomes
        call_id = await here.channel.originate(here.account, uuid4(), CUSTOMER, script())
        await at.until(lambda: any(each["type"] == "ChannelStateChange" for each in at.told))
        if becomes == "rings":
            assert await here.channel.dial_status(here.account, call_id) == "ringing"
            await here.channel.hang_up(here.account, call_id)
        await at.until(lambda: not at.channels)
        await tells(here, "ringing", "no_answer" if becomes == "rings" else "busy")
        assert at.played == []
        assert await here.channel.dial_status(here.account, call_id) == "failed"


async def test_the_key_that_stops_is_told_and_another_is_not():
    async with switchboard() as (at, here), listening(at, here):
        at.sound_seconds = 5
        for key in "39":
            call_id = await here.channel.originate(here.account, uuid4(), CUSTOMER, script(stop_key="9"))
            await at.until(lambda call_id=call_id: (call_id, f"sound:{SOUND}") in at.played)
            await at.presses(call_id, key)
            await at.until(lambda: not at.channels)
            assert [stop for _, stop in await news(here) if stop] == ([True] if key == "9" else [])


async def test_who_is_taken_in_time_hears_nothing_of_it_and_speaks_with_the_agent():
    async with switchboard() as (at, here), listening(at, here):
        attempt, agent = uuid4(), uuid4()
        call_id = await here.channel.originate(here.account, attempt, CUSTOMER, script(wait_seconds=1))
        await at.until(lambda: call_id in at.in_app)
        await here.channel.join(here.account, call_id, attempt, agent, "sip:204@pbx")
        await at.until(lambda: len(at.who(names.room(attempt))) == 2)
        await asyncio.sleep(1.1)
        assert (at.played, call_id in at.channels) == ([], True)
        await at.hangs_up(call_id)
        await at.until(lambda: not at.channels)


async def test_an_answer_while_the_line_was_down_is_found_and_then_told_the_sound():
    async with switchboard() as (at, here), listening(at, here):
        at.phones[ENDPOINT] = "rings"
        call_id = await here.channel.originate(here.account, uuid4(), CUSTOMER, script())
        await at.until(lambda: at.channels[call_id]["state"] == "Ringing")
        at.lost |= {"StasisStart"}
        await at.answers(call_id)
        at.lost.clear()
        await at.drop()
        await at.until(lambda: not at.channels)
        assert at.played == [(call_id, f"sound:{SOUND}")]
        await tells(here, "ringing", "answered", "completed")


async def test_what_asterisk_cannot_do_is_refused_before_anything_rings():
    async with switchboard() as (at, here):
        with pytest.raises(Unavailable, match="listens"):
            await here.channel.originate(here.account, uuid4(), CUSTOMER, script())
        async with listening(at, here):
            for wanted in (script(is_machine_asked=True), script(play_url="", message="Sorry.")):
                with pytest.raises(Invalid):
                    await here.channel.originate(here.account, uuid4(), CUSTOMER, wanted)
        assert at.rung == []


async def test_a_call_whose_answer_was_lost_is_found_and_not_placed_twice():
    async with switchboard() as (at, here), listening(at, here):
        at.phones[ENDPOINT] = "rings"
        attempt = uuid4()
        asked = AskedCall(attempt, CUSTOMER, "", utc_now())
        assert await here.channel.find_originated(here.account, asked) is None
        at.faults.append(("POST channels/mz-d-.*", "answer lost"))
        call_id = await here.channel.originate(here.account, attempt, CUSTOMER, script())
        assert await here.channel.find_originated(here.account, asked) == call_id
        await here.channel.originate(here.account, attempt, CUSTOMER, script())
        assert len(at.rung) == 1


async def test_a_campaign_dials_by_asterisk_and_an_agent_speaks_with_who_answers(server_dsn: str, tmp_path: Any):
    async with pbx() as at, house(server_dsn, tmp_path) as it:
        desk = await Desk.of(it)
        # Who answered too long ago hears the sound at once.
        at.clock = utc_now().timestamp()
        await query(it, "update channel_account set is_enabled = false where kind = 'voice'")
        (queue,) = await query(it, "select id from queue where name = 'Telephone'")
        new = {"kind": "ari", "name": "House Asterisk", "queue_id": str(queue["id"]), "settings": settings(at)}
        account = await made(desk.admin, "/api/accounts", new)
        maya = await it.person("maya")
        assert (await maya.json("PUT", "/api/my-phone", {"address": "sip:204@pbx"}))[0] == 200
        await at.until(lambda: at.sockets)
        at.phones["PJSIP/+989120000002@trunk"] = "busy"
        campaign = await made(
            desk.admin,
            "/api/campaigns",
            {
                "name": "By our own line", "kind": "research", "mode": "progressive", "queue_id": str(queue["id"]),
                "account_id": account["id"],
                "settings": {"calls_per_second": 50, "ring_seconds": 5, "attempts_most": 1, "play_url": SOUND},
            },
        )  # fmt: skip
        await desk.contacts(campaign["id"], "Two", "phone,name,city\n+989127654321,Sara,Yazd\n+989120000002,Omid,Yazd")
        agent = await it.agent("maya")
        await desk.switch(campaign, "start")
        await agent.command("presence.set", state="available")

        def joined() -> Any:
            found = [each["interaction"] for each in agent.state["interactions"]]
            return next((each for each in found if (each["call"] or {}).get("status") == "joined"), None)

        talk = await agent.until(joined)
        assert len(at.who(names.room(UUID(talk["id"])))) == 2
        assert talk["address"] == CUSTOMER
        await at.hangs_up(next(each for each in at.channels if names.leg(each).role == "d"))
        await agent.until(lambda: agent.conversation(talk["id"])["interaction"]["call"]["status"] == "completed")
        await agent.command("interaction.close", interaction_id=talk["id"])

        async def done() -> Any:
            rows = await query(it, "select outcome from dial_attempt where outcome is not null order by outcome")
            return [row["outcome"] for row in rows] == ["busy", "talked"]

        await eventually(done, 30)
        assert at.played == []
