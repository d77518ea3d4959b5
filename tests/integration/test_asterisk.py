"""Asterisk through its REST interface, against a double: sign-in, ringing, rooms, recordings, and what is lost."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from asterisk import WAV, pbx, settings
from desk import desk

from channels.ari import CHANNEL
from channels.asterisk import names, rooms
from channels.base import AgentLeg, CallChange, Uncertain
from channels.calls import Guest
from channels.spoken import PartyLeg, RecordingMade
from core.errors import Invalid, Unavailable

CALLER, CUSTOMER = "+989121234567", "+989127654321"


@asynccontextmanager
async def switchboard(**more: Any):
    async with pbx() as at, desk(CHANNEL) as here:
        here.take_over(CHANNEL, **settings(at, **more))
        yield at, here


@asynccontextmanager
async def listening(at, here):
    """Listen again and again, as the core does."""

    async def again():
        while True:
            with suppress(Unavailable):
                await here.channel.listen(here.account)
            if here.inbox.places:
                place = next((each for each in reversed(here.inbox.places) if each), here.account.place)
                here.account = type(here.account)(
                    here.account.id, here.account.kind, "test", here.account.settings, place
                )
            await asyncio.sleep(0.01)

    task = asyncio.create_task(again(), name="test: listen")
    try:
        await at.until(lambda: at.sockets)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def readings(here, kind=None):
    found = await here.readings("ari.event")
    return [one for one in found if kind is None or isinstance(one, kind)]


async def called(at, here, agent_id=None):
    """Bring a caller and an agent together; returns who is who."""
    interaction_id, agent_id = uuid4(), agent_id or uuid4()
    call_id = await at.calls(CALLER)
    await at.until(lambda: call_id in at.who(names.waiting(here.account.id)))
    await here.channel.join(here.account, call_id, interaction_id, agent_id, "sip:204@pbx")
    await at.until(lambda: len(at.who(names.room(interaction_id))) == 2)
    agent = next(each for each in at.who(names.room(interaction_id)) if each != call_id)
    return interaction_id, agent_id, call_id, agent


async def test_settings_are_tried_and_what_is_wrong_is_said():
    async with switchboard() as (at, here):
        assert [(each.step, each.fault) for each in await here.channel.trial(here.account)] == [
            ("ari.sign_in", ""),
            ("ari.application", ""),
        ]
        here.take_over(CHANNEL, **settings(at, password="wrong"))
        (step,) = await here.channel.trial(here.account)
        assert (step.step, step.fault) == ("ari.sign_in", "password")
        assert "ari.conf" in step.detail
        with pytest.raises(Unavailable, match="password"):
            await here.channel.listen(here.account)
        here.take_over(CHANNEL, **settings(at, url="http://127.0.0.1:9"))
        (step,) = await here.channel.trial(here.account)
        assert step.fault == "refused"
        assert not at.sockets, "trying leaves nobody on the line"


async def test_a_caller_waits_and_is_joined_once_whatever_is_repeated():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, agent_id, call_id, agent = await called(at, here)
        await here.channel.join(here.account, call_id, interaction_id, agent_id, "sip:204@pbx")
        assert at.rung == [(agent, "PJSIP/204")]
        await here.inbox.until(lambda: any("EnteredBridge" in each for each in here.inbox.raws if agent in each))
        changes = await readings(here, CallChange)
        assert [(each.status, each.leg_of) for each in changes] == [("waiting", None), ("joined", agent_id)]
        assert changes[0].caller.value == CALLER
        await here.channel.hang_up(here.account, call_id)
        await at.until(lambda: not at.channels and names.room(interaction_id) not in at.bridges)
        await here.channel.hang_up(here.account, call_id)


async def test_nobody_is_answered_before_their_call_is_committed(monkeypatch):
    async with switchboard() as (at, here), listening(at, here):
        begun, may_end, deliver = asyncio.Event(), asyncio.Event(), here.inbox.deliver

        async def slowly(*args: Any):
            begun.set()
            await may_end.wait()
            return await deliver(*args)

        monkeypatch.setattr(here.inbox, "deliver", slowly)
        call_id = await at.calls(CALLER)
        await begun.wait()
        await here.channel.status_of(here.account, call_id)
        assert at.channels[call_id]["state"] == "Ring"
        may_end.set()
        await at.until(lambda: at.channels[call_id]["state"] == "Up")


async def test_what_is_told_late_moves_nobody_from_where_they_are_by_now():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, _, call_id, agent = await called(at, here)
        await here.channel.hold(here.account, interaction_id, call_id, is_held=True)
        heard = len(at.asked)
        for each in (call_id, agent):
            await at.tell("StasisStart", channel=at.channels[each], args=[])
        # Each looks where they are, and leaves it at that.
        await at.until(lambda: at.asked[heard:].count("GET bridges") >= 2)
        await here.channel.status_of(here.account, call_id)
        assert (at.who(names.held(here.account.id)), at.who(names.room(interaction_id))) == ([call_id], [agent])


async def test_an_agents_telephone_that_is_hung_up_ends_the_call_and_one_that_we_hang_up_on_does_not():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, agent_id, call_id, agent = await called(at, here)
        await here.channel.hold(here.account, interaction_id, call_id, is_held=True)
        await here.channel.send_out(here.account, interaction_id, here.channel.agent_label(agent_id))
        await at.until(lambda: agent not in at.channels)
        await here.inbox.until(lambda: any(each.startswith(f"ChannelDestroyed:{agent}") for each in here.inbox.raws))
        assert call_id in at.channels, "handed over: the customer hears music"
        await here.channel.join(here.account, call_id, interaction_id, agent_id, "sip:204@pbx")
        await at.until(lambda: call_id in at.who(names.room(interaction_id)))
        await at.hangs_up(agent)
        await at.until(lambda: not at.channels)
        assert [each.status for each in await readings(here, AgentLeg)] == ["left", "left"]


async def test_a_line_that_breaks_ends_nothing():
    async with switchboard() as (at, here), listening(at, here):
        _, _, call_id, agent = await called(at, here)
        await at.hangs_up(agent, cause=38)
        await here.inbox.until(lambda: any(each.startswith(f"ChannelDestroyed:{agent}") for each in here.inbox.raws))
        await here.channel.status_of(here.account, call_id)
        assert call_id in at.channels


@pytest.mark.parametrize("becomes", ["busy", "unknown"])
async def test_a_phone_that_does_not_answer_is_told_as_missed(becomes):
    async with switchboard() as (at, here), listening(at, here):
        at.phones["PJSIP/204"] = becomes
        call_id, interaction_id, agent_id = await at.calls(CALLER), uuid4(), uuid4()
        await here.inbox.until(lambda: here.inbox.raws)
        await here.channel.join(here.account, call_id, interaction_id, agent_id, "sip:204@pbx")
        await here.inbox.until(
            lambda: any(agent_id.hex in each and "StateChange" not in each for each in here.inbox.raws)
        )
        missed = [each for each in await readings(here, CallChange) if each.leg_of is not None]
        assert [(each.status, each.leg_of, each.call_id) for each in missed] == [("waiting", agent_id, call_id)]
        assert call_id in at.channels


async def test_a_call_whose_answer_is_lost_is_looked_up_and_not_repeated():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id = uuid4()
        at.phones[f"PJSIP/{CUSTOMER}@trunk"] = "rings"
        at.faults.append(("POST channels/mz-c-.*", "answer lost"))
        call_id = await here.channel.dial(here.account, interaction_id, CUSTOMER, 1)
        assert await here.channel.find_dialled(here.account, interaction_id, CUSTOMER, datetime.now(UTC)) == call_id
        # Whoever is told to dial once more finds the id taken.
        assert await here.channel.dial(here.account, interaction_id, CUSTOMER, 1) == call_id
        assert at.rung == [(call_id, f"PJSIP/{CUSTOMER}@trunk")]
        at.faults.append(("POST channels/mz-c-.*", "broken"))
        with pytest.raises(Uncertain):
            await here.channel.dial(here.account, uuid4(), CUSTOMER, 1)


async def test_nothing_is_dialled_before_anybody_has_listened():
    async with switchboard() as (at, here):
        with pytest.raises(Unavailable):
            await here.channel.dial(here.account, uuid4(), CUSTOMER, 1)
        assert at.rung == []


async def test_a_customer_is_called_into_the_room_of_the_agent_who_was_rung_first():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, agent_id = uuid4(), uuid4()
        await here.channel.ring_agent(here.account, interaction_id, agent_id)
        await at.until(lambda: len(at.who(names.room(interaction_id))) == 1)
        assert at.rung[0][1] == f"PJSIP/agent_{agent_id.hex}", "without a telephone of their own"
        call_id = await here.channel.dial(here.account, interaction_id, CUSTOMER, 2)
        await at.until(lambda: call_id in at.who(names.room(interaction_id)))
        assert await here.channel.status_of(here.account, call_id) == "joined"
        await at.hangs_up(call_id)
        await at.until(lambda: not at.channels)
        await here.inbox.until(lambda: any(each.startswith(f"ChannelDestroyed:{call_id}") for each in here.inbox.raws))
        ours = [each for each in await readings(here, CallChange) if each.interaction_id == interaction_id]
        assert [(each.attempt, each.status) for each in ours] == [
            (2, "ringing"), (2, "joined"), (2, "completed"), (2, "completed")
        ]  # fmt: skip
        assert await here.channel.status_of(here.account, call_id) == "failed"


@pytest.mark.parametrize(("becomes", "status"), [("busy", "busy"), ("rings", "no_answer")])
async def test_how_a_call_that_nobody_answered_ended_is_told(becomes, status):
    async with switchboard() as (at, here), listening(at, here):
        at.phones[f"PJSIP/{CUSTOMER}@trunk"] = becomes
        call_id = await here.channel.dial(here.account, uuid4(), CUSTOMER, 1)
        await at.until(lambda: any(each["type"] == "ChannelStateChange" for each in at.told))
        await at.hangs_up(call_id, 19)
        await here.inbox.until(lambda: any("Destroyed" in each for each in here.inbox.raws))
        assert (await readings(here, CallChange))[-1].status == status


async def test_mute_and_hold_are_done_to_one_leg_each_and_fail_without_it():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, agent_id, call_id, agent = await called(at, here)
        await here.channel.mute(here.account, interaction_id, agent_id, is_muted=True)
        assert at.muted == {agent}
        await here.channel.mute(here.account, interaction_id, agent_id, is_muted=False)
        for _ in range(2):
            await here.channel.hold(here.account, interaction_id, call_id, is_held=True)
        assert (at.who(names.held(here.account.id)), at.who(names.room(interaction_id))) == ([call_id], [agent])
        for _ in range(2):
            await here.channel.hold(here.account, interaction_id, call_id, is_held=False)
        assert set(at.who(names.room(interaction_id))) == {call_id, agent}
        assert at.muted == set()
        with pytest.raises(rooms.NotJoined):
            await here.channel.mute(here.account, uuid4(), agent_id, is_muted=True)
        with pytest.raises(rooms.NotJoined):
            await here.channel.hold(here.account, uuid4(), call_id, is_held=True)


async def test_a_recording_pauses_only_when_asterisk_says_so():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, _, call_id, _ = await called(at, here)

        def record(wanted):
            return here.channel.record(here.account, interaction_id, call_id, wanted)

        assert await record("on")
        assert await record("on")
        assert [each["state"] for each in at.live.values()] == ["recording"]
        (name,) = at.live
        at.faults.append(("POST recordings/live/.*/pause", "refused"))
        with pytest.raises(Unavailable):
            await record("paused")
        at.faults.append(("GET recordings/live/[^/]*", "refused"))
        with pytest.raises(Unavailable):
            await record("off")
        assert at.live, "nobody said that it stopped"
        at.faults.append(("POST recordings/live/.*/pause", "ignored"))
        assert not await record("paused"), "a yes without a pause is none"
        assert await record("paused")
        assert at.live[name]["state"] == "paused"
        assert await record("on")
        assert await record("off")
        assert not at.live
        assert await here.channel.fetch_recording(here.account, name) == WAV
        await here.inbox.until(lambda: any("RecordingFinished" in each for each in here.inbox.raws))
        (made,) = await readings(here, RecordingMade)
        assert (made.recording_id, made.interaction_id, made.seconds) == (name, interaction_id, 7)
        await here.channel.delete_recording(here.account, name)
        await here.channel.delete_recording(here.account, name)
        with pytest.raises(Invalid):
            await here.channel.fetch_recording(here.account, name)


async def test_a_supervisor_is_unheard_then_in_the_agents_ear_alone_then_heard_by_all():
    async with switchboard() as (at, here), listening(at, here):
        interaction_id, agent_id, _, agent = await called(at, here)
        label = f"listen_{uuid4().hex}_abcdef"
        guest = Guest(label, "sip:300@pbx", "monitor", agent_id)
        await here.channel.call_in(here.account, interaction_id, guest)
        room, corner = names.room(interaction_id), names.corner(interaction_id, label)
        await at.until(lambda: len(at.who(room)) == 3)
        boss = names.Leg("p", interaction_id, label).id
        assert at.muted == {boss}
        whisper = Guest(label, "sip:300@pbx", "whisper", agent_id)
        await here.channel.change_guest(here.account, interaction_id, whisper, is_heard=False)
        await at.until(lambda: len(at.who(corner)) == 2)
        (tap,) = set(at.who(corner)) - {boss}
        assert at.channels[tap]["name"] == f"Snoop/{agent}"
        assert at.muted == set()
        barge = Guest(label, "sip:300@pbx", "speak", agent_id)
        await here.channel.change_guest(here.account, interaction_id, barge, is_heard=True)
        assert boss in at.who(room)
        assert (tap in at.channels, corner in at.bridges) == (False, False)
        await here.channel.send_out(here.account, interaction_id, label)
        await here.inbox.until(lambda: any(each.startswith(f"ChannelDestroyed:{boss}") for each in here.inbox.raws))
        assert [each.status for each in await readings(here, PartyLeg)] == ["answered", "left"]
        assert len(at.who(room)) == 2


async def test_a_call_that_ended_while_the_line_was_down_ends_here_too():
    async with switchboard() as (at, here), listening(at, here):
        first, second = await at.calls(CALLER), await at.calls(CUSTOMER)
        await at.until(lambda: len(at.who(names.waiting(here.account.id))) == 2)
        interaction_id, _, joined, _ = await called(at, here)
        await at.drop()
        at.lost = {"StasisEnd", "ChannelDestroyed"}
        for each in (first, joined):
            await at.hangs_up(each)
        at.lost = set()
        await here.inbox.until(
            lambda: all(
                any(raw.startswith(f"ChannelDestroyed:{each}") for raw in here.inbox.raws) for each in (first, joined)
            )
        )
        ended = {each.call_id for each in await readings(here, CallChange) if each.status == "completed"}
        assert ended == {first, joined}
        await at.until(lambda: names.room(interaction_id) not in at.bridges)
        assert list(at.channels) == [second], "and whoever was with them is let go"


async def test_what_was_not_heard_of_somebody_is_found_on_the_next_connection():
    async with switchboard() as (at, here):
        at.lost = {"StasisStart", "ChannelEnteredBridge"}
        async with listening(at, here):
            call_id = await at.calls(CALLER)
            await at.drop()
            await at.until(lambda: call_id in at.who(names.waiting(here.account.id)))
            agent_id, interaction_id = uuid4(), uuid4()
            await here.channel.join(here.account, call_id, interaction_id, agent_id, "sip:204@pbx")
            await at.until(lambda: any(each["type"] == "StasisStart" for each in at.told[-3:]))
            for _ in range(2):
                # Once to bring them together, once to hear that they are.
                await at.drop()
                await at.until(lambda: at.sockets)
                await at.until(lambda: len(at.who(names.room(interaction_id))) == 2)
            await here.inbox.until(lambda: any(each.startswith("met:") for each in here.inbox.raws))
        changes = await readings(here, CallChange)
        assert [(each.status, each.leg_of) for each in changes] == [("waiting", None), ("joined", agent_id)]


async def test_events_that_come_twice_and_in_any_order_do_the_same():
    async with switchboard() as (at, here):
        at.is_repeating, at.shuffles = True, random.Random(7)
        async with listening(at, here):
            interaction_id, agent_id, call_id, agent = await called(at, here)
            await at.hangs_up(agent)
            await at.until(lambda: not at.channels)
            await here.inbox.until(
                lambda: any(each.startswith(f"ChannelDestroyed:{call_id}") for each in here.inbox.raws)
            )
        said = {(each.status, each.leg_of) for each in await readings(here, CallChange)}
        assert said == {("waiting", None), ("joined", agent_id), ("completed", None)}
        assert names.room(interaction_id) not in at.bridges


async def test_what_is_typed_is_kept_nowhere():
    async with switchboard() as (at, here), listening(at, here):
        _, _, call_id, agent = await called(at, here)
        await at.presses(call_id, "4111")
        await at.hangs_up(agent)
        await at.until(lambda: not at.channels)
        assert not any("Dtmf" in json.loads(raw.body)["type"] for raw in here.inbox.raws.values())


async def test_an_event_that_is_none_stops_no_other_and_whoever_takes_our_place_is_named():
    async with switchboard() as (at, here):
        task = asyncio.create_task(here.channel.listen(here.account), name="test: listen")
        await at.until(lambda: at.sockets)
        for text in ("{", "[]", '{"type": "StasisStart"}', '{"type": "ChannelDtmfReceived", "channel": 1}', "[" * 5000):
            await at.sockets[0].send_str(text)
        call_id = await at.calls(CALLER)
        await at.until(lambda: call_id in at.who(names.waiting(here.account.id)))
        await at.tell("ApplicationReplaced")
        with pytest.raises(Unavailable, match="Another program"):
            await task
