"""Consoles that look at the dispatch board: which rooms they hear."""

from __future__ import annotations

from typing import Protocol

from access.model import Permission
from core.commands import Nothing, Sender, command
from core.ids import BranchId
from dispatch.model import visits_room
from dispatch.store import sql
from storage.database import Database


class Rooms(Protocol):
    """Where a console hears of more than its own work."""

    def let_in(self, sid: str, room: str) -> None: ...

    def let_out(self, sid: str, room: str) -> None: ...


class DispatchCommands:
    def __init__(self, db: Database, rooms: Rooms) -> None:
        self._db, self._rooms = db, rooms

    @command("dispatch.watch", permission=Permission.VISIT_READ)
    async def watch(self, sender: Sender, payload: Nothing) -> None:  # noqa: ARG002 - every handler gets its payload
        """Hear of every visit and plan of your branches as `visit.changed` and `plan.told`, until `dispatch.leave`."""
        for room in await self._of(sender):
            self._rooms.let_in(sender.sid, room)

    @command("dispatch.leave", permission=Permission.VISIT_READ)
    async def leave(self, sender: Sender, payload: Nothing) -> None:  # noqa: ARG002 - every handler gets its payload
        """Hear no more of visits that are not yours."""
        for room in await self._of(sender):
            self._rooms.let_out(sender.sid, room)

    async def _of(self, sender: Sender) -> list[str]:
        branches = sender.actor.branch_scope
        if branches is None:
            branches = [BranchId(row["id"]) for row in await self._db.rows(sql.all_branches)]
        return [visits_room(None), *(visits_room(branch) for branch in branches)]
