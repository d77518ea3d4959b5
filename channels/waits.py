"""What a channel of calls may ask about who waits in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallWait:
    """What a waiting caller may be told."""

    position: int | None = None
    minutes: int | None = None
    offers_callback: bool = False
    leaves_message: bool = False


class WaitingLine(Protocol):
    """Where callers wait."""

    async def of_call(self, account_id: UUID, call_id: str) -> CallWait: ...


class NoLine:
    """Nobody is told anything: for channels without callers."""

    async def of_call(self, account_id: UUID, call_id: str) -> CallWait:  # noqa: ARG002 - nobody waits here
        return CallWait()
