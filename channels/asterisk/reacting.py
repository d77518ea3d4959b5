"""What is done at Asterisk on hearing its events: callers are answered, who was rung is brought in, rooms are ended.

Only after the event was committed, and so that it may be done twice: after a restart all of it is looked at again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from channels.asterisk import heard, names, originating, rooms
from channels.asterisk.client import Asterisk, Missing
from channels.asterisk.names import Leg
from channels.asterisk.settings import AriSettings
from channels.asterisk.speaking import Mouth, Turns
from channels.base import Account, ChannelContext, RawInput
from channels.flows import Played, sound_url
from channels.waits import CallWait
from core.errors import Invalid, MarkazError, Unavailable
from core.tasks import Tasks
from core.telephone import callable_number

log = logging.getLogger(__name__)

_TRIES = 4
_PAUSE_SECONDS = 0.3
_AT_ONCE = 32
# Whoever hangs up a telephone means it (Q.850, normal call clearing); a line that broke may come back.
_MEANT = 16
_CALLBACK_KEY = "1"

Event = Mapping[str, Any]


class Reactions:
    """For one account, while its events are heard."""

    def __init__(self, context: ChannelContext, account: Account[AriSettings], ari: Asterisk, tasks: Tasks) -> None:
        self._context, self._account, self._ari, self._tasks = context, account, ari, tasks
        address_of = partial(sound_url, context.settings.base_url, context.keys)
        self.mouth = Mouth(ari, account.id, context.flows, Turns(self._placed, self._wait), address_of)
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def react(self, event: Event, played: Played | None = None) -> None:
        """Begin to do what an event asks for; of one call it is done in order."""
        kind = event.get("type")
        if kind == "PlaybackFinished":
            self._played(event["playback"])
        elif kind == "ChannelDtmfReceived":
            self._typed(event["channel"]["id"], str(event["digit"]))
        elif kind == "StasisStart":
            self._begin(event["channel"]["id"], lambda: self._come(event, played))
        elif kind in ("StasisEnd", "ChannelDestroyed"):
            self._begin(event["channel"]["id"], lambda: self._gone(event))
        elif kind in ("RecordingFinished", "RecordingFailed"):
            call_id = names.voicemail_call(event["recording"]["name"])
            if call_id is not None:
                self._begin(call_id, lambda: self._ari.delete("channels", call_id))

    def is_spoken_to(self, call_id: str) -> bool:
        return call_id in self.mouth.ears

    def _begin(self, channel_id: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        leg = names.leg(channel_id)
        key = channel_id if leg is None else leg.call_id or leg.interaction_id.hex
        self._tasks.start(f"react:{channel_id}", self._in_turn(key, channel_id, work))

    async def _in_turn(self, key: str, channel_id: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            for attempt in range(1, _TRIES + 1):
                try:
                    async with self._gate:
                        await work()
                except Unavailable as error:
                    # Also when nobody knows whether it was done: all of it may be done twice.
                    log.warning("Asterisk, %s: %s", channel_id, error.detail)
                    await asyncio.sleep(_PAUSE_SECONDS * attempt)
                except Missing:
                    # Gone already; its end is told too.
                    return
                except Invalid as error:
                    log.warning("Asterisk, %s: %s", channel_id, error.detail)
                    break
                else:
                    return
            await self._give_up(channel_id)

    async def _give_up(self, channel_id: str) -> None:
        """Who cannot be brought in is not left in silence: their phone is hung up on, and the call goes on waiting."""
        if names.leg(channel_id) is not None:
            with suppress(MarkazError):
                await self._ari.delete("channels", channel_id)

    # --- somebody is there

    async def _come(self, event: Event, played: Played | None) -> None:
        leg = names.leg(event["channel"]["id"])
        if leg is None:
            await self._greet(event["channel"]["id"], played)
        elif leg.role == "w":
            await self._ari.post("bridges", names.corner(leg.interaction_id, leg.label), "addChannel", channel=leg.id)
        elif leg.role == "d":
            await self._dialled(leg)
        elif leg.role != "r":
            await rooms.seat(self._ari, leg)

    async def _dialled(self, leg: Leg) -> None:
        """Somebody whom the dialer called has answered: an agent takes them in time, or a sound is said to them."""
        if self.is_spoken_to(leg.id) or await originating.is_taken(self._ari, leg):
            return
        said = await originating.recital_of(self._ari, leg.id)
        self.mouth.begin(leg.id)
        self._tasks.start(f"recital:{leg.id}", self._recite(leg, said))

    async def _recite(self, leg: Leg, said: originating.Recital) -> None:
        try:
            await asyncio.sleep(said.wait_seconds)
            if await originating.is_taken(self._ari, leg):
                return
            keys = await self.mouth.recite(leg.id, said.sound, has_key=bool(said.stop_key))
            if said.stop_key and keys == said.stop_key:
                now = self._context.clock()
                await self._context.inbox.deliver(self._account, [originating.stopped(leg.id, now)])
            if not await originating.is_taken(self._ari, leg):
                await self._ari.delete("channels", leg.id)
        except MarkazError as error:
            # Gone, mostly; whoever is still there is found in no bridge by the next comparison, and hears it then.
            log.info("%s was not told to its end: %s", leg.id, error.detail)
        finally:
            self.mouth.ears.pop(leg.id, None)

    async def _greet(self, call_id: str, played: Played | None) -> None:
        if self.is_spoken_to(call_id) or await rooms.is_placed(self._ari, call_id):
            # Told once more, and found when the line was opened.
            return
        await self._ari.post("channels", call_id, "answer")
        if played is not None:
            self.mouth.begin(call_id)
            # Spoken to at length, and not in the way of what else happens to this call.
            self._tasks.start(f"flow:{call_id}", self._follow(call_id, played))
            return
        await self._wait(call_id)
        if self._account.settings.greeting_sound:
            await self.mouth.announce(call_id, [self._account.settings.greeting_sound])

    async def _follow(self, call_id: str, played: Played) -> None:
        try:
            await self.mouth.follow(call_id, played)
        except Invalid as error:
            log.info("%s left the call flow: %s", call_id, error.detail)

    async def _wait(self, call_id: str) -> None:
        await rooms.park(self._ari, names.waiting(self._account.id), call_id)

    async def _placed(self, call_id: str, played: Played) -> None:
        """A flow is done with a caller: that is committed before it is acted on."""
        now = self._context.clock()
        channel = await self._ari.get("channels", call_id)
        raws = []
        if played.is_placed:
            event = {"type": "StasisStart", "timestamp": now.isoformat(), "channel": channel}
            raws.append(RawInput(f"placed:{call_id}", heard.EVENT, json.dumps(event, sort_keys=True).encode()))
        if played.callback:
            raws.append(heard.callback(call_id, played.callback, self._account.settings.number, now))
        await self._context.inbox.deliver(self._account, raws)

    # --- somebody is gone

    async def _gone(self, event: Event) -> None:
        channel_id = event["channel"]["id"]
        leg = names.leg(channel_id)
        if leg is None or leg.role in ("c", "d"):
            self.mouth.ears.pop(channel_id, None)
            interaction_id = await rooms.conversation_of(self._ari, channel_id)
            if interaction_id is not None:
                await rooms.end(self._ari, interaction_id)
        elif event["type"] == "ChannelDestroyed" and leg.role in ("a", "p"):
            await self._left(leg, event)

    async def _left(self, leg: Leg, event: Event) -> None:
        """An agent who hangs up their telephone ends the call, and so does whoever was the last to speak with it."""
        if leg.label.startswith(names.LISTENER):
            await rooms.leave_corner(self._ari, leg)
        is_meant = event["channel"].get("state") == "Up" and event.get("cause") == _MEANT
        if not (is_meant and leg.is_speaker):
            return
        others = [each for each, _ in await rooms.legs(self._ari, leg.interaction_id) if each.is_speaker]
        if leg.role == "a" or not others:
            await rooms.end(self._ari, leg.interaction_id)

    # --- keys and sounds

    def _typed(self, call_id: str, key: str) -> None:
        if call_id in self.mouth.ears:
            self.mouth.ears[call_id].typed(key)
        elif key == _CALLBACK_KEY and self._account.settings.callback_sound and names.leg(call_id) is None:
            self._begin(call_id, lambda: self._ask_back(call_id))

    def _played(self, playback: Event) -> None:
        for ear in self.mouth.ears.values():
            ear.played(str(playback["id"]))

    async def _ask_back(self, call_id: str) -> None:
        """Who waits and presses the key is called back, where that is offered and the number is shown."""
        bridge = await self._ari.find("bridges", names.waiting(self._account.id))
        wait = await self._context.line.of_call(self._account.id, call_id)
        channel = await self._ari.find("channels", call_id)
        if bridge is None or channel is None or call_id not in bridge["channels"] or not wait.offers_callback:
            return
        number = callable_number(heard.caller(channel, self._context.settings.default_region).value)
        if number is None:
            return
        asked = heard.callback(call_id, number, self._account.settings.number, self._context.clock())
        await self._context.inbox.deliver(self._account, [asked])
        await self._ari.delete("channels", call_id)

    # --- who waits

    async def tell_waiting(self, call_id: str, wait: CallWait) -> None:
        """Say where somebody stands, or let them leave a message."""
        known = self._account.settings
        if wait.leaves_message:
            self._begin(call_id, lambda: self._take_message(call_id))
            return
        sounds = announcement(wait) if known.says_place else []
        if wait.offers_callback and known.callback_sound:
            sounds.append(known.callback_sound)
        if sounds:
            await self.mouth.announce(call_id, sounds)

    async def _take_message(self, call_id: str) -> None:
        if self.is_spoken_to(call_id):
            return
        await self._ari.post("bridges", names.waiting(self._account.id), "removeChannel", channel=call_id)
        self.mouth.begin(call_id)
        self._tasks.start(f"message:{call_id}", self._record_message(call_id))

    async def _record_message(self, call_id: str) -> None:
        stamp = int(self._context.clock().timestamp())
        try:
            await self.mouth.message(call_id, [self._account.settings.voicemail_sound], stamp)
        except MarkazError as error:
            # Whoever is still there is found in no bridge by the next comparison, and waits again.
            log.warning("no message is taken from %s: %s", call_id, error.detail)
            self.mouth.ears.pop(call_id, None)


def announcement(wait: CallWait) -> list[str]:
    """Say place and minutes by the sounds that come with Asterisk."""
    said: list[str] = []
    if wait.position is not None:
        said += ["queue-thereare", f"number:{wait.position}", "queue-callswaiting"]
    if wait.minutes is not None:
        said += ["queue-holdtime", f"number:{wait.minutes}", "queue-minutes"]
    return said
