import asyncio

import aiohttp
import pytest
from carrier import ACCOUNT, OURS, PERSON, carrier, credentials

TEXT = {"from": PERSON, "to": OURS, "body": "hi"}


async def test_a_duplicate_carries_the_same_token():
    async with carrier() as c:
        await c.faults({"kind": "duplicate", "match": "POST */sms", "times": 1})
        await c.control("POST", "sms", TEXT)
        await c.hooks.until(lambda: len(c.hooks.at("/sms")) == 2)
        assert len({hooked.token for hooked in c.hooks.came}) == 1
        assert (await c.control("GET", "faults"))["struck"] == [1]


async def test_a_dropped_webhook_never_comes():
    async with carrier() as c:
        await c.faults({"kind": "drop", "match": "POST */sms", "times": 1})
        await c.control("POST", "sms", TEXT)
        state = await c.eventually(lambda s: s["webhooks"])
        assert (state["webhooks"][0]["faults"], state["webhooks"][0]["attempts"]) == (["drop"], 0)
        assert c.hooks.came == []


async def test_reordered_callbacks_are_overtaken():
    async with carrier() as c:
        await c.faults({"kind": "reorder", "match": "*/status", "times": 1, "seconds": 4})
        await c.twilio.messages.create_async(to=PERSON, from_=OURS, body="x", status_callback=f"{c.hooks.url}/status")
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 3)
        assert [form["MessageStatus"] for form in c.hooks.at("/status")] == ["sent", "delivered", "queued"]


async def test_a_delay_keeps_the_order():
    async with carrier() as c:
        await c.faults({"kind": "delay", "match": "*/status", "times": 1, "seconds": 4})
        await c.twilio.messages.create_async(to=PERSON, from_=OURS, body="x", status_callback=f"{c.hooks.url}/status")
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 3)
        assert [form["MessageStatus"] for form in c.hooks.at("/status")] == ["queued", "sent", "delivered"]


async def test_an_earlier_status_may_come_after_the_last():
    async with carrier() as c:
        await c.faults({"kind": "late_callback", "match": "*/status", "seconds": 2})
        await c.twilio.calls.create_async(
            to=PERSON,
            from_=OURS,
            twiml="<Response><Pause/></Response>",
            status_callback=f"{c.hooks.url}/status",
            status_callback_event=["answered", "completed"],
        )
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 3)
        told = [(form["CallStatus"], form["SequenceNumber"]) for form in c.hooks.at("/status")]
        assert told == [("in-progress", "2"), ("completed", "3"), ("in-progress", "2")]


@pytest.mark.parametrize(("kind", "status", "code"), [("rate_limit", 429, 20429), ("server_error", 500, 20500)])
async def test_a_refused_request_has_no_effect(kind, status, code):
    async with carrier() as c:
        await c.faults({"kind": kind, "match": "POST */Messages.json", "times": 1, "seconds": 7})
        url = f"{c.simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = {"To": PERSON, "From": OURS, "Body": "x"}
        async with c.http.post(url, data=form, headers=credentials()) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code)
            assert answer.headers.get("Retry-After") == ("7" if kind == "rate_limit" else None)
        assert (await c.state())["messages"] == []
        async with c.http.post(url, data=form, headers=credentials()) as answer:
            assert answer.status == 201


async def test_an_accepted_request_may_lose_its_answer():
    async with carrier() as c:
        await c.faults({"kind": "accept_then_drop", "match": "POST */Calls.json", "times": 1})
        with pytest.raises(aiohttp.ClientConnectionError):
            await c.twilio.calls.create_async(to=PERSON, from_=OURS, twiml="<Response><Pause/></Response>")
        found = await c.twilio.calls.list_async(to=PERSON)
        assert len(found) == 1


async def test_an_unknown_fault_is_refused():
    async with carrier() as c:
        answer = await c.control("PUT", "faults", {"rules": [{"kind": "earthquake"}]})
        assert answer["status"] == 422


async def test_a_stop_in_the_middle_of_everything_leaves_no_task():
    before = asyncio.all_tasks()
    async with carrier(speed=1) as c:
        c.hooks.answers["/voice"] = "<Response><Enqueue>support</Enqueue></Response>"
        for _ in range(3):
            await c.control("POST", "calls", {"from": PERSON, "to": OURS})
            await c.twilio.conferences("r").participants.create_async(from_=OURS, to="client:agent-1")
            await c.twilio.messages.create_async(to=PERSON, from_=OURS, body="x")
        watching = asyncio.create_task(c.control("GET", "state?after=999999"))
        await asyncio.sleep(0.1)
    await asyncio.gather(watching, return_exceptions=True)
    await asyncio.sleep(0)
    assert {task.get_name() for task in asyncio.all_tasks() - before} == set()
