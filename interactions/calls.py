"""What an agent does with a call that is under way; the carrier is asked by a job, and its yes is what is shown."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Invalid
from interactions import store
from interactions.conversations import must_own
from interactions.model import Call
from interactions.outbox import leave_control
from storage.database import Database, Row


class NotOnTheCall(Conflict):
    """You and the caller are not connected at the moment."""


def must_be_ours(row: Row) -> None:
    """Refuse what is no call, and a call of a telephone system that only tells us of it."""
    if row["call"] is None:
        raise Invalid("This is not a call.")
    if row["channel"] == "cti":
        raise Invalid("This is done at the telephone itself: the telephone system only tells us of its calls.")


class Calls:
    """Mute and hold. Saying the same again has no second effect."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def mute(self, actor: Actor, interaction_id: UUID, *, is_muted: bool) -> None:
        """Let the caller hear the agent, or not."""
        await self._control(actor, interaction_id, {"is_muted": is_muted})

    async def hold(self, actor: Actor, interaction_id: UUID, *, is_held: bool) -> None:
        """Put the caller on hold, or take them back."""
        await self._control(actor, interaction_id, {"is_held": is_held})

    async def _control(self, actor: Actor, interaction_id: UUID, control: dict[str, bool]) -> None:
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            must_own(actor, row)
            must_be_ours(row)
            if Call(**row["call"]).status != "joined":
                raise NotOnTheCall
            await leave_control(tx, interaction_id, row["agent_id"], control)
