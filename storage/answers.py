"""Kept answers to writes that came with an Idempotency-Key: a key has at most one effect, crash or not."""

from __future__ import annotations

from typing import Any

from core.errors import Conflict
from storage.database import Database, sql


class Answers:
    """A key is reserved before the work and filled after it.

    Between the two, and for ever after a crash there, the same key is refused: whether the work was done can be looked
    up, but it is never done twice.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def begin(self, actor: str, key: str, request_hash: bytes) -> tuple[int, Any] | None:
        """Reserve the key, or return the answer that it has; Conflict for another request or an unfinished one."""
        reserved = await self._db.value(sql.reserve_answer, actor=actor, key=key, request_hash=request_hash)
        if reserved is not None:
            return None
        row = await self._db.row(sql.find_answer, actor=actor, key=key)
        if row is None:
            raise Conflict("The request with this Idempotency-Key has just been refused; try again.")
        if bytes(row["request_hash"]) != request_hash:
            raise Conflict("This Idempotency-Key was used for another request.")
        if row["status"] == 0:
            raise Conflict(
                "The request with this Idempotency-Key is not finished, or was cut off; look before you repeat it."
            )
        return row["status"], row["body"]

    async def keep(self, actor: str, key: str, status: int, body: Any) -> None:
        await self._db.run(sql.keep_answer, actor=actor, key=key, status=status, body=body)

    async def drop(self, actor: str, key: str) -> None:
        await self._db.run(sql.drop_answer, actor=actor, key=key)
