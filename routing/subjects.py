"""What routing asks of those whose work waits; they are handed in by `Routing.serve`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from access.model import Locale
from core.ids import StaffId
from storage.database import Database, Tx


class Subject(Protocol):
    """What waits: told inside the transaction in which its work changes hands.

    Everybody locks in one order: the subject, its work, its agent. Who begins with the work would meet who does not.
    """

    async def lock(self, tx: Tx, work_id: UUID) -> None: ...

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None: ...

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None: ...


@runtime_checkable
class Talk(Subject, Protocol):
    """A subject in which a customer talks: it may fall silent, lose its agent, and be told something while it waits."""

    async def silent(self, reader: Database, before: datetime, most: int) -> list[UUID]:
        """Name work in which it has been the customer's turn since before then, and that is not known to be quiet."""
        ...

    async def calmed(self, tx: Tx, work_id: UUID) -> None:
        """It weighs little from now on; the customer's next word must be told to `Routing.rouse`."""
        ...

    async def waits_again(self, tx: Tx, work_id: UUID, queue_id: UUID | None, event: str, text: str) -> None:
        """Its work waits again, in another queue if one is named; `event` and `text` say why."""
        ...

    async def tell_customer(self, tx: Tx, work_id: UUID, texts: Mapping[Locale, str]) -> bool:
        """Say something in the customer's language; False when this channel cannot."""
        ...


class Callbacks(Protocol):
    """Who can offer a customer to be called back instead of waiting."""

    async def offer(self, tx: Tx, work_id: UUID) -> bool: ...


Subjects = dict[str, Subject]
