import pytest
from carrier import OURS, PERSON, carrier
from twilio.base.exceptions import TwilioRestException

WAIT = '<Response><Say>Please wait</Say><Pause length="2"/></Response>'


def enqueue(c):
    return f'<Response><Enqueue waitUrl="{c.hooks.url}/wait" action="/left">support</Enqueue><Say>bye</Say></Response>'


async def waiting(c, hang_up_after=None):
    """A caller in the queue `support`; return the sid."""
    c.hooks.answers |= {"/voice": enqueue(c), "/wait": WAIT}
    sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS, "hang_up_after": hang_up_after}))["sid"]
    await c.eventually(lambda s: any(sid in queue["waiting"] for queue in s["queues"]))
    return sid


async def test_a_waiting_caller_hears_music_and_the_agent_takes_the_front_of_the_queue():
    async with carrier() as c:
        sid = await waiting(c)
        await c.hooks.until(lambda: len(c.hooks.at("/wait")) >= 2)
        assert (c.hooks.at("/wait")[0]["QueuePosition"], c.hooks.at("/wait")[0]["CurrentQueueSize"]) == ("1", "1")
        (queue,) = await c.twilio.queues.list_async()
        (member,) = await c.twilio.queues(queue.sid).members.list_async()
        assert (queue.friendly_name, member.call_sid, member.position) == ("support", sid, 1)
        agent = await c.twilio.calls.create_async(
            to="client:agent-1", from_=OURS, twiml="<Response><Dial><Queue>support</Queue></Dial></Response>"
        )
        await c.eventually(lambda s: s["calls"][0]["where"].startswith("talking"))
        c.hooks.answers["/left"] = "<Response><Say>goodbye</Say></Response>"
        await c.twilio.calls(agent.sid).update_async(status="completed")
        await c.hooks.until(lambda: c.hooks.at("/left"))
        assert (c.hooks.at("/left")[0]["QueueResult"], c.hooks.at("/left")[0]["QueueSid"]) == ("bridged", queue.sid)
        await c.eventually(lambda s: s["calls"][0]["status"] == "completed")


async def test_a_caller_who_gives_up_is_told_as_a_hang_up():
    async with carrier() as c:
        sid = await waiting(c, hang_up_after=4)
        await c.hooks.until(lambda: c.hooks.at("/left"))
        assert c.hooks.at("/left")[0]["QueueResult"] == "hangup"
        state = await c.eventually(lambda s: s["calls"][0]["ended_at"])
        assert state["queues"][0]["waiting"] == []
        assert (await c.call(sid))["status"] == "completed"


async def test_a_caller_may_leave_the_queue():
    async with carrier() as c:
        c.hooks.answers["/left"] = "<Response><Say>leave a message</Say></Response>"
        c.hooks.answers |= {"/voice": enqueue(c), "/wait": "<Response><Leave/></Response>"}
        await c.control("POST", "calls", {"from": PERSON, "to": OURS})
        await c.hooks.until(lambda: c.hooks.at("/left"))
        assert c.hooks.at("/left")[0]["QueueResult"] == "leave"


async def test_a_full_queue_takes_nobody():
    async with carrier() as c:
        queue = await c.twilio.queues.create_async("support", max_size=1)
        await waiting(c)
        await c.control("POST", "calls", {"from": "+15005550001", "to": OURS})
        await c.hooks.until(lambda: c.hooks.at("/left"))
        assert c.hooks.at("/left")[0]["QueueResult"] == "queue-full"
        assert (await c.twilio.queues(queue.sid).fetch_async()).current_size == 1


async def test_a_caller_is_moved_from_the_queue_into_the_agents_conference():
    async with carrier() as c:
        sid = await waiting(c)
        c.hooks.answers["/join"] = "<Response><Dial><Conference>room-7</Conference></Dial></Response>"
        await c.twilio.calls(sid).update_async(url=f"{c.hooks.url}/join")
        await c.hooks.until(lambda: c.hooks.at("/left"))
        assert c.hooks.at("/left")[0]["QueueResult"] == "redirected"
        await c.eventually(lambda s: s["calls"][0]["where"] == "conference room-7")


async def test_the_front_of_a_queue_is_dequeued_over_rest():
    async with carrier() as c:
        await waiting(c)
        (queue,) = await c.twilio.queues.list_async()
        c.hooks.answers["/join"] = '<Response><Say>next</Say><Pause length="100"/></Response>'
        await c.twilio.queues(queue.sid).members("Front").update_async(url=f"{c.hooks.url}/join")
        await c.eventually(lambda s: any(h["words"] == "“next”" for h in s["calls"][0]["heard"]))


async def test_a_conference_starts_with_two_and_ends_with_whom_it_belongs_to():
    async with carrier() as c:
        invite = c.twilio.conferences("desk-1").participants.create_async
        agent = await invite(
            from_=OURS,
            to="client:agent-1",
            label="agent",
            end_conference_on_exit=True,
            conference_status_callback=f"{c.hooks.url}/room",
            conference_status_callback_event=["start", "end", "join", "leave", "mute", "hold"],
        )
        assert agent.status == "queued"
        callee = await c.twilio.conferences(agent.conference_sid).participants.create_async(from_=OURS, to=PERSON)
        await c.hooks.until(lambda: any(f["StatusCallbackEvent"] == "conference-start" for f in c.hooks.at("/room")))
        (room,) = await c.twilio.conferences.list_async(status="in-progress", friendly_name="desk-1")
        people = await c.twilio.conferences(room.sid).participants.list_async()
        assert {one.call_sid for one in people} == {agent.call_sid, callee.call_sid}
        held = c.twilio.conferences(room.sid).participants(callee.call_sid)
        assert (await held.update_async(hold=True)).hold is True
        assert (await held.update_async(muted=True, hold=False)).muted is True
        await c.twilio.conferences(room.sid).participants("agent").delete_async()
        await c.hooks.until(lambda: any(f["StatusCallbackEvent"] == "conference-end" for f in c.hooks.at("/room")))
        told = c.hooks.at("/room")
        assert [form["StatusCallbackEvent"] for form in told] == [
            "participant-join",
            "participant-join",
            "conference-start",
            "participant-hold",
            "participant-mute",
            "participant-unhold",
            "participant-leave",
            "participant-leave",
            "conference-end",
        ]
        assert [int(form["SequenceNumber"]) for form in told] == list(range(1, 10))
        assert told[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-kicked"
        state = await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))
        assert [call["status"] for call in state["calls"]] == ["completed", "completed"]
        assert (await c.twilio.conferences(room.sid).fetch_async()).status == "completed"


async def test_a_conference_is_recorded_and_ended_over_rest():
    async with carrier() as c:
        for to in ("client:agent-1", PERSON):
            await c.twilio.conferences("r").participants.create_async(from_=OURS, to=to, conference_record="true")
        await c.eventually(lambda s: s["conferences"][0]["status"] == "in-progress")
        (room,) = await c.twilio.conferences.list_async()
        (recording,) = await c.twilio.recordings.list_async(conference_sid=room.sid)
        assert (recording.status, recording.source) == ("in-progress", "Conference")
        await c.twilio.conferences(room.sid).update_async(status="completed")
        await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))
        with pytest.raises(TwilioRestException) as refused:
            await c.twilio.conferences(room.sid).participants.create_async(from_=OURS, to=PERSON)
        assert refused.value.status == 404


async def test_a_participant_who_never_answers_leaves_the_list():
    async with carrier() as c:
        one = await c.twilio.conferences("r").participants.create_async(from_=OURS, to="+15005559901")
        await c.eventually(lambda s: s["calls"][0]["status"] == "busy")
        assert await c.twilio.conferences(one.conference_sid).participants.list_async() == []


async def test_a_call_may_be_moved_into_the_conference_that_it_is_in():
    async with carrier() as c:
        hall = "<Response><Dial><Conference>hall</Conference></Dial></Response>"
        call = await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml=hall)
        await c.eventually(lambda s: s["calls"][0]["where"] == "conference hall")
        before = (await c.state())["conferences"][-1]["sid"]
        await c.twilio.calls(call.sid).update_async(twiml=hall)
        state = await c.eventually(lambda s: s["conferences"][-1]["sid"] != before)
        assert [one["call"] for one in state["conferences"][-1]["participants"]] == [call.sid]
        assert state["calls"][0]["where"] == "conference hall"
