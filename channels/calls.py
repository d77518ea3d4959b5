"""What a channel of telephone calls is: the contract of those that join callers with agents and place calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from channels.base import Account, CallStatus, Channel
from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """What an agent's browser phone signs in with at the carrier; `expires_at` is a Unix time."""

    identity: str
    token: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to be called into a call that is under way, named by `label` there.

    `address` is a number, a SIP address or the carrier's name of a browser phone. `mode`: spoken with, unheard, or
    heard by the agent alone whom they sit beside.
    """

    label: str
    address: str
    mode: Literal["speak", "monitor", "whisper"] = "speak"
    beside: UUID | None = None


# Kinds whose calls are joined here: in rules, queues, lists and figures all of them are one channel, calls.
TELEPHONES = frozenset({"voice", "ari"})


def channel_of(kind: str) -> str:
    """Return what conversations over an account of this kind are called everywhere: a call is a call."""
    return "voice" if kind in TELEPHONES else kind


# `simulated` carries no sound: the carrier's double answers for the agent.
PhoneKind = Literal["none", "simulated", "twilio"]


class VoiceChannel(Channel):
    """A channel of calls that are joined with an agent."""

    def phone_key(self, account: Account[Any], agent_id: UUID) -> PhoneKey | None:  # noqa: ARG002 - for subclasses
        """Return the key to an agent's browser phone; None where the account has none."""
        return None

    @abstractmethod
    async def join(
        self, account: Account[Any], call_id: str, interaction_id: UUID, agent_id: UUID, phone: str = ""
    ) -> None:
        """Bring the waiting caller and the agent's phone together. Repeating it has no second effect.

        `phone` is the number or SIP address at which the agent answers; empty is the phone in the browser.
        """

    def phone_kind(self, account: Account[Any]) -> PhoneKind:  # noqa: ARG002 - for subclasses
        """Say what an agent speaks by in the console."""
        return "none"

    @abstractmethod
    async def mute(self, account: Account[Any], interaction_id: UUID, agent_id: UUID, *, is_muted: bool) -> None:
        """Let the caller hear the agent, or not. A repeat changes nothing; Invalid when they are not joined."""

    @abstractmethod
    async def hold(self, account: Account[Any], interaction_id: UUID, call_id: str, *, is_held: bool) -> None:
        """Put the caller on hold with music, or take them back; otherwise like `mute`."""

    @abstractmethod
    async def hang_up(self, account: Account[Any], call_id: str) -> None:
        """End the call for everyone; a call that is over already is fine."""

    # --- calls that we place: the agent first, then the customer into the same room

    @abstractmethod
    async def ring_agent(self, account: Account[Any], interaction_id: UUID, agent_id: UUID, phone: str = "") -> None:
        """Ring an agent's phone for a call that is to be placed. Repeating it has no second effect."""

    @abstractmethod
    async def dial(self, account: Account[Any], interaction_id: UUID, number: str, attempt: int) -> str:
        """Call a customer into the room of an agent; returns its id. Raises Unavailable, Invalid or Uncertain."""

    @abstractmethod
    async def find_dialled(
        self, account: Account[Any], interaction_id: UUID, number: str, since: datetime
    ) -> str | None:
        """Look up whether the carrier has taken a call to this number since then; returns its id."""

    @abstractmethod
    async def status_of(self, account: Account[Any], call_id: str) -> CallStatus:
        """Ask how a call that we placed stands: for when nobody tells."""

    @abstractmethod
    async def end_room(self, account: Account[Any], interaction_id: UUID) -> None:
        """Hang up on everybody in a room or on the way there; an empty one is fine."""

    # --- further people in a call, and its recording

    def agent_label(self, agent_id: UUID) -> str:
        """Name an agent's leg; a colleague who is called in under this name can take the call over."""
        return f"agent_{agent_id.hex}"

    def browser_phone(self, agent_id: UUID) -> str:
        """Return the address of an agent's phone in the browser."""
        return f"client:{self.agent_label(agent_id)}"

    @abstractmethod
    async def call_in(self, account: Account[Any], interaction_id: UUID, guest: Guest) -> None:
        """Call somebody into a call that is under way. Repeating it has no second effect."""

    @abstractmethod
    async def change_guest(self, account: Account[Any], interaction_id: UUID, guest: Guest, *, is_heard: bool) -> None:
        """Let a supervisor listen, whisper, or speak to both (`is_heard`)."""

    @abstractmethod
    async def send_out(self, account: Account[Any], interaction_id: UUID, label: str) -> None:
        """Hang up on one person; the others stay. Who is not there is fine."""

    @abstractmethod
    async def bind(self, account: Account[Any], interaction_id: UUID, label: str, *, ends: bool) -> None:
        """Say whether the call ends for everybody when this person leaves."""

    @abstractmethod
    async def is_in(self, account: Account[Any], interaction_id: UUID, label: str) -> bool:
        """Ask whether somebody is in the call, connected."""

    @abstractmethod
    async def record(
        self, account: Account[Any], interaction_id: UUID, call_id: str, wanted: Literal["on", "paused", "off"]
    ) -> bool:
        """Record a call, pause that, or end it; true once the carrier has said so. Repeating it has no effect."""

    async def announce(self, account: Account[Any], interaction_id: UUID, call_id: str, language: str) -> None:  # noqa: ARG002 - for subclasses
        """Tell the customer that the call is recorded; that it was said comes back as news. May be said twice.

        Raises Unavailable while the customer is not in the call yet.
        """
        raise Invalid("Nothing can be said into a call here.")

    @abstractmethod
    async def fetch_recording(self, account: Account[Any], recording_id: str) -> bytes:
        """Return the sound as WAV. Raises Unavailable while it is processed, and Invalid when there is none."""

    @abstractmethod
    async def delete_recording(self, account: Account[Any], recording_id: str) -> None:
        """Delete it at the carrier; what is not there is fine."""


class Pressing(ABC):
    """Beside `VoiceChannel`, for those that can send tones into a call; elsewhere keys are pressed at the telephone."""

    @abstractmethod
    async def press(self, account: Account[Any], interaction_id: UUID, whom: str, keys: str) -> None:
        """Send tones to the customer, by the call's id, or to a third person, by their label.

        They are not repeated when nobody knows whether they were sent. Raises Invalid, Unavailable.
        """
