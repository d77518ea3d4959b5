"""Calls and those who are in them, at Asterisk: ringing, bringing together, music, leaving.

Everything may be done twice. Who is in a call is asked each time; nothing is remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.asterisk import names
from channels.asterisk.client import Already, Asterisk, Missing, Refused
from channels.asterisk.names import Leg
from channels.base import Uncertain
from channels.calls import Guest
from core.errors import Invalid, NotFound

RING_SECONDS = 30
_LOOKS = 3
_PAUSE_SECONDS = 0.3
# Marks in a leg's end that we hung up on it, not the person at it (Q.850, cause 26).
SENT_OUT = {"reason": "answered_elsewhere"}


class NotJoined(Invalid):
    """The caller and the agent are not in one call."""


class CallerGone(Invalid):
    """The caller has hung up."""


async def ring(
    ari: Asterisk,
    channel_id: str,
    address: str,
    caller: str,
    *,
    seconds: int = RING_SECONDS,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Ring somebody, who comes into our application when they answer; an id that is there already is rung already.

    Raises Refused when nothing could be rung, Uncertain when nobody knows.
    """
    query = {
        "endpoint": names.endpoint(ari.settings, address),
        "app": ari.settings.application,
        "timeout": str(seconds),
        "callerId": caller,
    }
    try:
        await ari.make("channels", channel_id, variables=variables or {}, **query)
    except Already:
        return
    except Refused:
        # Some versions call an id that is taken a bad parameter.
        if await ari.find("channels", channel_id) is None:
            raise
    except Uncertain:
        if not await _has_come(ari, channel_id):
            raise


async def _has_come(ari: Asterisk, channel_id: str) -> bool:
    for _ in range(_LOOKS):
        if await ari.find("channels", channel_id) is not None:
            return True
        await asyncio.sleep(_PAUSE_SECONDS)
    return False


async def legs(ari: Asterisk, interaction_id: UUID) -> list[tuple[Leg, dict[str, Any]]]:
    """Return our channels of a conversation, with what Asterisk says of each."""
    listed = await ari.get("channels")
    known = [(names.leg(str(each["id"])), each) for each in listed]
    return [(leg, each) for leg, each in known if leg is not None and leg.interaction_id == interaction_id]


async def seat(ari: Asterisk, leg: Leg) -> None:
    """Bring somebody who has answered into their call; the customer comes from where they wait.

    They come last themselves: whoever is in a bridge was brought in before, and the call may be elsewhere by now.
    """
    if await is_placed(ari, leg.id):
        return
    bridge = await open_room(ari, leg.interaction_id, leg.call_id)
    if leg.call_id:
        caller = await ari.find("channels", leg.call_id)
        if caller is None:
            await ari.delete("channels", leg.id, **SENT_OUT)
            return
        await _put(ari, bridge, leg.call_id)
    if leg.label.startswith(names.LISTENER):
        await ari.post("channels", leg.id, "mute", direction="in")
    await _put(ari, bridge, leg.id)


async def is_placed(ari: Asterisk, channel_id: str) -> bool:
    """Tell whether somebody is in a bridge already."""
    return any(channel_id in bridge["channels"] for bridge in await ari.get("bridges"))


async def open_room(ari: Asterisk, interaction_id: UUID, call_id: str = "") -> dict[str, Any]:
    """Return the bridge of a conversation, made when it is not there; it bears the caller's id as its name."""
    name = names.room(interaction_id)
    known = {"name": call_id} if call_id else {}
    return await _bridge(ari, name, type="mixing", **known)


async def park(ari: Asterisk, bridge_id: str, channel_id: str) -> None:
    """Let somebody hear music, in a bridge of those who do."""
    await _put(ari, await _bridge(ari, bridge_id, type="holding"), channel_id)


async def _bridge(ari: Asterisk, bridge_id: str, **query: str) -> dict[str, Any]:
    found = await ari.find("bridges", bridge_id)
    if found is None:
        with suppress(Already, Uncertain):
            found = await ari.post("bridges", bridge_id, **query)
    made: dict[str, Any] = found or await ari.get("bridges", bridge_id)
    return made


async def _put(ari: Asterisk, bridge: dict[str, Any], channel_id: str) -> None:
    """Put a channel into a bridge; it leaves the one where it is."""
    if channel_id not in bridge["channels"]:
        await ari.post("bridges", str(bridge["id"]), "addChannel", channel=channel_id)


async def hold(ari: Asterisk, account_id: UUID, interaction_id: UUID, call_id: str, *, is_held: bool) -> None:
    """Move the customer between the conversation and music. Raises NotJoined when they are in neither."""
    room, music = names.room(interaction_id), names.held(account_id)
    there = {str(each["id"]) for each in await ari.get("bridges") if call_id in each["channels"]}
    if not there & {room, music}:
        raise NotJoined
    if is_held and room in there:
        await park(ari, music, call_id)
    elif not is_held and music in there:
        await _put(ari, await open_room(ari, interaction_id), call_id)


async def mute(ari: Asterisk, interaction_id: UUID, label: str, *, is_muted: bool) -> None:
    found = await _up(ari, interaction_id, label)
    if found is None:
        raise NotJoined
    await hear(ari, found, is_heard=not is_muted)


async def hear(ari: Asterisk, channel_id: str, *, is_heard: bool) -> None:
    if is_heard:
        await ari.delete("channels", channel_id, "mute", direction="in")
    else:
        await ari.post("channels", channel_id, "mute", direction="in")


async def press(ari: Asterisk, interaction_id: UUID, whom: str, keys: str) -> None:
    """Send tones to somebody of a call: a third person by their label, the customer by their channel."""
    await ari.post("channels", await _up(ari, interaction_id, whom) or whom, "dtmf", dtmf=keys)


async def _up(ari: Asterisk, interaction_id: UUID, label: str) -> str | None:
    """Return the channel of who is in the call under this name, connected."""
    for leg, channel in await legs(ari, interaction_id):
        if leg.label == label and leg.role in ("a", "p") and channel["state"] == "Up":
            return leg.id
    return None


async def is_in(ari: Asterisk, interaction_id: UUID, label: str) -> bool:
    return await _up(ari, interaction_id, label) is not None


async def call_in(ari: Asterisk, interaction_id: UUID, guest: Guest) -> None:
    """Ring somebody for a call that is under way, unless they are there or on the way."""
    known = await legs(ari, interaction_id)
    if all(leg.label != guest.label for leg, _ in known):
        await ring(ari, Leg("p", interaction_id, guest.label).id, guest.address, ari.settings.number)


async def change(ari: Asterisk, interaction_id: UUID, guest: Guest, beside: str, *, is_heard: bool) -> None:
    """Let a supervisor be heard by nobody, by all, or whisper to one agent.

    A whisper goes through a corner of its own: there the supervisor hears what the agent hears and says, and what the
    supervisor says goes into the agent's ear alone.
    """
    me = await _up(ari, interaction_id, guest.label)
    if me is None:
        raise NotFound("They are not in the call.")
    whisper = Leg("w", interaction_id, guest.label)
    corner = names.corner(interaction_id, guest.label)
    if guest.mode != "whisper":
        await hear(ari, me, is_heard=is_heard)
        await _put(ari, await open_room(ari, interaction_id), me)
        await ari.delete("channels", whisper.id)
        await ari.delete("bridges", corner)
        return
    agent = await _up(ari, interaction_id, beside)
    if agent is None:
        raise NotJoined("The agent is not in the call.")
    bridge = await _bridge(ari, corner, type="mixing")
    query = {"spy": "both", "whisper": "out", "app": ari.settings.application}
    if await ari.find("channels", whisper.id) is None:
        # It comes into the corner when it enters our application (`reacting`).
        await ari.post("channels", agent, "snoop", whisper.id, **query)
    await _put(ari, bridge, me)
    await hear(ari, me, is_heard=True)


async def send_out(ari: Asterisk, interaction_id: UUID, label: str) -> None:
    """Hang up on one person; the others stay."""
    for leg, _ in await legs(ari, interaction_id):
        if leg.label == label and leg.role in ("a", "p"):
            await ari.delete("channels", leg.id, **SENT_OUT)


async def leave_corner(ari: Asterisk, leg: Leg) -> None:
    """Tidy up after a supervisor who is gone."""
    await ari.delete("channels", Leg("w", leg.interaction_id, leg.label).id)
    await ari.delete("bridges", names.corner(leg.interaction_id, leg.label))


async def end(ari: Asterisk, interaction_id: UUID) -> None:
    """Hang up on everybody of a conversation, those too who are still rung, and those on hold."""
    ours = await legs(ari, interaction_id)
    bridge = await ari.find("bridges", names.room(interaction_id))
    callers = {leg.call_id for leg, _ in ours if leg.call_id}
    if bridge is not None:
        callers |= {str(bridge.get("name") or ""), *map(str, bridge["channels"])}
    for leg, channel in ours:
        is_rung = leg.role in ("a", "p") and channel["state"] != "Up"
        await ari.delete("channels", leg.id, **(SENT_OUT if is_rung else {}))
    await _hang_up(ari, callers - {leg.id for leg, _ in ours} - {""})
    await ari.delete("bridges", names.room(interaction_id))


async def _hang_up(ari: Asterisk, channel_ids: Iterable[str]) -> None:
    for channel_id in sorted(channel_ids):
        await ari.delete("channels", channel_id)


async def end_call(ari: Asterisk, call_id: str) -> None:
    """Hang up on a caller or a customer whom we called, and on whoever was in that call."""
    await ari.delete("channels", call_id)
    interaction_id = await conversation_of(ari, call_id)
    if interaction_id is not None:
        await end(ari, interaction_id)


async def conversation_of(ari: Asterisk, call_id: str) -> UUID | None:
    """Find the conversation of a customer's channel, which may be gone: by its name, its room, or who was rung."""
    ours = names.leg(call_id)
    if ours is not None:
        return ours.interaction_id
    for bridge in await ari.get("bridges"):
        found = names.interaction_of(str(bridge["id"]))
        if found is not None and bridge.get("name") == call_id:
            return found
    for channel in await ari.get("channels"):
        leg = names.leg(str(channel["id"]))
        if leg is not None and leg.call_id == call_id:
            return leg.interaction_id
    return None


async def must_be_there(ari: Asterisk, call_id: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = await ari.get("channels", call_id)
    except Missing as error:
        raise CallerGone from error
    return found
