"""What a channel of telephone calls is: the contract of those that join callers with agents and place calls."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from channels.base import Account, CallStatus, Channel


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """What an agent's browser phone signs in with at the carrier; `expires_at` is a Unix time."""

    identity: str
    token: str
    expires_at: int


# `simulated` carries no sound: the carrier's double answers for the agent.
PhoneKind = Literal["none", "simulated", "twilio"]


class VoiceChannel(Channel):
    """A channel of calls that are joined with an agent."""

    def phone_key(self, account: Account[Any], agent_id: UUID) -> PhoneKey | None:  # noqa: ARG002 - for subclasses
        """Return the key to an agent's browser phone; None where the account has none."""
        return None

    @abstractmethod
    async def join(self, account: Account[Any], call_id: str, interaction_id: UUID, agent_id: UUID) -> None:
        """Bring the waiting caller and the agent's phone together. Repeating it has no second effect."""

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
    async def ring_agent(self, account: Account[Any], interaction_id: UUID, agent_id: UUID) -> None:
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
