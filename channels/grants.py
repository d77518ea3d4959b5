"""What a provider granted us by OAuth 2: where it is kept, and who may renew it. Nothing of it is ever logged."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token until it is to be renewed, and the refresh token that renews it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    renew_at: datetime


class Grants(Protocol):
    """Grants by their origin, the digest of what an administrator entered; the same for all processes."""

    async def known(self, origin: bytes) -> Grant | None:
        """Return what was kept last."""
        ...

    async def claim(self, origin: bytes, seconds: float) -> int | None:
        """Become the one who renews, for so long at most; None while somebody else is."""
        ...

    async def keep(self, origin: bytes, claim: int, grant: Grant) -> None:
        """Keep both tokens in one commit, and end the claim. Whose claim has passed to another keeps nothing."""
        ...

    async def release(self, origin: bytes, claim: int) -> None:
        """End the claim, nothing was granted."""
        ...


class MemoryGrants:
    """Grants of this process alone: for settings that are tried where there is no database."""

    def __init__(self) -> None:
        self._kept: dict[bytes, Grant] = {}
        self._claims: dict[bytes, tuple[int, float]] = {}

    async def known(self, origin: bytes) -> Grant | None:
        return self._kept.get(origin)

    async def claim(self, origin: bytes, seconds: float) -> int | None:
        number, until = self._claims.get(origin, (0, 0.0))
        if time.monotonic() < until:
            return None
        self._claims[origin] = number + 1, time.monotonic() + seconds
        return number + 1

    async def keep(self, origin: bytes, claim: int, grant: Grant) -> None:
        if self._claims[origin][0] == claim:
            self._kept[origin] = grant
        await self.release(origin, claim)

    async def release(self, origin: bytes, claim: int) -> None:
        if self._claims[origin][0] == claim:
            self._claims[origin] = claim, 0.0
