"""Whose phone shows a token: asked of the database once in a while, forgotten at once when it changes."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from core.events import LoggedEvent
from core.ids import StaffId
from core.secrets import Keyring, digest
from geo import store
from geo.shift import Shift
from geo.store import sql
from storage.database import Database

# What ends a token or changes a shift; heard by every process that takes positions.
FOLLOWED = ("device.changed", "technician.saved", "staff.rights_changed")
_KEPT_SECONDS = 30.0
_KEPT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that was recognised."""

    id: UUID
    technician_id: StaffId
    secret: bytes | None
    shift: Shift


class Devices:
    """Recognises phones. What it knows is at most half a minute old, and younger than any change that was told."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        self._db, self._keys = db, keys
        self._known: OrderedDict[str, tuple[float, Phone]] = OrderedDict()
        self._round = 0

    def hear(self, _: LoggedEvent) -> None:
        """Listen to the feed: somebody's phone, shift or rights changed."""
        self._known.clear()
        self._round += 1

    def known(self, token: str) -> Phone | None:
        """Return a phone that showed its token a moment ago, which is nearly always."""
        known = self._known.get(token)
        return known[1] if known is not None and time.monotonic() < known[0] else None

    async def find(self, token: str) -> Phone | None:
        known = self.known(token)
        if known is not None:
            return known
        began = self._round
        row = await self._db.row(sql.find_device, token_hash=digest(token))
        if row is None:
            self._known.pop(token, None)
            return None
        sealed = row["secret"]
        secret = None if sealed is None else self._keys.open(bytes(sealed), f"geo_device:{row['id']}")
        found = Phone(row["id"], row["technician_id"], secret, store.shift(row))
        # What was read while something changed may be of before.
        if began == self._round:
            self._known[token] = (time.monotonic() + _KEPT_SECONDS, found)
            if len(self._known) > _KEPT_MOST:
                self._known.popitem(last=False)
        return found
