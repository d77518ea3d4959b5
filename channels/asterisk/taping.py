"""Recordings of calls: a tap on the customer's channel is recorded.

So a recording holds what the customer said and heard, and nothing of what a supervisor whispers or of what is said
while the customer is on hold. The tap bears the recording's name, by which a recording that runs is found again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal
from uuid import UUID

from aiohttp import ClientError

from channels.asterisk import rooms
from channels.asterisk.client import Already, Asterisk, Missing
from channels.asterisk.names import Leg
from core.errors import Unavailable

_TRIES = 6
_PAUSE_SECONDS = 0.15
_STATES = {"on": "recording", "paused": "paused"}


async def record(
    ari: Asterisk, interaction_id: UUID, call_id: str, wanted: Literal["on", "paused", "off"], stamp: int
) -> bool:
    """Bring the recording of a call into a state. True once Asterisk says that it is in it."""
    taps = [leg for leg, _ in await rooms.legs(ari, interaction_id) if leg.role == "r"]
    if not taps:
        return wanted != "on" or await _begin(ari, interaction_id, call_id, stamp)
    return all([await _bring(ari, tap.id, wanted) for tap in taps])


async def _begin(ari: Asterisk, interaction_id: UUID, call_id: str, stamp: int) -> bool:
    tap = Leg("r", interaction_id, str(stamp)).id
    await ari.post("channels", call_id, "snoop", tap, spy="both", app=ari.settings.application)
    return await _roll(ari, tap)


async def _roll(ari: Asterisk, tap: str) -> bool:
    """Begin once the tap has come into our application, which takes a moment."""
    query = {"name": tap, "format": "wav", "ifExists": "fail", "beep": "false"}
    for _ in range(_TRIES):
        with suppress(Already):
            await ari.post("channels", tap, "record", **query)
            return True
        await asyncio.sleep(_PAUSE_SECONDS)
    await ari.delete("channels", tap)
    return False


async def _bring(ari: Asterisk, tap: str, wanted: Literal["on", "paused", "off"]) -> bool:
    live = await ari.find("recordings", "live", tap)
    if wanted == "off":
        if live is not None:
            with suppress(Missing):
                await ari.post("recordings", "live", tap, "stop")
        await ari.delete("channels", tap)
        return await ari.find("recordings", "live", tap) is None
    if live is None:
        # A tap that records nothing: whoever wants it on begins it, and paused it is already.
        return wanted == "paused" or await _roll(ari, tap)
    if live["state"] != _STATES[wanted]:
        if wanted == "paused":
            await ari.post("recordings", "live", tap, "pause")
        else:
            await ari.delete("recordings", "live", tap, "pause")
        live = await ari.find("recordings", "live", tap)
    return live is not None and live["state"] == _STATES[wanted]


async def sound(ari: Asterisk, name: str) -> bytes:
    """Return the WAV. Missing when there is none."""
    try:
        return await ari.sound("recordings", "stored", name, "file")
    except (ClientError, TimeoutError, OSError) as error:
        raise Unavailable("Asterisk does not hand out a recording.") from error


async def forget(ari: Asterisk, name: str) -> None:
    await ari.delete("recordings", "stored", name)
