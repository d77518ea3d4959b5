"""What a caller hears and says: Say, Play, Pause, Gather, Record, and the ways out of a document."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

from simulator import verbs as v
from simulator.script import End, Script, Step

_SPEECH_SECONDS = 5.0
"""A simulated person speaks this long into a <Record> and then falls silent."""


async def prompt(script: Script, verb: v.Prompt) -> Step:
    _hear(script, verb)
    await script.exchange.ground.clock.sleep(verb.seconds)
    return None


async def gather(script: Script, verb: v.Gather) -> Step:
    """Collect keys; without any, the next verb follows. Keys cut the prompt short."""
    for one in verb.prompts:
        _hear(script, one)
    pressed, last = await _collect(script, verb)
    if not pressed and not verb.acts_on_empty:
        return None
    return script.follow(verb.action, verb.method, {"Digits": pressed, "FinishedOnKey": last})


async def _collect(script: Script, verb: v.Gather) -> tuple[str, str]:
    """Return the keys, and the one that ended them (none when time or `numDigits` did)."""
    pressed = ""
    patience = sum(one.seconds for one in verb.prompts) + verb.silence_seconds
    while verb.digits is None or len(pressed) < verb.digits:
        key = await script.digit(patience)
        if key is None or key in verb.finish_on_key:
            return pressed, key or ""
        pressed += key
        patience = verb.silence_seconds
    return pressed, ""


async def record(script: Script, verb: v.Record) -> Step:
    """Record until a key, silence, the limit, or the end of the call."""
    recordings = script.exchange.recordings
    recording = recordings.begin(verb.recording, "RecordVerb", call_sid=script.leg.sid)
    script.exchange.note(script.leg, "● beep")
    try:
        key = await script.digit(min(verb.max_seconds, _SPEECH_SECONDS + verb.silence_seconds))
    except asyncio.CancelledError:
        recordings.finish(recording.sid)
        script.tell("record action", verb.action, verb.method, _recorded(script, recording.sid, "hangup"))
        raise
    recordings.finish(recording.sid)
    return script.follow(verb.action, verb.method, _recorded(script, recording.sid, key or ""))


def _recorded(script: Script, sid: str, digits: str) -> dict[str, str]:
    recordings = script.exchange.recordings
    seconds = recordings.all.need(sid).recorded.total_seconds()
    return {
        "RecordingSid": sid,
        "RecordingUrl": recordings.url(sid),
        "RecordingDuration": str(round(seconds)),
        "Digits": digits,
    }


def _hear(script: Script, verb: v.Prompt) -> None:
    if isinstance(verb, v.Say):
        script.exchange.note(script.leg, f"“{verb.text}”")
    elif isinstance(verb, v.Play):
        script.exchange.note(script.leg, f"♪ {unquote(verb.url) or verb.digits}")


async def leave(_script: Script, _verb: v.Leave) -> Step:
    return End.LEAVE


async def hang_up(_script: Script, _verb: v.Hangup) -> Step:
    return End.HANG_UP


async def reject(_script: Script, verb: v.Reject) -> Step:
    return End.BUSY if verb.is_busy else End.REJECTED


async def redirect(script: Script, verb: v.Redirect) -> Step:
    return script.follow(verb.url, verb.method, {})


async def message(script: Script, _verb: v.Message) -> Step:
    """Pass over <Message>: it belongs to texts, and in a call Twilio would only warn."""
    script.exchange.ground.alert(12200, "<Message> does not belong into a call")
    return None
