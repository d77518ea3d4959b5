"""Further people in a conference, and the recording of a call, at Twilio.

A recording is of the caller's leg in two channels, so that it holds what the customer said and heard, and nothing of
what a supervisor whispers or of what is said while the customer is on hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal

from aiohttp import ClientError, ClientTimeout
from yarl import URL

from channels.calls import Guest
from channels.twilio_api import outgoing
from channels.twilio_api.client import credentials
from channels.twilio_api.errors import CallOver, Missing
from core.errors import Invalid, NotFound, Unavailable
from core.fetch.content import read_capped

_LONGEST_SOUND_BYTES = 200 << 20
_SECONDS = 60.0
_EVENTS = ("answered", "completed")
_LIVE = ("in-progress", "paused")
_STATES = {"on": "in-progress", "paused": "paused", "off": "stopped"}


async def call_in(client: Any, room: str, number: str, guest: Guest, callback: str, beside: str) -> None:
    """Call somebody in, unless they are there or on the way; `beside` is the label of whom they coach."""
    present = await outgoing.participants(client, room)
    if any(one.label == guest.label for one in present):
        return
    more: dict[str, Any] = {"end_conference_on_exit": False}
    if guest.mode != "speak":
        more["beep"] = "false"
    if guest.mode == "monitor":
        more["muted"] = True
    if guest.mode == "whisper":
        more |= {"coaching": True, "call_sid_to_coach": _sid(present, beside)}
    await outgoing.invite(client, room, number, guest.address, guest.label, callback, _EVENTS, **more)


async def change(client: Any, room: str, guest: Guest, beside: str, *, is_heard: bool) -> None:
    present = await outgoing.participants(client, room)
    one = next((each for each in present if each.label == guest.label), None)
    if one is None:
        raise NotFound("They are not in the call.")
    if guest.mode == "whisper":
        await one.update_async(muted=False, coaching=True, call_sid_to_coach=_sid(present, beside))
    else:
        await one.update_async(muted=not is_heard, coaching=False)


async def send_out(client: Any, room: str, label: str) -> None:
    """End one leg without ending the conference, whatever was said of it before."""
    for one in await outgoing.participants(client, room):
        if one.label == label:
            with suppress(CallOver, Missing):
                await one.update_async(end_conference_on_exit=False)
            with suppress(CallOver, Missing):
                await client.calls(one.call_sid).update_async(status="completed")


async def bind(client: Any, room: str, label: str, *, ends: bool) -> None:
    for one in await outgoing.participants(client, room):
        if label in (one.label, one.call_sid):
            with suppress(CallOver, Missing):
                await one.update_async(end_conference_on_exit=ends)


async def record(client: Any, call_sid: str, callback: str, wanted: Literal["on", "paused", "off"]) -> bool:
    """Bring the recording of a call into a state. True once Twilio says that it is in it."""
    listed = await client.calls(call_sid).recordings.list_async(limit=20)
    live = [one for one in listed if one.status in _LIVE]
    if not live:
        if wanted != "on":
            return True
        made = await client.calls(call_sid).recordings.create_async(
            recording_channels="dual",
            recording_status_callback=callback,
            recording_status_callback_event=["completed", "absent"],
        )
        return str(made.status) == "in-progress"
    state = _STATES[wanted]
    said = []
    for one in live:
        if one.status != state:
            more = {"pause_behavior": "skip"} if wanted == "paused" else {}
            changed = await client.calls(call_sid).recordings(one.sid).update_async(status=state, **more)
            said.append(str(changed.status) in (state, "processing", "completed", "stopped"))
    return all(said)


async def sound(client: Any, account_sid: str, recording_sid: str) -> bytes:
    """Return the WAV; 404 means that Twilio still works on it, unless the recording itself is gone."""
    transport = client.http_client
    address = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Recordings/{recording_sid}"
    url = transport.aim(f"{address}.wav")
    try:
        async with transport.session.get(
            URL(url, encoded=True),
            headers=credentials(client.auth),
            allow_redirects=False,
            timeout=ClientTimeout(total=_SECONDS),
        ) as answer:
            if answer.status == NotFound.status:
                # Raises Missing when there is no such recording.
                await client.recordings(recording_sid).fetch_async()
                raise Unavailable("Twilio still works on the recording.")
            if answer.status != _OK:
                raise Unavailable(f"Twilio does not hand out a recording ({answer.status}).")
            return await read_capped(answer, _LONGEST_SOUND_BYTES)
    except (ClientError, TimeoutError, OSError) as error:
        raise Unavailable("Twilio does not hand out a recording.") from error


async def delete(client: Any, recording_sid: str) -> None:
    with suppress(Missing):
        await client.recordings(recording_sid).delete_async()


def _sid(present: Sequence[Any], label: str) -> str:
    found = next((str(one.call_sid) for one in present if one.label == label), None)
    if found is None:
        raise Invalid("The agent is not in the call.")
    return found


_OK = 200
