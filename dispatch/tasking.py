"""Technicians have their tasks by text: whoever has a number for it, in their language, with what there is to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Literal
from uuid import UUID

from access.model import Locale
from channels.base import Address, IdentityKind
from consents.wishes import refusal
from core.ids import uuid7
from dispatch import store
from dispatch.store import sql
from interactions.addresspost import AddressPost
from interactions.posted import Posted
from storage import jobs
from storage.database import Database, Row, Tx

Task = Literal["task", "task_off"]
_JOB = "visit.task"
_USUAL: tuple[Locale, ...] = ("en", "ar", "fa")
# Fills in a text in all its languages.
Filling = Callable[[Tx, Row, Mapping[Locale, str]], Awaitable[dict[Locale, str]]]


def told_as(values: Mapping[str, Any], person: UUID) -> Task | None:
    """Return what somebody has to know of a visit; nothing of one for which nobody was sent yet.

    >>> told_as({"technician_id": UUID(int=1), "state": "dispatched", "attempts": 1}, UUID(int=2))
    'task_off'
    """
    if values["technician_id"] == person and values["state"] != "cancelled":
        return "task" if values["state"] == "dispatched" else None
    return "task_off" if values["attempts"] > 0 else None


class Tasking:
    def __init__(self, db: Database, post: AddressPost, filling: Filling) -> None:
        self._db, self._post, self._filling = db, post, filling

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(_JOB, self._text)

    async def leave(self, tx: Tx, values: Mapping[str, Any], people: Collection[UUID]) -> None:
        """Leave it to be sent after the commit, to each of them who has a number for it."""
        for person in sorted(people):
            task = told_as(values, person)
            if task is None or await tx.row(sql.task_number, id=person) is None:
                continue
            named = {"visit_id": str(values["id"]), "staff_id": str(person), "message_id": str(uuid7())}
            await jobs.enqueue(tx, _JOB, {**named, "task": task}, key=f"visit:{values['id']}")

    async def _text(self, job: jobs.Job) -> None:
        """Send it, unless it is not so any more, is switched off, or the number opted out."""
        task, person = job.payload["task"], UUID(job.payload["staff_id"])
        async with self._db.transaction() as tx:
            row = await store.get(tx, UUID(job.payload["visit_id"]))
            to, texts = await tx.row(sql.task_number, id=person), await tx.value(sql.get_text, moment=task)
            if to is None or texts is None or told_as(dict(row), person) != task:
                return
            account_id = await tx.value(sql.task_account, branch_id=row["branch_id"])
            if account_id is None:
                return
            if await refusal(tx, Address(IdentityKind.PHONE, to["text_number"]), account_id, None) is not None:
                return
            said = await self._filling(tx, row, texts)
        text = next((said[each] for each in (to["locale"], *_USUAL) if each in said), None)
        if text is not None:
            message_id = UUID(job.payload["message_id"])
            posted = Posted(
                account_id, message_id, to["text_number"], text, staff_id=person, branch_id=row["branch_id"]
            )
            await self._post.text(posted, job.attempts)
