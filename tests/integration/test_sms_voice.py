"""SMS and voice against the carrier simulator: real HTTP both ways, real signatures."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from aiohttp import ClientSession
from carrier import ACCOUNT, OURS, PERSON, TOKEN, Carrier, Receiver, rules
from desk import desk, outgoing

from channels.base import AgentLeg, CallChange, Delivery, InboundMessage, OutgoingFile, Uncertain
from channels.sms import CHANNEL as SMS
from channels.twilio_api.errors import BadCredentials
from channels.voice import CHANNEL as VOICE
from core.errors import Invalid, Unavailable
from simulator import CallRule, MessageRule, Outcome, SimulatedNumber, Simulator, SimulatorSettings

DOT = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@asynccontextmanager
async def line(channel, agents=None, **settings: str):
    """A desk behind one number of the simulated carrier."""
    async with desk(channel) as at:
        hooks = f"{at.url}/hooks/{at.account_id}"
        number = SimulatedNumber(
            number=OURS, sms_url=f"{hooks}/sms", voice_url=f"{hooks}/call", status_url=f"{hooks}/call/status"
        )
        carrier = Simulator(
            SimulatorSettings(
                account_sid=ACCOUNT,
                auth_token=TOKEN,
                numbers=(number,),
                seed=1,
                speed=20,
                calls_per_second=1000,
                call_rules=(*([agents] if agents else []), *rules()),
                message_rules=(MessageRule(pattern="*9913", error_code=30003),),
            )
        )
        await carrier.start()
        right = {"account_sid": ACCOUNT, "auth_token": TOKEN, "number": OURS, "api_base": carrier.url}
        at.take_over(channel, **(right | settings))
        http = ClientSession()
        try:
            yield at, Carrier(carrier, Receiver(), None, http)
        finally:
            await http.close()
            await carrier.stop()


async def test_a_text_is_sent_and_its_delivery_reported():
    async with line(SMS) as (at, _):
        receipt = await at.channel.send(at.account, outgoing(PERSON, "سلام، رسید؟"))
        assert (receipt.delivery, receipt.keys) == (Delivery.QUEUED, (f"peer:{PERSON}",))
        await at.inbox.until(lambda: f"status:{receipt.external_id}:delivered" in at.inbox.raws)
        told = await at.readings("sms.status")
        assert {one.external_id for one in told} == {receipt.external_id}
        assert {one.delivery for one in told} == {Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED}


async def test_a_delivery_report_carries_our_own_id_of_the_message():
    async with line(SMS) as (at, _):
        text = outgoing(PERSON, "hello")
        await at.channel.send(at.account, text)
        await at.inbox.until(lambda: at.inbox.of("sms.status"))
        assert at.inbox.of("sms.status")[0].headers["query"] == f"message={text.message_id}"


async def test_what_cannot_be_delivered_says_why():
    async with line(SMS) as (at, _):
        await at.channel.send(at.account, outgoing("+989120009913", "hello"))
        await at.inbox.until(lambda: any("undelivered" in key for key in at.inbox.raws))
        (failed,) = [one for one in await at.readings("sms.status") if one.delivery is Delivery.FAILED]
        assert failed.error == "The recipient's phone is switched off or out of reach."


async def test_a_text_comes_in_once_with_its_picture():
    async with line(SMS) as (at, c):
        await c.faults({"kind": "duplicate", "match": "POST *sms"})
        picture = {"content_type": "image/png", "content": b64encode(DOT).decode()}
        text = {"from": PERSON, "to": OURS, "body": "این & <آن>", "media": [picture]}
        sid = (await c.control("POST", "sms", text))["sid"]
        await at.inbox.until(lambda: len(at.inbox.places) == 2)
        (message,) = await at.readings("sms")
        assert isinstance(message, InboundMessage)
        assert (message.external_id, message.sender.value, message.text) == (sid, PERSON, "این & <آن>")
        assert (message.thread[0].value, message.sole_thread) == (f"peer:{PERSON}", True)
        (file,) = message.files
        assert (file.name, file.content_type, file.content) == ("file-1.png", "image/png", DOT)


async def test_a_picture_that_is_too_large_is_left_out_and_the_words_stay():
    async with line(SMS) as (at, c):
        media = {"content_type": "image/png", "content": b64encode(DOT + b"\0" * (5 << 20)).decode()}
        text = json.dumps({"from": PERSON, "to": OURS, "body": "look", "media": [media]}).encode()
        await c.http.post(
            f"{c.simulator.url}/simulator/sms", data=BytesIO(text), headers={"Content-Type": "application/json"}
        )
        await at.inbox.until(lambda: at.inbox.of("sms"))
        (message,) = await at.readings("sms")
        assert (message.text, message.files) == ("look", ())
        assert message.details["left_out"] == ["The file is larger than 5 MB."]


async def test_a_picture_that_does_not_come_now_is_fetched_later():
    async with line(SMS) as (at, c):
        picture = {"content_type": "image/png", "content": b64encode(DOT).decode()}
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "look", "media": [picture]})
        await at.inbox.until(lambda: at.inbox.of("sms"))
        await c.faults({"kind": "server_error", "match": "GET *Media*", "times": 1})
        with pytest.raises(Unavailable):
            await at.readings("sms")
        assert len((await at.readings("sms"))[0].files) == 1


async def test_being_told_to_slow_down_says_for_how_long():
    async with line(SMS) as (at, c):
        await c.faults({"kind": "rate_limit", "seconds": 7, "times": 1})
        with pytest.raises(Unavailable) as refused:
            await at.channel.send(at.account, outgoing(PERSON, "hello"))
        assert not isinstance(refused.value, Uncertain)
        assert refused.value.extra == {"retry_after": 7.0}
        assert (await c.state())["messages"] == []


async def test_a_broken_carrier_leaves_it_uncertain_and_the_look_up_says_no():
    async with line(SMS) as (at, c):
        await c.faults({"kind": "server_error", "match": "POST *", "times": 1})
        text = outgoing(PERSON, "hello")
        with pytest.raises(Uncertain):
            await at.channel.send(at.account, text)
        assert await at.channel.find_sent(at.account, text) is None


async def test_what_was_taken_without_a_word_is_found_again_and_sent_once():
    async with line(SMS) as (at, c):
        await c.faults({"kind": "accept_then_drop", "match": "POST *", "times": 1})
        text = outgoing(PERSON, "hello")
        with pytest.raises(Uncertain):
            await at.channel.send(at.account, text)
        (sent,) = (await c.state())["messages"]
        found = await at.channel.find_sent(at.account, text)
        assert found.external_id == sent["sid"]
        assert await at.channel.find_sent(at.account, outgoing(PERSON, "other words")) is None


async def test_an_equal_text_from_before_is_not_taken_for_ours():
    async with line(SMS) as (at, _):
        await at.channel.send(at.account, outgoing(PERSON, "OK"))
        text = outgoing(PERSON, "OK")
        ten_minutes_on = UUID(int=text.message_id.int + (600_000 << 80))
        assert await at.channel.find_sent(at.account, text) is not None
        assert await at.channel.find_sent(at.account, replace(text, message_id=ten_minutes_on)) is None


async def test_a_carrier_that_is_not_there_has_taken_nothing():
    async with line(SMS, api_base="http://127.0.0.1:9") as (at, _):
        with pytest.raises(Unavailable) as refused:
            await at.channel.send(at.account, outgoing(PERSON, "hello"))
        assert not isinstance(refused.value, Uncertain)


async def test_who_opted_out_is_not_written_to():
    async with line(SMS) as (at, c):
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "STOP"})
        await at.inbox.until(lambda: at.inbox.of("sms"))
        with pytest.raises(Invalid, match="opted out"):
            await at.channel.send(at.account, outgoing(PERSON, "hello"))


async def test_a_text_carries_no_files():
    async with line(SMS) as (at, _):
        with pytest.raises(Invalid):
            await at.channel.send(at.account, outgoing(PERSON, "x", files=(OutgoingFile("a", "text/plain", b""),)))


async def test_settings_are_tried_against_the_carrier():
    async with line(SMS) as (at, _):
        await at.channel.check(at.account)
    async with line(SMS, auth_token="wrong") as (at, _):
        with pytest.raises(BadCredentials):
            await at.channel.check(at.account)
    async with line(SMS, number="+15005559999") as (at, _):
        with pytest.raises(Invalid, match="does not belong"):
            await at.channel.check(at.account)


@pytest.mark.parametrize(("path", "status"), [("sms", 403), ("sms/status", 403), ("call", 404), ("", 404)])
async def test_an_unsigned_webhook_leaves_nothing(path, status):
    async with line(SMS) as (at, c):
        address = f"{at.url}/hooks/{at.account_id}/{path}"
        async with c.http.post(address, data={"AccountSid": ACCOUNT, "MessageSid": "SM1", "From": "+1"}) as answer:
            assert answer.status == status
        assert at.inbox.raws == {}


async def waiting_call(at, c):
    sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS}))["sid"]
    await c.eventually(lambda s: any(sid in queue["waiting"] for queue in s["queues"]))
    return sid


def room_of(state):
    return next((room for room in state["conferences"] if room["status"] == "in-progress"), None)


async def test_a_caller_waits_in_the_queue_and_hears_the_greeting():
    async with line(VOICE, greeting="یک لحظه <لطفاً>") as (at, c):
        sid = await waiting_call(at, c)
        state = await c.eventually(lambda s: s["calls"][0]["heard"])
        assert state["calls"][0]["heard"][0]["words"].strip("“”") == "یک لحظه <لطفاً>"
        (change,) = await at.readings("call")
        assert isinstance(change, CallChange)
        assert (change.call_id, change.caller.value, change.called, change.status) == (sid, PERSON, OURS, "waiting")


async def test_join_brings_caller_and_agent_together_and_a_repeat_changes_nothing():
    async with line(VOICE) as (at, c):
        sid, interaction, agent = await waiting_call(at, c), uuid4(), uuid4()
        await at.channel.join(at.account, sid, interaction, agent)
        state = await c.eventually(room_of)
        room = room_of(state)
        assert room["name"] == f"interaction-{interaction}"
        assert {(one["call"] == sid, one["label"]) for one in room["participants"]} == {
            (True, ""),
            (False, f"agent_{agent.hex}"),
        }
        await at.inbox.until(lambda: at.inbox.of("call.agent"))
        (joined,) = await at.readings("call.agent")
        assert (joined.call_id, joined.caller.value, joined.status) == (sid, PERSON, "joined")
        await at.channel.join(at.account, sid, interaction, agent)
        again = await c.state()
        assert len(again["calls"]) == 2
        assert room_of(again)["participants"] == room["participants"]


async def test_hanging_up_ends_it_for_both_and_may_be_repeated():
    async with line(VOICE) as (at, c):
        sid = await waiting_call(at, c)
        await at.channel.join(at.account, sid, uuid4(), uuid4())
        await c.eventually(room_of)
        await at.channel.hang_up(at.account, sid)
        await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))
        await at.channel.hang_up(at.account, sid)
        await at.channel.hang_up(at.account, "CA" + "0" * 32)
        await at.inbox.until(lambda: at.inbox.of("call.status"))
        (over,) = await at.readings("call.status")
        assert (over.call_id, over.status) == (sid, "completed")
        assert over.sequence > 0
        assert over.duration_seconds is not None


async def test_an_agent_who_hangs_up_a_telephone_ends_the_call():
    async with line(VOICE) as (at, c):
        sid, agent = await waiting_call(at, c), uuid4()
        await at.channel.join(at.account, sid, uuid4(), agent, PERSON)
        room = room_of(await c.eventually(room_of))
        leg = next(one["call"] for one in room["participants"] if one["call"] != sid)
        await c.control("POST", f"calls/{leg}/hangup")
        await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))


async def test_a_browser_that_is_gone_leaves_the_caller_and_says_whose_it_was():
    async with line(VOICE) as (at, c):
        sid, interaction, agent = await waiting_call(at, c), uuid4(), uuid4()
        await at.channel.join(at.account, sid, interaction, agent)
        room = room_of(await c.eventually(room_of))
        leg = next(one["call"] for one in room["participants"] if one["call"] != sid)
        await c.control("POST", f"calls/{leg}/hangup")
        await at.inbox.until(lambda: len(at.inbox.of("call.agent")) == 2)
        assert (await at.readings("call.agent"))[-1] == AgentLeg(interaction, agent, "left")
        assert (await c.call(sid))["status"] == "in-progress"


async def test_a_caller_who_gives_up_is_told_once_and_cannot_be_joined():
    async with line(VOICE) as (at, c):
        sid = await waiting_call(at, c)
        await c.control("POST", f"calls/{sid}/hangup")
        await at.inbox.until(lambda: at.inbox.of("call.left") and at.inbox.of("call.status"))
        told = [*await at.readings("call.left"), *await at.readings("call.status")]
        assert {(one.call_id, one.status) for one in told} == {(sid, "completed")}
        with pytest.raises(Invalid, match="over"):
            await at.channel.join(at.account, sid, uuid4(), uuid4())


async def test_an_agent_who_does_not_answer_leaves_the_caller_waiting_for_the_next():
    absent = uuid4()
    never = CallRule(pattern=f"client:agent_{absent.hex}", outcome=Outcome.NO_ANSWER)
    async with line(VOICE, agents=never) as (at, c):
        sid, interaction = await waiting_call(at, c), uuid4()
        await at.channel.join(at.account, sid, interaction, absent)
        await at.inbox.until(lambda: at.inbox.of("call.agent"))
        (change,) = await at.readings("call.agent")
        assert (change.call_id, change.status) == (sid, "waiting")
        assert (await c.call(sid))["status"] == "in-progress"
        await at.channel.join(at.account, sid, interaction, uuid4())
        assert len(room_of(await c.eventually(room_of))["participants"]) == 2


async def test_a_join_that_is_cut_off_is_finished_by_the_next():
    async with line(VOICE) as (at, c):
        sid, interaction, agent = await waiting_call(at, c), uuid4(), uuid4()
        await c.faults({"kind": "accept_then_drop", "match": "POST *Calls/*", "times": 1})
        with pytest.raises(Uncertain):
            await at.channel.join(at.account, sid, interaction, agent)
        await c.eventually(lambda s: s["conferences"])
        await at.channel.join(at.account, sid, interaction, agent)
        state = await c.eventually(room_of)
        assert len(room_of(state)["participants"]) == 2


async def test_closing_leaves_no_connection():
    before = asyncio.all_tasks()
    async with line(SMS) as (at, _):
        await at.channel.check(at.account)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() - before == set()
