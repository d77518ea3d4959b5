"""Calls that are dialled before an agent is found: what the dialer asks of a telephone channel, and what it hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable
from uuid import UUID

if TYPE_CHECKING:
    from channels.base import Account

DialStatus = Literal["ringing", "answered", "completed", "busy", "no_answer", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class CallScript:
    """What a dialled call does by itself: whoever takes it into a conversation in time breaks it off.

    After `wait_seconds` of silence `message` is said, or the recording at `play_url` played; then it hangs up. A
    `stop_key` pressed meanwhile is told. `is_machine_asked`: the carrier says who answered, while the call goes on.
    """

    ring_seconds: int
    caller_id: str = ""
    wait_seconds: int = 0
    message: str = ""
    play_url: str = ""
    language: str = "en-US"
    stop_key: str = ""
    is_machine_asked: bool = False


@dataclass(frozen=True, slots=True)
class AskedCall:
    """A call that was asked for, of which nobody knows whether it was placed. Empty caller: the account's."""

    attempt_id: UUID
    number: str
    caller_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DialNews:
    """News of a call that the dialer placed, by its own id, which came back in the carrier's address for it."""

    attempt_id: UUID
    call_id: str
    at: datetime
    status: DialStatus | None = None
    sequence: int = -1
    is_machine: bool = False
    has_pressed_stop: bool = False


@runtime_checkable
class Originates(Protocol):
    """A channel by which calls can be placed for the dialer."""

    async def originate(self, account: Account[Any], attempt_id: UUID, number: str, script: CallScript) -> str:
        """Place a call; returns the carrier's id of it. Raises Unavailable, RateLimited, Invalid or Uncertain."""
        ...

    async def find_originated(self, account: Account[Any], asked: AskedCall) -> str | None:
        """Look up whether the carrier has taken a call; returns its id."""
        ...

    async def dial_status(self, account: Account[Any], call_id: str) -> DialStatus:
        """Ask how it stands."""
        ...

    async def hang_up(self, account: Account[Any], call_id: str) -> None: ...
