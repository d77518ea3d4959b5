import pytest
from aiohttp import web
from carrier import OURS, PERSON, carrier
from twilio.base.exceptions import TwilioRestException
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from simulator import Simulator, SimulatorSettings

EVENTS = ["initiated", "ringing", "answered", "completed"]


def twiml(verbs):
    return f"<Response>{verbs}</Response>"


async def test_a_call_rings_is_answered_and_ends_and_every_step_is_told():
    async with carrier() as c:
        c.hooks.answers["/play"] = twiml("<Say>Hello there</Say>")
        call = await c.twilio.calls.create_async(
            to=PERSON,
            from_=OURS,
            url=f"{c.hooks.url}/play",
            status_callback=f"{c.hooks.url}/status",
            status_callback_event=EVENTS,
        )
        assert call.status == "queued"
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 4)
        told = c.hooks.at("/status")
        assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
        assert [int(form["SequenceNumber"]) for form in told] == [0, 1, 2, 3]
        assert {form["CallSid"] for form in told} == {call.sid}
        assert "CallDuration" in told[-1]
        assert "CallDuration" not in told[0]
        assert all(form["Timestamp"] and form["Direction"] == "outbound-api" for form in told)
        (asked,) = c.hooks.at("/play")
        assert (asked["CallStatus"], asked["To"], asked["From"]) == ("in-progress", PERSON, OURS)
        ended = await c.twilio.calls(call.sid).fetch_async()
        assert ended.status == "completed"
        assert [one.sid for one in await c.twilio.calls.list_async(to=PERSON, status="completed")] == [call.sid]


async def test_only_the_end_is_told_unless_more_is_asked_for():
    async with carrier() as c:
        await c.twilio.calls.create_async(
            to=PERSON, from_=OURS, twiml=twiml("<Pause/>"), status_callback=f"{c.hooks.url}/status"
        )
        await c.hooks.until(lambda: c.hooks.at("/status"))
        assert [form["CallStatus"] for form in c.hooks.at("/status")] == ["completed"]


@pytest.mark.parametrize(
    ("to", "status"), [("+15005559901", "busy"), ("+15005559902", "no-answer"), ("+15005559904", "completed")]
)
async def test_people_behave_by_their_number(to, status):
    async with carrier(speed=60) as c:
        hold = twiml("<Dial><Conference>hall</Conference></Dial>")
        call = await c.twilio.calls.create_async(to=to, from_=OURS, twiml=hold, timeout=20)
        state = await c.eventually(lambda s: s["calls"][0]["ended_at"])
        assert (state["calls"][0]["sid"], state["calls"][0]["status"]) == (call.sid, status)


async def test_a_machine_is_told_later_when_detection_is_asynchronous():
    async with carrier() as c:
        await c.twilio.calls.create_async(
            to="+15005559903",
            from_=OURS,
            twiml=twiml('<Pause length="20"/>'),
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=f"{c.hooks.url}/amd",
        )
        await c.hooks.until(lambda: c.hooks.at("/amd"))
        assert c.hooks.at("/amd")[0]["AnsweredBy"] == "machine_start"


async def test_a_call_in_progress_is_moved_and_hung_up_over_rest():
    async with carrier() as c:
        c.hooks.answers["/next"] = twiml('<Say>moved</Say><Pause length="600"/>')
        call = await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml=twiml('<Pause length="600"/>'))
        with pytest.raises(TwilioRestException) as refused:
            await c.twilio.calls(call.sid).update_async(url=f"{c.hooks.url}/next")
        assert refused.value.code == 21220
        await c.eventually(lambda s: s["calls"][0]["status"] == "in-progress")
        await c.twilio.calls(call.sid).update_async(url=f"{c.hooks.url}/next")
        await c.eventually(lambda s: s["calls"][0]["heard"])
        ended = await c.twilio.calls(call.sid).update_async(status="completed")
        assert ended.status == "completed"


async def test_a_call_that_still_rings_is_canceled():
    async with carrier(speed=1) as c:
        call = await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml=twiml("<Pause/>"))
        assert (await c.twilio.calls(call.sid).update_async(status="canceled")).status == "canceled"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "agent", "from_": OURS, "twiml": "<Response/>"}, 21211),
        ({"to": PERSON, "from_": PERSON, "twiml": "<Response/>"}, 21210),
        ({"to": PERSON, "from_": OURS}, 21205),
    ],
)
async def test_bad_calls_are_refused_in_twilios_words(fields, code):
    async with carrier() as c:
        with pytest.raises(TwilioRestException) as refused:
            await c.twilio.calls.create_async(**fields)
        assert refused.value.code == code


async def test_a_menu_gathers_what_the_caller_presses():
    async with carrier() as c:
        menu = VoiceResponse()
        gather = Gather(action="/chosen?menu=1", num_digits=2, timeout=60)
        gather.say("Press two keys")
        menu.append(gather)
        c.hooks.answers["/voice"] = str(menu)
        c.hooks.answers["/chosen"] = twiml("<Say>Right</Say><Hangup/>")
        sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS}))["sid"]
        await c.eventually(lambda s: s["calls"][0]["heard"])
        await c.control("POST", f"calls/{sid}/digits", {"digits": "42"})
        await c.eventually(lambda s: s["calls"][0]["status"] == "completed")
        (form,) = c.hooks.at("/chosen")
        assert (form["Digits"], form["CallSid"], form["Direction"]) == ("42", sid, "inbound")
        await c.hooks.until(lambda: c.hooks.at("/number-status"))
        assert c.hooks.at("/number-status")[0]["CallStatus"] == "completed"


async def test_an_inbound_call_that_is_rejected_is_never_answered():
    async with carrier() as c:
        c.hooks.answers["/voice"] = twiml('<Reject reason="busy"/>')
        sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS}))["sid"]
        await c.eventually(lambda s: s["calls"][0]["ended_at"])
        call = await c.call(sid)
        assert (call["status"], call["answered_at"]) == ("busy", None)


@pytest.mark.parametrize("answer", ["not xml", "<Response><Sing/></Response>", None])
async def test_a_broken_document_ends_the_call_with_an_alert(answer):
    async with carrier() as c:
        c.hooks.answers["/voice"] = answer or (lambda _: web.Response(status=500))
        await c.control("POST", "calls", {"from": PERSON, "to": OURS})
        state = await c.eventually(lambda s: s["calls"][0]["ended_at"])
        assert state["calls"][0]["status"] == "failed"
        assert state["alerts"][0]["code"] == (12100 if answer else 11200)


async def test_a_caller_is_joined_with_the_agents_client_and_the_action_hears_how_it_ended():
    async with carrier() as c:
        answer, dial = VoiceResponse(), Dial(action="/dialled", answer_on_bridge=True)
        dial.client(
            "agent-7", status_callback=f"{c.hooks.url}/leg", status_callback_event=" ".join(EVENTS), url="/whisper"
        )
        answer.append(dial)
        c.hooks.answers["/voice"] = str(answer)
        sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS}))["sid"]
        state = await c.eventually(lambda s: any(call["where"].startswith("talking") for call in s["calls"]))
        caller, agent = state["calls"]
        assert (caller["where"], agent["where"]) == ("talking to client:agent-7", f"talking to {PERSON}")
        assert (agent["parent"], agent["direction"]) == (sid, "outbound-dial")
        await c.control("POST", f"calls/{agent['sid']}/hangup")
        await c.hooks.until(lambda: c.hooks.at("/dialled") and len(c.hooks.at("/leg")) == 4)
        done = c.hooks.at("/dialled")[0]
        assert (done["DialCallStatus"], done["DialCallSid"]) == ("completed", agent["sid"])
        assert c.hooks.at("/whisper")[0]["CallSid"] == agent["sid"]
        await c.eventually(lambda s: s["calls"][0]["status"] == "completed")


async def test_when_nobody_answers_the_caller_goes_on():
    async with carrier() as c:
        c.hooks.answers["/voice"] = twiml('<Dial timeout="5"><Number>+15005559901</Number></Dial><Say>sorry</Say>')
        await c.control("POST", "calls", {"from": PERSON, "to": OURS})
        state = await c.eventually(lambda s: s["calls"][0]["ended_at"])
        assert [heard["words"] for heard in state["calls"][0]["heard"]] == ["“sorry”"]
        assert state["calls"][1]["status"] == "busy"


async def test_who_answers_first_is_joined_and_the_others_stop_ringing():
    async with carrier() as c:
        c.hooks.answers["/voice"] = twiml("<Dial><Number>+15005551111</Number><Client>agent-1</Client></Dial>")
        sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS}))["sid"]
        state = await c.eventually(lambda s: s["calls"][0]["where"] == "talking to client:agent-1")
        assert [call["status"] for call in state["calls"]] == ["in-progress", "canceled", "in-progress"]
        await c.control("POST", f"calls/{sid}/hangup")
        state = await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))
        assert state["calls"][2]["status"] == "completed"


async def test_a_voicemail_is_recorded_and_can_be_fetched_once_it_is_processed():
    async with carrier() as c:
        c.hooks.answers["/voice"] = twiml(
            f'<Record action="/recorded" recordingStatusCallback="{c.hooks.url}/recording"/>'
        )
        sid = (await c.control("POST", "calls", {"from": PERSON, "to": OURS, "hang_up_after": 3}))["sid"]
        await c.hooks.until(lambda: c.hooks.at("/recorded") and c.hooks.at("/recording"))
        (form,), (told,) = c.hooks.at("/recorded"), c.hooks.at("/recording")
        assert (form["Digits"], form["RecordingSid"]) == ("hangup", told["RecordingSid"])
        assert (told["RecordingStatus"], told["RecordingDuration"], told["CallSid"]) == ("completed", "3", sid)
        (listed,) = await c.twilio.recordings.list_async(call_sid=sid)
        assert (listed.sid, listed.duration) == (told["RecordingSid"], "3")


async def test_a_call_is_recorded_paused_and_resumed():
    async with carrier() as c:
        call = await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml=twiml('<Pause length="600"/>'))
        await c.eventually(lambda s: s["calls"][0]["answered_at"])
        recording = await c.twilio.calls(call.sid).recordings.create_async()
        assert recording.status == "in-progress"
        current = c.twilio.calls(call.sid).recordings("Twilio.CURRENT")
        assert (await current.update_async(status="paused")).status == "paused"
        assert (await current.update_async(status="in-progress")).status == "in-progress"
        assert (await current.update_async(status="stopped")).status == "processing"


async def test_calls_beyond_the_accounts_rate_wait_silently():
    async with carrier(calls_per_second=2) as c:
        first, second = [
            await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml=twiml("<Pause/>")) for _ in range(2)
        ]
        assert (first.queue_time, second.status) == ("0", "queued")
        assert int(second.queue_time) > 0


async def test_a_document_asked_for_with_get_is_signed_over_its_query():
    async with carrier() as c:
        c.hooks.answers["/voice"] = twiml('<Redirect method="GET">/next?x=a%20b</Redirect>')
        c.hooks.answers["/next"] = twiml("<Say>here</Say>")
        await c.control("POST", "calls", {"from": PERSON, "to": OURS})
        state = await c.eventually(lambda s: s["calls"][0]["ended_at"])
        assert state["calls"][0]["heard"][0]["words"] == "“here”"


async def test_synchronous_detection_tells_who_answered_with_the_first_question():
    async with carrier() as c:
        c.hooks.answers["/play"] = twiml("<Hangup/>")
        await c.twilio.calls.create_async(
            to="+15005559903", from_=OURS, url=f"{c.hooks.url}/play", machine_detection="Enable"
        )
        await c.hooks.until(lambda: c.hooks.at("/play"))
        assert c.hooks.at("/play")[0]["AnsweredBy"] == "machine_start"


async def test_a_taken_port_is_said_and_leaves_nothing_open():
    async with carrier() as c:
        port = int(c.simulator.url.rpartition(":")[2])
        second = Simulator(SimulatorSettings(account_sid="AC1", auth_token="x", port=port))
        with pytest.raises(OSError, match="address already in use"):
            await second.start()
        await second.stop()
        await c.simulator.stop()
        await c.simulator.start()
        async with c.http.get(c.simulator.url) as page:
            assert "script" in await page.text()
