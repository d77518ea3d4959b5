"""What a machine says to callers before anybody does: the words of a call flow, for a channel of calls to render."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from core.secrets import Keyring

Language = Literal["en", "ar", "fa"]


@dataclass(frozen=True, slots=True)
class Say:
    """Words for the carrier's voice; with a `sound` that is played instead: an address, or ours (`sound_url`)."""

    words: str
    language: Language
    sound: str = ""
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Gather:
    """Say, and take keys: so many of them, or until the hash key when `digits` is None. Silence is told as no keys."""

    said: tuple[Say, ...]
    digits: int | None
    seconds: int
    kind: Literal["gather"] = "gather"


@dataclass(frozen=True, slots=True)
class Wait:
    """The caller waits for an agent, as callers without a flow do."""

    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """The caller leaves a message after the tone."""

    said: tuple[Say, ...]
    kind: Literal["take_message"] = "take_message"


@dataclass(frozen=True, slots=True)
class Dial:
    """The caller is put through to a number outside; whether it answered is told."""

    number: str
    kind: Literal["dial"] = "dial"


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends."""

    kind: Literal["hang_up"] = "hang_up"


Verb = Say | Gather | Wait | TakeMessage | Dial | HangUp


@dataclass(frozen=True, slots=True)
class Played:
    """What a caller hears next, by turns: what comes back names the `turn` that it answers.

    `is_placed`: from now on the call is work for people. `callback` is the number that is to be called instead.
    `language` is what the caller is spoken to in.
    """

    verbs: tuple[Verb, ...]
    turn: int
    is_placed: bool = False
    callback: str = ""
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that comes in."""

    call_id: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a caller did at a turn: keys, none in time, or the end of a call that was put through."""

    call_id: str
    turn: int
    keys: str = ""
    is_connected: bool = False


class CallFlows(Protocol):
    """Who has flows; the same call or turn told again is answered as before."""

    async def begin(self, account_id: UUID, ringing: Ringing) -> Played | None:
        """Return what a caller hears first; None where the account has no flow."""
        ...

    async def hear(self, account_id: UUID, heard: Heard) -> Played:
        """Return what a caller hears next. Raises NotFound for a call that is in no flow."""
        ...


class NoFlows:
    """Nobody has flows."""

    async def begin(self, account_id: UUID, ringing: Ringing) -> Played | None:  # noqa: ARG002 - no flow is looked for
        return None

    async def hear(self, account_id: UUID, heard: Heard) -> Played:  # noqa: ARG002 - no call is in one
        return Played((HangUp(),), 0)


# --- sounds of ours, for the carrier that fetches them

_PURPOSE = "call-audio"


def sound_url(base_url: str, keys: Keyring, sound: str) -> str:
    """Return where a carrier gets a sound: an address as it is, `sound:<id>:<content>:<name>` by one that we sign.

    The same content has the same address for ever, so that carriers keep it.
    """
    if not sound.startswith("sound:"):
        return sound
    _, _, content_id, name = sound.split(":", 3)
    return f"{base_url}/api/call-audio/{content_id}.{keys.mac(_PURPOSE, content_id)}/{name}"


def sound_of_token(keys: Keyring, token: str) -> UUID | None:
    """Return which content an address of ours is of; None when we did not sign it."""
    content_id, _, mac = token.partition(".")
    return UUID(content_id) if keys.is_mac(_PURPOSE, content_id, mac) else None
