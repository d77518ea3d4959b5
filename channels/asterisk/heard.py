"""What Asterisk's events say of calls: stored words in, what they mean out. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from channels.asterisk import names, originating
from channels.asterisk.causes import unanswered
from channels.asterisk.names import Leg
from channels.base import (
    Address,
    AgentLeg,
    CallbackAsked,
    CallChange,
    CallStatus,
    IdentityKind,
    Ignored,
    RawInput,
    Reading,
)
from channels.spoken import PartyLeg, RecordingMade
from channels.twilio_api import phone
from core.errors import Invalid
from core.telephone import callable_number

EVENT, CALLBACK = "ari.event", "ari.callback"
# Of a channel's life there is one of each; the others may come again.
_ONCE = frozenset({"StasisStart", "StasisEnd", "ChannelDestroyed"})
KEPT = _ONCE | {
    "ChannelStateChange", "ChannelHangupRequest", "ChannelEnteredBridge", "ChannelLeftBridge", "BridgeDestroyed",
    "RecordingFinished", "RecordingFailed",
}  # fmt: skip

Said = Mapping[str, Any]


def raw_of(event: Said) -> RawInput | None:
    """Return the raw input of an event, under an id that is the same whenever Asterisk tells it; None: not kept.

    What is typed is not kept: it may be the number of a card.
    """
    kind, channel = str(event.get("type", "")), event.get("channel") or {}
    whose = names.leg(str(channel.get("id", "")))
    if kind not in KEPT or (whose is not None and whose.role in ("w", "r")):
        return None
    parts = [kind, str(channel.get("id", ""))]
    if kind in _ONCE:
        parts.append(str(channel.get("creationtime", "")))
    else:
        others = (("bridge", "id"), ("recording", "name"), ("channel", "state"))
        parts += [str((event.get(thing) or {}).get(name, "")) for thing, name in others]
        parts.append(str(event.get("timestamp", "")))
    body = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
    return RawInput(":".join(parts), EVENT, body)


def callback(call_id: str, caller: str, called: str, at: datetime) -> RawInput:
    """Return the raw input of who pressed the key to be called back."""
    said = {"call": call_id, "caller": caller, "called": called, "at": at.isoformat()}
    return RawInput(f"callback:{call_id}", CALLBACK, json.dumps(said).encode())


def read(raw: RawInput, number: str, region: str) -> list[Reading]:
    """Say what a stored event means; `number` is ours, `region` that of numbers without a country code."""
    try:
        event = json.loads(raw.body)
        if raw.kind == CALLBACK:
            return [_callback_asked(event, region)]
        if raw.kind == originating.STOPPED:
            return [originating.read_stopped(event)]
        found = _read(event, number, region)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise Invalid("This is not an event of Asterisk as we know it.") from error
    return found or [Ignored(str(event["type"]))]


def _read(event: Said, number: str, region: str) -> list[Reading]:
    kind, at = event["type"], moment(event)
    if kind in ("RecordingFinished", "RecordingFailed"):
        return _recorded(event, at)
    if kind == "ChannelEnteredBridge":
        return _met(event, number, at)
    if kind not in (*_ONCE, "ChannelStateChange"):
        return []
    leg = names.leg(event["channel"]["id"])
    if leg is None:
        return _caller(event, at, region)
    return _ours(leg, event, number, at)


def _caller(event: Said, at: datetime, region: str) -> list[Reading]:
    """Somebody who called us: they wait from the moment at which they are in our hands, until they are not."""
    states: Mapping[str, CallStatus] = {
        "StasisStart": "waiting",
        "StasisEnd": "completed",
        "ChannelDestroyed": "completed",
    }
    if event["type"] not in states:
        return []
    channel = event["channel"]
    called = str((event.get("args") or [""])[0] or (channel.get("dialplan") or {}).get("exten", ""))
    known = bool(event.get("is_known"))
    who = caller(channel, region)
    return [CallChange(channel["id"], who, called, states[event["type"]], at, is_of_known=known)]


def caller(channel: Said, region: str) -> Address:
    said = str((channel.get("caller") or {}).get("number", ""))
    number = callable_number(said, region)
    return phone.caller(number or said, channel["id"])


def _ours(leg: Leg, event: Said, number: str, at: datetime) -> list[Reading]:
    kind, is_up = event["type"], event["channel"].get("state") == "Up"
    if leg.role in ("c", "d"):
        return _customer(leg, event, number, at) if leg.role == "c" else originating.read(leg, event, at)
    if kind not in ("StasisStart", "ChannelDestroyed"):
        return []
    news: Literal["answered", "missed", "left"] = "answered" if kind == "StasisStart" else "left" if is_up else "missed"
    if leg.role == "p":
        return _guest(leg, news, at)
    agent_id = leg.agent_id
    if agent_id is None:
        raise Invalid("This is no agent of ours.")
    if not leg.call_id or news == "left":
        return [AgentLeg(leg.interaction_id, agent_id, news)]
    if news == "missed":
        return [_leg_change(leg, "waiting", number, at)]
    # That they hear each other is told by the bridge.
    return []


def _customer(leg: Leg, event: Said, number: str, at: datetime) -> list[Reading]:
    """A customer whom we call: joined when they answer, since the agent is there before."""
    channel, kind = event["channel"], event["type"]
    if kind == "ChannelStateChange":
        status: CallStatus | None = "ringing" if channel.get("state") in ("Ring", "Ringing") else None
    elif kind == "ChannelDestroyed" and channel.get("state") != "Up":
        status = unanswered(event)
    else:
        status = "joined" if kind == "StasisStart" else "completed"
    if status is None:
        return []
    whose = Address(IdentityKind.PHONE, str((channel.get("connected") or {}).get("number", "")))
    attempt = int(leg.label)
    return [CallChange(leg.id, whose, number, status, at, interaction_id=leg.interaction_id, attempt=attempt)]


def _guest(leg: Leg, news: Literal["answered", "missed", "left"], at: datetime) -> list[Reading]:
    found: list[Reading] = [PartyLeg(leg.interaction_id, leg.label, news, at)]
    if news == "left" and leg.agent_id is not None:
        # A colleague who was called in may have the call by now.
        found.append(AgentLeg(leg.interaction_id, leg.agent_id, "left"))
    return found


def _met(event: Said, number: str, at: datetime) -> list[Reading]:
    """An agent and a caller are in the bridge of their conversation: they hear each other."""
    bridge = event["bridge"]
    call_id = str(bridge.get("name") or "")
    there = {*map(str, bridge.get("channels") or ()), str(event["channel"]["id"])}
    if names.interaction_of(bridge["id"]) is None or call_id not in there:
        return []
    agents = [leg for leg in map(names.leg, sorted(there)) if leg is not None and leg.call_id == call_id]
    entered = str(event["channel"]["id"])
    return [_leg_change(leg, "joined", number, at) for leg in agents if entered in (leg.id, call_id)]


def _leg_change(leg: Leg, status: CallStatus, number: str, at: datetime) -> CallChange:
    whose = Address(IdentityKind.PHONE, "")
    found = CallChange(leg.call_id, whose, number, status, at, leg_of=leg.agent_id)
    return replace(found, is_of_known=True)


def _recorded(event: Said, at: datetime) -> list[Reading]:
    made = event["recording"]
    name, seconds = str(made["name"]), int(made.get("duration") or 0)
    is_there = event["type"] == "RecordingFinished"
    call_id, leg = names.voicemail_call(name), names.leg(name)
    if call_id is not None:
        return [RecordingMade(name, call_id, "completed" if is_there else "absent", seconds, at, is_voicemail=True)]
    if leg is None or leg.role != "r":
        return []
    return [RecordingMade(name, name, "completed" if is_there else "absent", seconds, at, leg.interaction_id)]


def _callback_asked(said: Said, region: str) -> CallbackAsked:
    number = callable_number(said["caller"], region)
    if number is None:
        raise Invalid("This is no number to call.")
    at = datetime.fromisoformat(said["at"])
    return CallbackAsked(said["call"], phone.caller(number, said["call"]), said["called"], number, at)


def moment(event: Said) -> datetime:
    """Return Asterisk's moment: when it said so, with the zone that it is in."""
    at = datetime.fromisoformat(str(event["timestamp"]))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
