"""The live map: each process looks once a second for what moved, and tells who may see it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.commands import Nothing, Sender, command
from core.events import LoggedEvent
from core.ids import BranchId
from core.values import Value
from geo.model import TechnicianView
from geo.technicians import Technicians

NAMESPACE = "/agent"
_EVERY_SECONDS = 1.0
# A commit may show later than the moment that it carries.
_OVERLAP = timedelta(seconds=5)
# Shifts begin and phones fall silent without anybody writing it down.
_ALL_EVERY = 20

Emit = Callable[[str, Any, str, str], object]
Scope = frozenset[BranchId] | None


class Rooms(Protocol):
    """Where a console hears of more than its own work."""

    def let_in(self, sid: str, room: str) -> None: ...

    def let_out(self, sid: str, room: str) -> None: ...

    def is_heard(self, room: str) -> bool: ...


class MapAnswer(Value):
    """Everybody who is on the map now; what is told as `map` from then on replaces them one by one."""

    technicians: list[TechnicianView]


class LiveMap:
    """Tells consoles of what they may see, at most once a second and each technician once in it."""

    def __init__(self, technicians: Technicians, clock: Clock, rooms: Rooms, emit: Emit) -> None:
        self._technicians, self._clock, self._rooms, self._emit = technicians, clock, rooms, emit
        self._groups: dict[str, Scope] = {}
        self._shown: dict[UUID, TechnicianView] = {}
        self._turns = 0
        self._lock = asyncio.Lock()

    @command("map.open", permission=Permission.GEO_VIEW)
    async def open(self, sender: Sender, payload: Nothing) -> MapAnswer:  # noqa: ARG002 - every handler gets its payload
        """Get the technicians of your branches, and hear of what moves as `map` from now on."""
        room = _room(sender.actor)
        self._groups[room] = sender.actor.branches
        # First in, then read: what changes meanwhile is told, and replaces what is read.
        self._rooms.let_in(sender.sid, room)
        return MapAnswer(technicians=await self._technicians.all(sender.actor.branch_scope))

    @command("map.close", permission=Permission.GEO_VIEW)
    async def close(self, sender: Sender, payload: Nothing) -> None:  # noqa: ARG002 - every handler gets its payload
        """Hear no more of the map."""
        self._rooms.let_out(sender.sid, _room(sender.actor))

    def crossed(self, event: LoggedEvent) -> None:
        """Listen to the feed: somebody came to a fence, left it or stayed."""
        branch = event.data["branch_id"]
        told = {name: value for name, value in event.data.items() if name != "branch_id"}
        for room, scope in self._groups.items():
            if _sees(scope, None if branch is None else BranchId(UUID(branch))):
                self._emit("map.crossed", told, room, NAMESPACE)

    async def turn(self) -> None:
        """Tell every group who moved; forget groups that nobody is in any more."""
        for room in [room for room in self._groups if not self._rooms.is_heard(room)]:
            del self._groups[room]
        if self._groups:
            await self.tell()
        else:
            self._shown.clear()
        await asyncio.sleep(_EVERY_SECONDS)

    async def tell(self) -> None:
        """Read what changed, and send each change to those who see the branch."""
        async with self._lock:
            moved = await self._moved()
            for room, scope in self._groups.items():
                told = [each for each in moved if _sees(scope, each.branch_id)]
                if told:
                    items = [each.model_dump(mode="json") for each in told]
                    self._emit("map", {"technicians": items}, room, NAMESPACE)

    async def _moved(self) -> list[TechnicianView]:
        is_all = self._turns % _ALL_EVERY == 0 or not self._shown
        self._turns += 1
        since = None if is_all else self._clock() - _OVERLAP
        found = await self._technicians.all(None, changed_since=since, only_active=False)
        moved = [each for each in found if self._shown.get(each.id) != each]
        self._shown |= {each.id: each for each in moved}
        return moved


def _sees(scope: Scope, branch_id: BranchId | None) -> bool:
    return branch_id is None or scope is None or branch_id in scope


def _room(actor: Actor) -> str:
    """Return the room of everybody who sees the same branches."""
    if actor.branch_scope is None:
        return "map:all"
    return f"map:{hashlib.sha256(','.join(map(str, actor.branch_scope)).encode()).hexdigest()[:24]}"
