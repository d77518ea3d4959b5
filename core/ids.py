"""Ids: UUID version 7, so that rows lie on disk in the order in which they came."""

from __future__ import annotations

import secrets
import time
from typing import NewType
from uuid import UUID

BranchId = NewType("BranchId", UUID)
StaffId = NewType("StaffId", UUID)


def uuid7() -> UUID:
    """Return a time-ordered, unguessable id (RFC 9562): 48 bits of milliseconds, 74 bits of chance."""
    return _made(time.time_ns() // 1_000_000, secrets.randbits(74))


def many_uuid7(count: int) -> list[UUID]:
    """Return so many such ids: the kernel is asked for chance once, which is most of what an id costs."""
    now, chance = time.time_ns() // 1_000_000, secrets.token_bytes(10 * count)
    return [_made(now, int.from_bytes(chance[at : at + 10]) >> 6) for at in range(0, 10 * count, 10)]


def _made(milliseconds: int, chance: int) -> UUID:
    return UUID(
        int=(milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1))
    )
