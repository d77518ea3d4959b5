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
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    return UUID(
        int=(milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1))
    )
