"""Calls of the dialer by Asterisk: what a call does by itself goes with it, and is done here when somebody answers.

Asterisk says nothing by itself once we are gone: a call that was answered then is silent until the line of events is
open again. It speaks no words and does not tell machines from people, so what would need that is refused beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.asterisk import names, rooms
from channels.asterisk.causes import unanswered
from channels.asterisk.client import Asterisk
from channels.asterisk.names import Leg
from channels.base import Ignored, RawInput, Reading
from channels.originate import CallScript, DialNews, DialStatus
from core.errors import Invalid, Unavailable

STOPPED = "ari.stopped"
_SCRIPT = "MARKAZ_SCRIPT"
_STATES: Mapping[str, DialStatus] = {"Up": "answered"}


@dataclass(frozen=True, slots=True)
class Recital:
    """What whoever answers hears when nobody takes the call: after so many seconds a sound, ended by a key."""

    wait_seconds: float
    sound: str
    stop_key: str


def recital(script: CallScript, sound: str) -> Recital:
    """Turn a script into what Asterisk can do; `sound` is the account's own. Raises Invalid for what it cannot."""
    if script.is_machine_asked:
        raise Invalid("Asterisk does not tell machines from people: switch off that it is asked.")
    heard = script.play_url or sound
    if script.message and not heard:
        raise Invalid("Asterisk speaks no words: give the campaign a recording, or the account a sound for campaigns.")
    return Recital(script.wait_seconds, heard, script.stop_key)


async def originate(ari: Asterisk, attempt_id: UUID, number: str, script: CallScript) -> str:
    """Ring a number under the attempt's own id, which Asterisk takes once while the call lives."""
    said = recital(script, ari.settings.campaign_sound)
    if await ari.find("applications", ari.settings.application) is None:
        raise Unavailable("Asterisk knows of nobody who listens to its events, so that no call is placed.")
    call_id = call_of(attempt_id)
    script_words = json.dumps([said.wait_seconds, said.sound, said.stop_key])
    caller = script.caller_id or ari.settings.number
    await rooms.ring(ari, call_id, number, caller, seconds=script.ring_seconds, variables={_SCRIPT: script_words})
    return call_id


def call_of(attempt_id: UUID) -> str:
    return Leg("d", attempt_id, "1").id


async def status(ari: Asterisk, call_id: str) -> DialStatus:
    """Ask how a call stands; of one that is gone and whose end was never told nobody knows more than that."""
    channel = await ari.find("channels", call_id)
    return "failed" if channel is None else _STATES.get(str(channel["state"]), "ringing")


async def recital_of(ari: Asterisk, call_id: str) -> Recital:
    """Return what goes with a call."""
    found = await ari.get("channels", call_id, "variable", variable=_SCRIPT)
    wait_seconds, sound, stop_key = json.loads(found["value"])
    return Recital(float(wait_seconds), str(sound), str(stop_key))


async def is_taken(ari: Asterisk, leg: Leg) -> bool:
    """Tell whether somebody has this call: its conversation's room is there, or is being made for an agent."""
    return await ari.find("bridges", names.room(leg.interaction_id)) is not None


def stopped(call_id: str, at: datetime) -> RawInput:
    """Return the raw input of who pressed the key to be called no more."""
    return RawInput(f"stopped:{call_id}", STOPPED, json.dumps({"call": call_id, "at": at.isoformat()}).encode())


def read_stopped(said: Mapping[str, Any]) -> DialNews:
    leg = names.leg(said["call"])
    if leg is None:
        raise Invalid("This is no call of the dialer.")
    return DialNews(leg.interaction_id, leg.id, datetime.fromisoformat(said["at"]), has_pressed_stop=True)


def read(leg: Leg, event: Mapping[str, Any], at: datetime) -> list[Reading]:
    """Say what an event means for the attempt whose call it is of."""
    kind, state = event["type"], event["channel"].get("state")
    if kind == "ChannelStateChange":
        found: DialStatus | None = "ringing" if state in ("Ring", "Ringing") else None
    elif kind == "ChannelDestroyed" and state != "Up":
        found = unanswered(event)
    else:
        found = "answered" if kind == "StasisStart" else "completed"
    if found is None:
        return [Ignored(f"state {state!r}")]
    return [DialNews(leg.interaction_id, leg.id, at, found)]
