"""Waiting work that needs a person to look at it: supervisors in scope hear of it, and the log keeps it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

from access.model import Permission
from core.errors import NotFound
from notices.model import DocumentRef, Notice
from notices.service import Notices
from routing.values import AlertReason, WorkAlert
from storage.database import Row, Tx

_TOLD_MOST = 50


class Alerts:
    """Raises each alert of a work once: `which` tells those of one reason apart."""

    # So many offers may fail before somebody is told.
    TOLERATED: ClassVar[int] = 3

    def __init__(self, notices: Notices | None) -> None:
        self._notices = notices

    async def raise_for(self, tx: Tx, work: Row, reason: AlertReason, which: str, queue_name: str) -> None:
        tx.emit(
            WorkAlert(
                work_id=work["id"],
                work_kind=work["kind"],
                channel=work["channel"],
                queue_id=work["queue_id"],
                queue_name=queue_name,
                branch_id=work["branch_id"],
                reason=reason,
            )
        )
        if self._notices is not None:
            people = await self._notices.who_may(tx, Permission.WORK_SUPERVISE, work["branch_id"], _TOLD_MOST)
            notice = Notice(kind="work_alert", source=f"{reason}:{work['id']}:{which}", text=queue_name)
            await self.tell(tx, people, DocumentRef(kind=work["kind"], id=work["id"]), notice)

    async def tell(self, tx: Tx, people: Collection[UUID], ref: DocumentRef, notice: Notice) -> None:
        """Let the bell ring; work of a kind that is no document has none, and goes on all the same."""
        if self._notices is not None:
            with suppress(NotFound):
                await self._notices.notify(tx, people, ref, notice)
