"""What a machine says to callers at Asterisk, and what they type: sounds, keys, and messages after the tone.

Asterisk speaks no words: what has no sound is left out. Who is being spoken to is known to this process alone; after a
restart their flow is asked where it is, and says its last words once more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from channels.asterisk import names
from channels.asterisk.client import Already, Asterisk
from channels.flows import CallFlows, Dial, Gather, HangUp, Heard, Played, Say, TakeMessage, Wait

log = logging.getLogger(__name__)

_LONGEST_SOUND_SECONDS = 300.0
_MESSAGE_SECONDS = "180"
_SILENCE_SECONDS = "8"
_END_KEY = "#"
_MOST_KEYS = 40
_KEY_SECONDS = 4.0


@dataclass
class Ear:
    """What Asterisk tells of one caller who is spoken to."""

    keys: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(_MOST_KEYS))
    playing: dict[str, asyncio.Event] = field(default_factory=dict)

    def typed(self, key: str) -> None:
        if not self.keys.full():
            self.keys.put_nowait(key)

    def played(self, playback_id: str) -> None:
        if playback_id in self.playing:
            self.playing[playback_id].set()


@dataclass(frozen=True, slots=True)
class Turns:
    """What is done when a flow puts a caller through to people: told first, then done."""

    placed: Callable[[str, Played], Awaitable[None]]
    wait: Callable[[str], Awaitable[None]]


class Mouth:
    """Speaks to the callers of one account."""

    def __init__(
        self, ari: Asterisk, account_id: UUID, flows: CallFlows, turns: Turns, address_of: Callable[[str], str]
    ) -> None:
        """`address_of`: where Asterisk fetches a sound of a flow."""
        self._ari, self._account_id, self._flows, self._turns = ari, account_id, flows, turns
        self._address_of = address_of
        self.ears: dict[str, Ear] = {}

    def begin(self, call_id: str) -> Ear:
        """From now on a caller is spoken to."""
        return self.ears.setdefault(call_id, Ear())

    async def follow(self, call_id: str, played: Played) -> None:
        """Lead a caller through a flow until people have them, or they are gone."""
        ear = self.begin(call_id)
        try:
            now: Played | None = played
            while now is not None:
                now = await self._turn(call_id, ear, now)
        finally:
            if self.ears.get(call_id) is ear:
                del self.ears[call_id]

    async def message(self, call_id: str, sounds: Sequence[str], stamp: int) -> None:
        """Let somebody leave a message; its end is told as that of any recording."""
        ear = self.begin(call_id)
        await self._say(call_id, ear, sounds, is_cut=False)
        query = {
            "name": names.voicemail(call_id, stamp),
            "format": "wav",
            "maxDurationSeconds": _MESSAGE_SECONDS,
            "maxSilenceSeconds": _SILENCE_SECONDS,
            "beep": "true",
            "terminateOn": "any",
            "ifExists": "fail",
        }
        await self._ari.post("channels", call_id, "record", **query)

    async def announce(self, call_id: str, sounds: Sequence[str]) -> None:
        """Say something to who waits, without waiting for its end; the music goes on after it."""
        await self._play(call_id, f"mz-{uuid4().hex}", sounds)

    async def recite(self, call_id: str, sound: str, *, has_key: bool) -> str:
        """Say one sound to its end; with `has_key` a key cuts it short, and is waited for a little after it."""
        ear = self.begin(call_id)
        if has_key:
            return await self._keys(call_id, ear, [sound] if sound else [], digits=1, seconds=_KEY_SECONDS)
        await self._say(call_id, ear, [sound] if sound else [], is_cut=False)
        return ""

    async def _turn(self, call_id: str, ear: Ear, played: Played) -> Played | None:
        """Do what a flow says, up to what it waits for; return what it says next, None when it is done."""
        if played.is_placed or played.callback:
            await self._turns.placed(call_id, played)
        for verb in played.verbs:
            match verb:
                case Say():
                    await self._say(call_id, ear, self._sounds([verb]), is_cut=False)
                case Gather() | Dial():
                    # A number outside is not put through to: the flow goes on as if nobody had answered there.
                    keys = await self._gather(call_id, ear, verb) if isinstance(verb, Gather) else ""
                    return await self._flows.hear(self._account_id, Heard(call_id, played.turn, keys))
                case Wait() | TakeMessage() | HangUp():
                    await self._end(call_id, verb, played.turn)
                    return None
        return None

    async def _end(self, call_id: str, verb: Wait | TakeMessage | HangUp, turn: int) -> None:
        if isinstance(verb, Wait):
            await self._turns.wait(call_id)
        elif isinstance(verb, TakeMessage):
            await self.message(call_id, self._sounds(verb.said), turn)
        else:
            await self._ari.delete("channels", call_id)

    async def _gather(self, call_id: str, ear: Ear, verb: Gather) -> str:
        return await self._keys(call_id, ear, self._sounds(verb.said), digits=verb.digits, seconds=verb.seconds)

    async def _keys(self, call_id: str, ear: Ear, sounds: Sequence[str], *, digits: int | None, seconds: float) -> str:
        """Say, and take keys until there are enough; a key cuts short what is said."""
        await self._say(call_id, ear, sounds, is_cut=True)
        typed = ""
        while digits is None or len(typed) < digits:
            try:
                async with asyncio.timeout(seconds):
                    key = await ear.keys.get()
            except TimeoutError:
                break
            if key == _END_KEY and digits is None:
                break
            typed += key
        return typed

    def _sounds(self, said: Sequence[Say]) -> list[str]:
        return [self._address_of(each.sound) for each in said if each.sound]

    async def _say(self, call_id: str, ear: Ear, sounds: Sequence[str], *, is_cut: bool) -> None:
        if not sounds or (is_cut and not ear.keys.empty()):
            return
        playback = f"mz-{uuid4().hex}"
        over = ear.playing[playback] = asyncio.Event()
        try:
            await self._play(call_id, playback, sounds)
            await self._until(ear, over, is_cut=is_cut)
            if not over.is_set():
                await self._ari.delete("playbacks", playback)
        finally:
            del ear.playing[playback]

    async def _until(self, ear: Ear, over: asyncio.Event, *, is_cut: bool) -> None:
        """Wait for the end of a sound, or for a key; the key stays to be taken."""
        try:
            async with asyncio.timeout(_LONGEST_SOUND_SECONDS):
                if not is_cut:
                    await over.wait()
                    return
                ended, typed = asyncio.create_task(over.wait()), asyncio.create_task(ear.keys.get())
                try:
                    await asyncio.wait((ended, typed), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ended.cancel()
                    if not typed.cancel():
                        _put_back(ear, typed.result())
        except TimeoutError:
            log.warning("a sound did not end in time")

    async def _play(self, call_id: str, playback: str, sounds: Sequence[str]) -> None:
        media = ",".join(_media(each) for each in sounds)
        query: dict[str, Any] = {"media": media, "lang": self._ari.settings.language}
        try:
            await self._ari.post("channels", call_id, "play", playback, **query)
        except Already:
            log.warning("nothing can be played to %s now", call_id)


def _put_back(ear: Ear, key: str) -> None:
    rest = [key]
    while not ear.keys.empty():
        rest.append(ear.keys.get_nowait())
    for each in rest:
        ear.typed(each)


def _media(sound: str) -> str:
    """Return a sound as Asterisk's media URI; a comma would begin the next one."""
    is_uri = sound.startswith(("sound:", "number:", "digits:", "tone:", "recording:"))
    return (sound if is_uri else f"sound:{sound}").replace(",", "%2C")
