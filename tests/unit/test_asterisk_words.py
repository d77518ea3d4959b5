"""What Asterisk's events mean: names that tell who is who, one id for one event, the same end in any order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.asterisk import heard, names
from channels.asterisk.events import _after
from channels.asterisk.names import Leg
from channels.asterisk.reacting import announcement
from channels.asterisk.settings import AriSettings
from channels.base import CallbackAsked, CallChange, Ignored, RawInput
from channels.spoken import PartyLeg, RecordingMade
from channels.waits import CallWait
from core.errors import Invalid
from interactions.model import Call

BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NUMBER, CALL = "+982112345678", "pbx-1790000000.1"
TALK, MAYA = UUID("3207a111-e95f-410a-a642-d8963546f5e2"), uuid4()
AGENT = Leg("a", TALK, f"agent_{MAYA.hex}", CALL)
SETTINGS = AriSettings(url="http://pbx.example:8088", user="u", password="p", number=NUMBER)

Event = dict[str, Any]


def event(kind: str, second: float, channel_id: str = CALL, state: str = "Up", **more: Any) -> Event:
    at = (BEGIN + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    channel = {"id": channel_id, "state": state, "creationtime": "made", "caller": {"number": "09121234567"}}
    return {"type": kind, "timestamp": at, "channel": channel | {"dialplan": {"exten": "100"}}, **more}


def read(said: Event) -> list[Any]:
    raw = heard.raw_of(said)
    assert raw is not None
    return heard.read(raw, NUMBER, "IR")


@given(st.uuids(), st.from_regex(r"[A-Za-z0-9_]{1,40}", fullmatch=True), st.sampled_from(["", CALL, "a~b-1.2"]))
def test_a_name_says_whose_channel_it_is(interaction_id: UUID, label: str, call_id: str) -> None:
    made = Leg("a", interaction_id, label, call_id)
    assert names.leg(made.id) == made
    assert names.interaction_of(names.room(interaction_id)) == interaction_id


@pytest.mark.parametrize("stranger", [CALL, "", "mz-a-123-x", f"mz-q-{TALK.hex}-x", f"xmz-a-{TALK.hex}-x"])
def test_who_is_not_ours_is_a_caller(stranger: str) -> None:
    assert names.leg(stranger) is None


def test_a_name_that_asterisk_could_not_hold_is_refused() -> None:
    with pytest.raises(Invalid):
        _ = replace(AGENT, call_id="x" * 100).id


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        ("+989121234567", "PJSIP/+989121234567@trunk"), ("sip:204@pbx.example", "PJSIP/204"),
        ("SIPS:maya.h@pbx;transport=tls", "PJSIP/maya.h"), ("client:agent_12", "PJSIP/agent_12"),
        ("agent_12", "PJSIP/agent_12"),
    ],
)  # fmt: skip
def test_where_somebody_is_rung(address: str, endpoint: str) -> None:
    assert names.endpoint(SETTINGS, address) == endpoint


@pytest.mark.parametrize("address", ["sip:a&b@pbx", "sip:a/b@pbx", "", "sip:@pbx", "+98 912"])
def test_an_address_that_would_ring_somebody_else_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        names.endpoint(SETTINGS, address)


def life(joined: int, *, is_missed_first: bool) -> list[Event]:
    """A call to us: perhaps a phone that nobody answers, then one that is answered, hold and back, the end."""
    bridge = {"id": names.room(TALK), "name": CALL, "channels": [CALL, AGENT.id]}
    told = [event("StasisStart", 0)]
    if is_missed_first:
        told.append(event("ChannelDestroyed", 5, AGENT.id, "Ringing", cause=19))
    for second in range(joined):
        told.append(event("ChannelEnteredBridge", 10 + second, CALL, bridge=bridge))
        told.append(event("ChannelEnteredBridge", 10 + second, AGENT.id, bridge=bridge))
    end = 40 + joined
    return [*told, event("StasisEnd", end), event("ChannelDestroyed", end + 0.5, cause=16)]


def ended(told: list[Event]) -> Call:
    call = Call(call_id=CALL, status="ringing", started_at=BEGIN)
    known = set()
    for said in told:
        raw = heard.raw_of(said)
        assert raw is not None
        if raw.external_id in known:
            continue
        known.add(raw.external_id)
        for one in heard.read(raw, NUMBER, "IR"):
            assert isinstance(one, CallChange)
            call = call.changed(one.status, one.sequence, one.at, is_leg=one.leg_of is not None)
    return call


@given(st.data(), st.integers(0, 3), st.booleans())
def test_order_and_repetition_change_nothing(data: st.DataObject, joined: int, is_missed_first: bool) -> None:
    told = life(joined, is_missed_first=is_missed_first)
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    shuffled = data.draw(st.permutations([*told, *again]))
    assert ended(shuffled) == ended(told)
    assert ended(told).outcome == ("handled" if joined else "abandoned")


def test_one_event_has_one_id_and_another_has_another() -> None:
    ids = [raw.external_id for each in life(2, is_missed_first=True) if (raw := heard.raw_of(each)) is not None]
    assert len(set(ids)) == len(ids)
    assert heard.raw_of(event("ChannelDtmfReceived", 1, digit="4")) is None, "it may be the number of a card"
    assert heard.raw_of(event("StasisStart", 1, Leg("r", TALK, "1").id)) is None


@pytest.mark.parametrize(
    ("cause", "status"), [(17, "busy"), (19, "no_answer"), (16, "no_answer"), (1, "failed"), (26, "canceled")]
)
def test_why_nobody_answered(cause: int, status: str) -> None:
    (change,) = read(event("ChannelDestroyed", 9, Leg("c", TALK, "3").id, "Ringing", cause=cause))
    assert (change.status, change.attempt, change.interaction_id) == (status, 3, TALK)


def test_a_colleague_who_was_called_in_and_leaves_may_have_had_the_call() -> None:
    guest = Leg("p", TALK, f"agent_{MAYA.hex}")
    party, agent = read(event("ChannelDestroyed", 9, guest.id, "Up", cause=16))
    assert (party.status, agent.status, agent.agent_id) == ("left", "left", MAYA)
    (missed,) = read(event("ChannelDestroyed", 9, guest.id, "Ringing", cause=17))
    assert isinstance(missed, PartyLeg)


def test_a_message_belongs_to_its_call_and_a_recording_to_its_conversation() -> None:
    made = {"name": names.voicemail(CALL, 5), "duration": 12}
    said = {"type": "RecordingFinished", "timestamp": "2026-11-02T08:00:00.000+0330", "recording": made}
    (message,) = read(said)
    assert (message.call_id, message.is_voicemail, message.seconds) == (CALL, True, 12)
    assert message.at == datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    (recording,) = read(said | {"type": "RecordingFailed", "recording": {"name": Leg("r", TALK, "5").id}})
    assert isinstance(recording, RecordingMade)
    assert (recording.interaction_id, recording.status) == (TALK, "absent")
    (other,) = read(said | {"recording": {"name": "somebody else's"}})
    assert isinstance(other, Ignored)


def test_a_hidden_number_is_a_stranger_and_asks_for_no_call() -> None:
    said = event("StasisStart", 0)
    said["channel"]["caller"]["number"] = "anonymous"
    (change,) = read(said)
    assert change.caller.value == f"anonymous:{CALL}"
    with pytest.raises(Invalid):
        heard.read(heard.callback(CALL, "", NUMBER, BEGIN), NUMBER, "IR")
    (asked,) = heard.read(heard.callback(CALL, "+989121234567", NUMBER, BEGIN), NUMBER, "IR")
    assert isinstance(asked, CallbackAsked)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"type": "StasisStart"}', b"[" * 10_000])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        heard.read(RawInput("x", heard.EVENT, body), NUMBER, "IR")


@given(st.lists(st.sampled_from(life(2, is_missed_first=True))))
def test_what_is_live_is_what_came_and_did_not_go(told: list[Event]) -> None:
    live: dict[str, dict[str, Any]] = {}
    for said in told:
        live = _after(live, said)
        json.dumps(live)
    last = next(
        (
            each["type"]
            for each in reversed(told)
            if each["channel"]["id"] == CALL and each["type"] != "ChannelEnteredBridge"
        ),
        "",
    )
    assert (CALL in live) == (last == "StasisStart")


def test_place_and_minutes_are_said_by_sounds() -> None:
    assert announcement(CallWait()) == []
    assert announcement(CallWait(2, 5)) == [
        "queue-thereare", "number:2", "queue-callswaiting", "queue-holdtime", "number:5", "queue-minutes"
    ]  # fmt: skip


def filled(**more: Any) -> AriSettings:
    usual = {"url": "http://pbx.example:8088/ari", "user": "markaz", "password": "a secret", "number": NUMBER}
    return AriSettings.model_validate(usual | more)


def test_a_password_is_never_shown() -> None:
    assert "a secret" not in repr(filled())
    assert filled().url == "http://pbx.example:8088"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "pbx.example"}, {"url": "http://me:secret@pbx.example"}, {"number": "100"}, {"application": "a,b"},
        {"agent_endpoint": "PJSIP/x"}, {"customer_endpoint": "PJSIP/{number}&PJSIP/2"}, {"user": "a:b"},
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        filled(**wrong)
