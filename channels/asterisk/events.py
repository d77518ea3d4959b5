"""The line on which Asterisk tells: kept open, each event committed before anything is done about it.

After every connection, and again every few minutes, what Asterisk has is compared with what we knew: a call that ended
while the line was down ends here too, and who came in meanwhile is answered. What we knew is the account's place.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectorError, ClientError, WSMsgType, WSServerHandshakeError

from channels.asterisk import heard, names, rooms
from channels.asterisk.client import Asterisk, unreachable
from channels.asterisk.reacting import Reactions
from channels.asterisk.settings import AriSettings
from channels.base import Account, ChannelContext, RawInput
from channels.flows import Played, Ringing
from core.errors import Invalid, Unavailable
from core.tasks import Tasks

log = logging.getLogger(__name__)

RECONCILE_SECONDS = 300.0
WAIT_TURN_SECONDS = 5.0
_PING_SECONDS = 20.0
_LONGEST_EVENT = 1 << 20

Event = Mapping[str, Any]


async def follow(context: ChannelContext, account: Account[AriSettings], ari: Asterisk) -> None:
    """Listen until the line drops; raises Unavailable then, and whoever calls connects again."""
    try:
        async with (
            ari.socket(heartbeat=_PING_SECONDS, max_msg_size=_LONGEST_EVENT) as socket,
            Tasks(f"ari:{account.name}") as tasks,
        ):
            line = Line(context, account, ari, tasks)
            await line.reconcile()
            await context.inbox.report(account, None)
            tasks.loop("reconcile", line.reconcile_later)
            tasks.loop("waiting", line.tell_waiting, pause_seconds=WAIT_TURN_SECONDS)
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _hear(line, message.data)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        raise _broken(error) from error
    raise Unavailable("Asterisk closed the line of events.", fault="unreachable")


async def _hear(line: Line, text: str) -> None:
    """Take one event; one that is not as we know them stops no other. Raises Unavailable when others are told."""
    try:
        event = json.loads(text)
        if event["type"] == "ApplicationReplaced":
            raise Unavailable("Another program listens as this application: give each a name of its own.")
        await line.take(event)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("an event of Asterisk is not understood: %r", error)


async def probe(ari: Asterisk) -> None:
    """Open the line for a moment, which makes the application known to Asterisk. Raises Unavailable."""
    try:
        async with asyncio.timeout(_PING_SECONDS), ari.socket():
            await ari.get("applications", ari.settings.application)
    except (ClientError, TimeoutError, OSError) as error:
        raise _broken(error) from error


def _broken(error: Exception) -> Unavailable:
    if isinstance(error, WSServerHandshakeError):
        is_refused = error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        words = (
            "does not accept the user or the password" if is_refused else f"opens no line of events ({error.status})"
        )
        return Unavailable(f"Asterisk {words}.", fault="password" if is_refused else "protocol")
    if isinstance(error, ClientConnectorError):
        return unreachable(error)
    return Unavailable("Asterisk's line of events broke.", fault="unreachable")


class Line:
    """What is known of an account's channels: id to when it was made and whether it has answered."""

    def __init__(self, context: ChannelContext, account: Account[AriSettings], ari: Asterisk, tasks: Tasks) -> None:
        self._context, self._account, self._ari = context, account, ari
        self._reactions = Reactions(context, account, ari, tasks)
        self._live: dict[str, dict[str, Any]] = dict((account.place or {}).get("live", {}))
        self._turn = asyncio.Lock()
        self._told: dict[str, float] = {}

    async def take(self, event: Event) -> None:
        """Commit what was told, then act on it."""
        played = await self._flow(event)
        raw = heard.raw_of(event)
        async with self._turn:
            live = _after(self._live, event)
            place = None if live == self._live else {"live": live}
            raws = [] if raw is None else [raw]
            if raws or place is not None:
                await self._context.inbox.deliver(self._account, raws, place)
            self._live = live
        self._reactions.react(event, played)

    async def _flow(self, event: Event) -> Played | None:
        """Ask the account's flow for a caller before the call is told: until the flow is done nobody else has it."""
        if event.get("type") != "StasisStart" or names.leg(event["channel"]["id"]) is not None:
            return None
        channel = event["channel"]
        number = heard.caller(channel, self._context.settings.default_region).value
        caller = number if number.startswith("+") else ""
        called = str((channel.get("dialplan") or {}).get("exten", ""))
        return await self._context.flows.begin(self._account.id, Ringing(channel["id"], caller, called))

    # --- what was missed

    async def reconcile_later(self) -> None:
        await asyncio.sleep(RECONCILE_SECONDS)
        await self.reconcile()

    async def reconcile(self) -> None:
        """Compare: the gone are told to be gone, the new to have come, and rooms without a customer are ended."""
        there = {str(each["id"]): each for each in await self._ari.get("channels")}
        bridges = await self._ari.get("bridges")
        in_app = await self._ari.get("applications", self._ari.settings.application)
        now = self._context.clock().isoformat()
        for channel_id, known in list(self._live.items()):
            if channel_id not in there or there[channel_id].get("creationtime") != known["made"]:
                await self.take(_end(channel_id, known, now))
        bridged = {str(each) for bridge in bridges for each in bridge["channels"]}
        for channel_id in map(str, in_app.get("channel_ids") or ()):
            if channel_id in there and channel_id not in bridged:
                await self._found(there[channel_id], now)
        await self._met(bridges, there, now)
        await self._emptied(bridges, there)

    async def _found(self, channel: dict[str, Any], now: str) -> None:
        """Somebody is in our hands and in no bridge: they have come, or were not brought on before we were cut off."""
        leg, channel_id = names.leg(str(channel["id"])), str(channel["id"])
        if leg is None and self._reactions.is_spoken_to(channel_id):
            return
        if leg is None or (leg.role in ("a", "c", "d", "p") and channel["state"] == "Up"):
            await self.take({"type": "StasisStart", "timestamp": now, "args": [], "channel": channel})
        elif channel_id not in self._live:
            # Still rung: its end will be told, or found.
            await self.take({"type": "ChannelStateChange", "timestamp": now, "channel": channel})

    async def _met(self, bridges: list[dict[str, Any]], there: Mapping[str, Any], now: str) -> None:
        """An agent and a caller who hear each other, of which the telling may have been missed."""
        raws = []
        for bridge in bridges:
            for channel_id in map(str, bridge["channels"]):
                leg = names.leg(channel_id)
                if leg is not None and leg.call_id and leg.call_id in bridge["channels"] and channel_id in there:
                    event = {
                        "type": "ChannelEnteredBridge",
                        "timestamp": now,
                        "bridge": bridge,
                        "channel": there[channel_id],
                    }
                    made = there[channel_id].get("creationtime", "")
                    raws.append(RawInput(f"met:{channel_id}:{made}", heard.EVENT, json.dumps(event).encode()))
        if raws:
            await self._context.inbox.deliver(self._account, raws)

    async def _emptied(self, bridges: list[dict[str, Any]], there: Mapping[str, Any]) -> None:
        for bridge in bridges:
            interaction_id, call_id = names.interaction_of(str(bridge["id"])), str(bridge.get("name") or "")
            if interaction_id is not None and ((call_id and call_id not in there) or not bridge["channels"]):
                ours = await rooms.legs(self._ari, interaction_id)
                if (call_id and call_id not in there) or not ours:
                    await rooms.end(self._ari, interaction_id)

    # --- who waits

    async def tell_waiting(self) -> None:
        """Say to each who waits where they stand, not too often."""
        bridge = await self._ari.find("bridges", names.waiting(self._account.id))
        waiting = [] if bridge is None else [str(each) for each in bridge["channels"]]
        self._told = {each: at for each, at in self._told.items() if each in waiting}
        for call_id in waiting:
            now, told = time.monotonic(), self._told.get(call_id)
            if told is not None and now - told < self._account.settings.announce_seconds:
                continue
            self._told[call_id] = now
            wait = await self._context.line.of_call(self._account.id, call_id)
            try:
                await self._reactions.tell_waiting(call_id, wait)
            except Invalid:
                # Gone, or joined with somebody meanwhile.
                continue


def _after(live: dict[str, dict[str, Any]], event: Event) -> dict[str, dict[str, Any]]:
    """Return what is live after an event; another channel of the same name is another channel. Pure."""
    channel = event.get("channel")
    if not isinstance(channel, Mapping) or not channel.get("id"):
        return live
    channel_id, made = str(channel["id"]), str(channel.get("creationtime", ""))
    leg, kind = names.leg(channel_id), event.get("type")
    if leg is not None and leg.role in ("w", "r"):
        return live
    known = live.get(channel_id)
    if kind == "ChannelDestroyed" or (kind == "StasisEnd" and leg is None):
        is_other = known is not None and known["made"] != made
        return live if is_other else {each: value for each, value in live.items() if each != channel_id}
    if leg is None and kind != "StasisStart":
        return live
    is_up = kind == "StasisStart" or (known is not None and known["made"] == made and known["up"])
    return {**live, channel_id: {"made": made, "up": is_up}}


def _end(channel_id: str, known: Mapping[str, Any], now: str) -> Event:
    """Return what Asterisk would have told; why it ended nobody knows."""
    channel = {"id": channel_id, "creationtime": known["made"], "state": "Up" if known["up"] else "Down"}
    return {"type": "ChannelDestroyed", "timestamp": now, "cause": 0, "channel": channel, "is_known": True}
