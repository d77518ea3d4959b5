"""What failed again and again: an operator sees it and runs it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from access.model import Permission
from core.actor import Actor
from core.errors import Forbidden, NotFound
from core.events import Event
from storage.database import Database, sql


class QuarantinedJob(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: int
    kind: str
    key: str | None
    payload: dict[str, Any]
    attempts: int
    last_error: str | None
    quarantined_at: datetime
    created_at: datetime


class JobReleased(Event, kind="job.released"):
    job_id: int

    def subject(self) -> str:
        return f"job:{self.job_id}"


class Quarantine:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list_all(self, actor: Actor) -> list[QuarantinedJob]:
        _must(actor, Permission.OPERATIONS_READ)
        rows = await self._db.rows(sql.list_quarantine, after=0, most=200)
        return [QuarantinedJob(**dict(row)) for row in rows]

    async def release(self, actor: Actor, job_id: int) -> None:
        """Run it again, from its first attempt."""
        _must(actor, Permission.OPERATIONS_MANAGE)
        async with self._db.transaction(actor) as tx:
            if not await tx.run(sql.release_job, id=job_id):
                raise NotFound
            tx.emit(JobReleased(job_id=job_id))


def _must(actor: Actor, permission: Permission) -> None:
    actor.must(permission)
    if actor.branches is not None:
        raise Forbidden("The quarantine is the whole organisation's.")
