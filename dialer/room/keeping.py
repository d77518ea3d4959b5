"""Keeping house: what nobody tells is asked, what nobody dials is taken back, what is over has its consequence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from uuid import UUID

from core.errors import MarkazError
from dialer.attempts import Attempts
from dialer.outcomes import PAUSING, UNDELIVERED, Outcome
from dialer.room.asking import ASKED_SECONDS, Carrier
from dialer.store import sql
from storage.database import Database

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_LOOK_EVERY_SECONDS = 5.0
# After the ringing its end should have been told; and of a talk that goes on it is asked now and then whether it does.
_RING_MORE_SECONDS = 15.0
_TALK_SECONDS = 30.0


class Keeping:
    """The room's turns beside dialling."""

    def __init__(self, db: Database, attempts: Attempts, carrier: Carrier) -> None:
        self._db, self._attempts, self._carrier = db, attempts, carrier
        self._kept_at = self._looked_at = float("-inf")
        # Which calls were found to go on, and when.
        self._going_on: dict[UUID, float] = {}

    async def turn(self, now: float) -> None:
        if now - self._kept_at >= _EVERY_SECONDS:
            self._kept_at = now
            await self._settle()
            await self._texts()
            await self._previews()
        if now - self._looked_at >= _LOOK_EVERY_SECONDS:
            self._looked_at = now
            await self._unheard(now)

    async def _settle(self) -> None:
        """A conversation that was closed without a word of how it ended: the attempt's own outcome counts."""
        for row in await self._db.rows(sql.unsettled_attempts):
            async with self._db.transaction() as tx:
                await self._attempts.lock(tx, row["id"])
                await self._attempts.settle(tx, row["id"])

    async def _texts(self) -> None:
        for row in await self._db.rows(sql.texts_under_way):
            outcome: Outcome = "sent"
            if row["delivery"] == "failed":
                outcome = UNDELIVERED.get(row["fault"], "failed")
            await self._end(row["id"], outcome)
            if row["fault"] in PAUSING:
                async with self._db.transaction() as tx:
                    await tx.value(sql.pause_campaign, id=row["campaign_id"], why=PAUSING[row["fault"]])

    async def _previews(self) -> None:
        for row in await self._db.rows(sql.stale_previews, now=self._attempts.clock()):
            await self._end(row["id"], "skipped")

    async def _end(self, attempt_id: UUID, outcome: Outcome) -> None:
        async with self._db.transaction() as tx:
            row = await self._attempts.lock(tx, attempt_id)
            if row is not None and row["state"] != "over" and row["state"] in ("preview", "ringing"):
                await self._attempts.over(tx, row, outcome, self._attempts.clock())

    async def _unheard(self, now: float) -> None:
        self._going_on = {each: at for each, at in self._going_on.items() if now - at < _TALK_SECONDS}
        rows = await self._db.rows(
            sql.unheard_attempts,
            now=self._attempts.clock(),
            but=list(self._going_on),
            asked_seconds=ASKED_SECONDS,
            ring_more_seconds=_RING_MORE_SECONDS,
            talk_seconds=_TALK_SECONDS,
        )
        for row in rows:
            if row["state"] == "asked" and row["call_id"] is None:
                await _one(self._carrier.look_up(row["id"]))
            else:
                self._going_on[row["id"]] = now
                await _one(self._carrier.check(row["id"]))


async def _one(look: Awaitable[None]) -> None:
    try:
        await look
    except MarkazError as error:
        log.warning("the carrier does not say what became of a call: %s", error.detail)
