import asyncio
import base64

import pytest
from aiohttp import web
from carrier import ACCOUNT, OURS, PERSON, carrier, credentials
from twilio.base.exceptions import TwilioRestException


async def test_a_text_is_queued_sent_and_delivered_and_every_step_is_told():
    async with carrier() as c:
        sent = await c.twilio.messages.create_async(
            to=PERSON, from_=OURS, body="سلام", status_callback=f"{c.hooks.url}/status?attempt=a%20b"
        )
        assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 3)
        assert [form["MessageStatus"] for form in c.hooks.at("/status")] == ["queued", "sent", "delivered"]
        assert {form["MessageSid"] for form in c.hooks.at("/status")} == {sent.sid}
        fetched = await c.twilio.messages(sent.sid).fetch_async()
        assert (fetched.status, fetched.body) == ("delivered", "سلام")
        assert fetched.date_sent is not None


async def test_texts_are_listed_by_number_and_day_and_page_by_page():
    async with carrier() as c:
        for number in range(5):
            await c.twilio.messages.create_async(to=PERSON, from_=OURS, body=str(number))
        await c.twilio.messages.create_async(to="+15005550001", from_=OURS, body="other")
        state = await c.eventually(lambda s: all(m["status"] == "delivered" for m in s["messages"]))
        listed = await c.twilio.messages.list_async(to=PERSON, page_size=2)
        assert [one.body for one in listed] == ["4", "3", "2", "1", "0"]
        today = state["now"][:10]
        assert len(await c.twilio.messages.list_async(date_sent=today)) == 6
        assert len(await c.twilio.messages.list_async(date_sent_after="2999-01-01")) == 0
        assert len(await c.twilio.messages.list_async(date_sent_before="2999-01-01", from_=OURS)) == 6


async def test_an_inbound_text_with_a_picture_reaches_the_webhook_and_its_answer_the_person():
    async with carrier() as c:
        c.hooks.answers["/sms"] = "<Response><Message>Thanks</Message></Response>"
        picture = {"content_type": "image/png", "content": base64.b64encode(b"\x89PNG").decode()}
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "look", "media": [picture]})
        state = await c.eventually(lambda s: any(m["status"] == "delivered" for m in s["messages"]))
        (form,) = c.hooks.at("/sms")
        assert (form["From"], form["To"], form["Body"], form["NumMedia"]) == (PERSON, OURS, "look", "1")
        assert form["MediaContentType0"] == "image/png"
        async with c.http.get(form["MediaUrl0"], headers=credentials()) as answer:
            assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG")
        reply = state["messages"][1]
        assert (reply["direction"], reply["to"], reply["body"]) == ("outbound-reply", PERSON, "Thanks")
        (media,) = await c.twilio.messages(form["MessageSid"]).media.list_async()
        assert media.content_type == "image/png"


async def test_an_outbound_picture_is_fetched_and_shown():
    async with carrier() as c:
        base = f"{c.simulator.url}/"
        sent = await c.twilio.messages.create_async(to=PERSON, from_=OURS, media_url=[base])
        state = await c.eventually(lambda s: s["messages"][0]["status"] == "delivered")
        assert sent.sid.startswith("MM")
        (file,) = state["messages"][0]["media"]
        assert file["content_type"] == "text/html"


async def test_a_picture_that_cannot_be_fetched_fails_the_text():
    async with carrier() as c:
        await c.twilio.messages.create_async(to=PERSON, from_=OURS, media_url=["http://127.0.0.1:9/none.png"])
        state = await c.eventually(lambda s: s["messages"][0]["status"] == "failed")
        assert state["messages"][0]["error_code"] == 11200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "0912", "from_": OURS, "body": "x"}, 21211),
        ({"to": PERSON, "from_": "+15550000000", "body": "x"}, 21606),
        ({"to": PERSON, "from_": OURS}, 21602),
        ({"to": PERSON, "from_": OURS, "body": "x" * 1601}, 21617),
    ],
)
async def test_bad_texts_are_refused_in_twilios_words(fields, code):
    async with carrier() as c:
        with pytest.raises(TwilioRestException) as refused:
            await c.twilio.messages.create_async(**fields)
        assert (refused.value.status, refused.value.code) == (400, code)


async def test_stop_is_obeyed_by_the_carrier_until_start():
    async with carrier() as c:
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": " stop "})
        with pytest.raises(TwilioRestException) as refused:
            await c.twilio.messages.create_async(to=PERSON, from_=OURS, body="offer")
        assert refused.value.code == 21610
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "START"})
        await c.twilio.messages.create_async(to=PERSON, from_=OURS, body="welcome back")


async def test_some_numbers_are_unreachable():
    async with carrier() as c:
        callback = f"{c.hooks.url}/status"
        await c.twilio.messages.create_async(to="+15005559913", from_=OURS, body="x", status_callback=callback)
        await c.hooks.until(lambda: len(c.hooks.at("/status")) == 3)
        last = c.hooks.at("/status")[-1]
        assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")


async def test_a_wrong_token_is_refused():
    async with carrier() as c:
        url = f"{c.simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        for headers in ({}, credentials("wrong"), {"Authorization": "Basic ?"}):
            async with c.http.get(url, headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, 20003)


async def test_numbers_can_be_pointed_elsewhere():
    async with carrier() as c:
        (number,) = await c.twilio.incoming_phone_numbers.list_async(phone_number=OURS)
        await c.twilio.incoming_phone_numbers(number.sid).update_async(sms_url=f"{c.hooks.url}/elsewhere")
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "hi"})
        await c.hooks.until(lambda: c.hooks.at("/elsewhere"))
        account = await c.twilio.api.accounts(ACCOUNT).fetch_async()
        assert account.status == "active"


async def test_a_failing_webhook_is_called_once_more_with_the_same_token():
    async with carrier() as c:
        c.hooks.answers["/sms"] = lambda _: web.Response(status=503)
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "hi"})
        state = await c.eventually(lambda s: s["webhooks"])
        assert (state["webhooks"][0]["attempts"], state["webhooks"][0]["status"]) == (2, 503)
        assert len({hooked.token for hooked in c.hooks.came}) == 1


async def test_a_slow_webhook_is_given_up():
    async with carrier(webhook_seconds=0.2) as c:
        c.hooks.answers["/sms"] = lambda _: asyncio.sleep(5, "<Response/>")
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "hi"})
        state = await c.eventually(lambda s: s["webhooks"])
        assert (state["webhooks"][0]["attempts"], state["webhooks"][0]["status"]) == (2, 0)


async def test_other_sites_do_not_reach_the_control_path():
    async with carrier() as c:
        url = f"{c.simulator.url}/simulator/sms"
        async with c.http.post(url, data="{}") as answer:
            assert answer.status == 415
        async with c.http.post(url, json={}, headers={"Origin": "http://evil.example"}) as answer:
            assert answer.status == 403
        async with c.http.post(url, json={"from": PERSON}) as answer:
            assert answer.status == 422


@pytest.mark.parametrize(
    "tail", [f"Accounts/{ACCOUNT}/Faxes.json", f"Accounts/{ACCOUNT}/Calls/CA1.json", "Accounts/AC1.json"]
)
async def test_what_does_not_exist_is_not_found_in_twilios_words(tail):
    async with (
        carrier() as c,
        c.http.get(f"{c.simulator.url}/2010-04-01/Accounts/{tail}", headers=credentials()) as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (404, 20404)
