"""What we say to Twilio, held against Twilio's own OpenAPI document, its library and its signatures.

The document is not part of this repository: MARKAZ_TWILIO_OPENAPI names where it lies (Twilio publishes it as
`twilio_api_v2010.json`). What is sent here is recorded from the real client in front of the simulated carrier.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from carrier import ACCOUNT, OURS, PERSON, TOKEN
from desk import outgoing
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from channels.base import WebhookRequest
from channels.calls import Guest
from channels.sms import CHANNEL as SMS
from channels.twilio_api import catchup, signature
from channels.twilio_api.client import Transport
from channels.twilio_api.waiting import WORDS, Voice
from channels.voice import CHANNEL as VOICE
from channels.waits import CallWait
from core.errors import MarkazError
from tests.integration.test_sms_voice import line, waiting_call

DOCUMENT = os.environ.get("MARKAZ_TWILIO_OPENAPI", "")


class Sent(NamedTuple):
    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Any]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """Record what leaves by the transport, after the library has put it together."""
    kept: list[Sent] = []
    really = Transport._exchange

    async def recorded(self, method, url, data, headers, auth):
        parts = urlsplit(url)
        kept.append(Sent(method, parts.path, dict(parse_qsl(parts.query)), dict(data or {})))
        return await really(self, method, url, data, headers, auth)

    monkeypatch.setattr(Transport, "_exchange", recorded)
    return kept


async def everything_of_calls(sent: list[Sent]) -> None:
    """Do with calls whatever we can do."""
    async with line(VOICE) as (at, c):
        voice, account, room, agent, boss = at.channel, at.account, uuid4(), uuid4(), uuid4()
        sid = await waiting_call(at, c)
        await voice.check(account)
        await voice.join(account, sid, room, agent)
        await c.eventually(lambda s: any(len(each["participants"]) == 2 for each in s["conferences"]))
        await voice.mute(account, room, agent, is_muted=True)
        await voice.hold(account, room, sid, is_held=True)
        await voice.call_in(account, room, Guest("party_1", "+989121230000"))
        await voice.call_in(account, room, Guest("listen_1", voice.browser_phone(boss), "monitor", agent))
        await voice.call_in(account, room, Guest("listen_2", voice.browser_phone(boss), "whisper", agent))
        await c.eventually(lambda s: any(len(each["participants"]) == 5 for each in s["conferences"]))
        await voice.change_guest(account, room, Guest("listen_1", "", "whisper", agent), is_heard=False)
        await voice.change_guest(account, room, Guest("listen_1", "", "speak", agent), is_heard=True)
        for wanted in ("on", "paused", "on", "off"):
            assert await voice.record(account, room, sid, wanted)
        await voice.bind(account, room, "party_1", ends=True)
        await voice.announce(account, room, sid, "ar")
        await voice.send_out(account, room, "party_1")
        await voice.hang_up(account, sid)
        await c.eventually(lambda s: s["recordings"] and s["recordings"][0]["status"] == "completed")
        (recording,) = (await c.state())["recordings"]
        assert (await voice.fetch_recording(account, recording["sid"]))[:4] == b"RIFF"
        await voice.delete_recording(account, recording["sid"])
        other = uuid4()
        await voice.ring_agent(account, other, agent)
        placed = await voice.dial(account, other, PERSON, 1)
        assert await voice.find_dialled(account, other, PERSON, datetime.now(UTC) - timedelta(minutes=5)) == placed
        await voice.status_of(account, placed)
        await voice.end_room(account, other)
        since = datetime.now(UTC) - timedelta(hours=1)
        await catchup.calls(voice._clients.of(account.settings), OURS, since)
        await voice.prices(account, since)


async def everything_of_texts(sent: list[Sent]) -> None:
    async with line(SMS) as (at, c):
        await at.channel.check(at.account)
        text = outgoing(PERSON, "سلام & hello")
        await at.channel.send(at.account, text)
        await at.channel.find_sent(at.account, text)
        await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "hi"})
        since = datetime.now(UTC) - timedelta(hours=1)
        await catchup.texts(at.channel._clients.of(at.account.settings), OURS, since)
        await at.channel.prices(at.account, since)


@cache
def contract() -> dict[str, Any]:
    if not DOCUMENT:
        pytest.skip("MARKAZ_TWILIO_OPENAPI does not say where Twilio's OpenAPI document lies")
    found: dict[str, Any] = json.loads(Path(DOCUMENT).read_text())
    return found


def operation(one: Sent) -> dict[str, Any]:
    """Find what Twilio calls this request."""
    steps = one.path.split("/")
    for template, methods in contract()["paths"].items():
        names = template.split("/")
        if len(names) != len(steps) or one.method.lower() not in methods:
            continue
        pairs = list(zip(names, steps, strict=True))
        if all(
            name == step or ("{" in name and name.endswith(".json") == step.endswith(".json")) for name, step in pairs
        ):
            found: dict[str, Any] = methods[one.method.lower()]
            return found
    raise AssertionError(f"Twilio knows no {one.method} {one.path}")


def unknown_fields(one: Sent) -> set[str]:
    """Name what we send and Twilio has no word for."""
    known = operation(one)
    asked = {each["name"] for each in known.get("parameters", []) if each["in"] == "query"}
    schema = (
        known.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {}).get("schema", {})
    )
    extra = {name for name in one.query if name not in asked and name not in ("Page", "PageToken")}
    return extra | {name for name in one.form if name not in schema.get("properties", {})}


def requests(sent: list[Sent]) -> Iterator[Any]:
    """Return what openapi-core looks at."""
    from openapi_core.testing import MockRequest

    for one in sent:
        pairs = [
            (name, each) for name, value in one.form.items() for each in (value if isinstance(value, list) else [value])
        ]
        yield (
            one,
            MockRequest(
                "https://api.twilio.com",
                one.method.lower(),
                one.path,
                args=dict(one.query),
                data=urlencode([(name, _word(value)) for name, value in pairs]).encode() if pairs else b"",
                content_type="application/x-www-form-urlencoded",
            ),
        )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def test_every_request_is_one_that_twilio_describes(sent):
    contract()
    from openapi_core import OpenAPI

    await everything_of_calls(sent)
    await everything_of_texts(sent)
    said = {(one.method, one.path.rpartition("/")[2].partition(".")[0]) for one in sent}
    assert len(said) >= 8, "this drives most of what we send"
    document = OpenAPI.from_dict(_without_security(contract()))
    problems = [f"{one.method} {one.path}: {sorted(unknown_fields(one))}" for one in sent if unknown_fields(one)]
    for one, request in requests(sent):
        try:
            document.validate_request(request)
        except Exception as error:
            problems.append(f"{one.method} {one.path} {dict(one.form)}: {error!r} {error.__cause__!r}")
    assert problems == []


def _without_security(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says that a request is signed in: the recorder sees it before that."""
    paths = {
        path: {
            name: {key: value for key, value in what.items() if key != "security"} if isinstance(what, dict) else what
            for name, what in methods.items()
        }
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": paths, "security": []}


def test_a_field_that_twilio_does_not_know_is_noticed():
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert unknown_fields(Sent("POST", path, {}, {"To": PERSON, "Bodi": "x"})) == {"Bodi"}


# --- what we answer


def voice(language: str) -> Voice:
    return Voice(
        "Hello <&>",
        language,
        "https://music.example/a.mp3",
        20,
        lambda tail, **more: f"https://x/{tail}?{urlencode(more)}",
    )


@pytest.mark.parametrize("language", sorted(WORDS))
def test_what_callers_are_told_is_made_of_verbs_that_twilio_has(language):
    one = voice(language)
    wait = CallWait(3, 4, offers_callback=True)
    documents = [
        one.waiting(wait, None, is_first=True),
        one.waiting(CallWait(), 2, is_first=False),
        one.confirm(PERSON),
        one.confirm(None, is_wrong=True),
        one.thanks(),
        one.again(),
        one.voicemail(),
        one.voicemail_thanks(),
    ]
    for document in documents:
        assert shape(parsed(str(rebuilt(parsed(document))))) == shape(parsed(document))


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - our own words


def rebuilt(root: ET.Element) -> VoiceResponse:
    """Build the document anew with twilio's own classes: an unknown verb or attribute has no way there."""
    response = VoiceResponse()
    for each in root:
        _append(response, each)
    return response


def _append(parent: Any, element: ET.Element) -> None:
    method = getattr(parent, element.tag.lower())
    given = {_snake(name): value for name, value in element.attrib.items()}
    known = inspect.signature(method).parameters
    assert set(given) <= set(known), f"<{element.tag}> has no {set(given) - set(known)}"
    words = [element.text] if element.text else []
    made = method(*words, **given)
    for child in element:
        _append(made, child)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def shape(element: ET.Element) -> Any:
    return element.tag, sorted(element.attrib), (element.text or "").strip(), [shape(child) for child in element]


# --- whose word counts

WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
NAMES = st.dictionaries(st.sampled_from(["Body", "From", "To", "CallSid", "Digits"]), WORD, max_size=5)


@given(form=NAMES, tail=st.sampled_from(["/sms", "/call?x=1", "/call/out?interaction=a&attempt=2"]))
def test_our_signatures_are_those_of_twilios_own_validator(form, tail):
    url = f"https://centre.example/hooks/1{tail}"
    whole = {**form, "AccountSid": ACCOUNT}
    ours = signature.signature(TOKEN, url, whole)
    assert ours == RequestValidator(TOKEN).compute_signature(url, whole)
    body = urlencode(whole).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": ours}
    request = WebhookRequest("POST", tail, url, headers, body)
    assert signature.signed_form(TOKEN, ACCOUNT, request) == whole
    changed = WebhookRequest("POST", tail, url, headers, body + b"&More=1")
    with pytest.raises(signature.NotTwilio):
        signature.signed_form(TOKEN, ACCOUNT, changed)


# --- what was missed


async def test_what_was_missed_is_fetched_once_and_is_what_the_webhook_would_have_been():
    async with line(VOICE) as (at, c):
        sid = await waiting_call(at, c)
        await at.inbox.until(lambda: at.inbox.of("call"))
        await c.faults({"kind": "drop", "match": "POST *"})
        await c.control("POST", f"calls/{sid}/hangup")
        await c.eventually(lambda s: all(call["ended_at"] for call in s["calls"]))
        at.account = type(at.account)(
            at.account.id, "voice", "x", at.account.settings, {"seen": datetime.now(UTC).isoformat()}
        )
        await one_look(at)
        (found,) = await at.readings("call.found")
        assert (found.call_id, found.status, found.caller.value, found.is_of_known) == (sid, "completed", PERSON, False)
        before = set(at.inbox.raws)
        await one_look(at)
        assert set(at.inbox.raws) == before


async def test_texts_that_were_missed_come_whole():
    async with line(SMS) as (at, c):
        await c.faults({"kind": "drop", "match": "POST *"})
        picture = {"content_type": "image/png", "content": "iVBORw0KGgoAAAANSUhEUg=="}
        sid = (await c.control("POST", "sms", {"from": PERSON, "to": OURS, "body": "سلام", "media": [picture]}))["sid"]
        receipt = await at.channel.send(at.account, outgoing(PERSON, "hello"))
        await c.eventually(lambda s: all(text["status"] in ("received", "delivered") for text in s["messages"]))
        await c.faults()
        at.account = type(at.account)(
            at.account.id, "sms", "x", at.account.settings, {"seen": datetime.now(UTC).isoformat()}
        )
        await one_look(at)
        assert set(at.inbox.raws) == {f"in:{sid}", f"status:{receipt.external_id}:delivered"}
        (message,) = await at.readings("sms")
        assert (message.text, len(message.files)) == ("سلام", 1)


async def one_look(at: Any) -> None:
    seen = len(at.inbox.places)
    looking = asyncio.create_task(at.channel.listen(at.account))
    await at.inbox.until(lambda: len(at.inbox.places) > seen)
    looking.cancel()
    with suppress(asyncio.CancelledError, MarkazError):
        await looking
