"""Single owners: one holder of a name at a time, by the database's clock, with an epoch as the fence."""

from __future__ import annotations

import time
from uuid import uuid4

from core.errors import Conflict
from storage.database import Database, Tx, sql


class LostLease(Conflict):
    """Another process owns this by now; nothing was written."""


class Lease:
    """A name that at most one process holds. Renew well within `ttl_seconds`; write only behind `fence`."""

    def __init__(self, db: Database, name: str, *, ttl_seconds: float = 4.0) -> None:
        self._db = db
        self.name = name
        self.ttl_seconds = ttl_seconds
        self._holder = uuid4()
        self._renewed = float("-inf")
        self.epoch: int | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether this process may still decide: half the lease is a margin, by its own monotonic clock."""
        return self.epoch is not None and time.monotonic() - self._renewed < self.ttl_seconds / 2

    async def renew(self) -> bool:
        """Take or keep the name; True while it is ours. A changed `epoch` means: load your state anew."""
        asked = time.monotonic()
        epoch = await self._db.value(sql.take_lease, name=self.name, holder=self._holder, ttl_seconds=self.ttl_seconds)
        if epoch is None:
            self.epoch = None
            return False
        self.epoch, self._renewed = int(epoch), asked
        return True

    async def keep(self) -> bool:
        """Renew what is a quarter over; True while it is ours. For who asks often and writes behind the fence."""
        if self.epoch is not None and time.monotonic() - self._renewed < self.ttl_seconds / 4:
            return True
        return await self.renew()

    async def drop(self) -> None:
        """Hand over at once."""
        if self.epoch is not None:
            await self._db.run(sql.drop_lease, name=self.name, holder=self._holder)
            self.epoch = None

    async def fence(self, tx: Tx) -> None:
        """Refuse to write in this transaction unless our epoch is still in force; holds it until the commit."""
        if self.epoch is None or await tx.value(sql.lock_epoch, name=self.name, epoch=self.epoch) is None:
            self.epoch = None
            raise LostLease

    async def check(self) -> None:
        """Raise LostLease unless our epoch is in force: for statements that carry it, and that wrote nothing."""
        if self.epoch is None or await self._db.value(sql.lock_epoch, name=self.name, epoch=self.epoch) is None:
            self.epoch = None
            raise LostLease
