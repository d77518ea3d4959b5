"""The live board: each process makes one board for each scope that somebody of its sockets looks at, none otherwise."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, Protocol

from pydantic import Field

from access.model import Permission
from board.changes import Versions
from board.model import AgentFigures, Change, Opened
from board.picture import Scope
from board.service import Board
from core.actor import Actor
from core.commands import Nothing, Payload, Sender, command
from core.errors import Conflict
from core.ids import uuid7
from core.values import Value

NAMESPACE = "/agent"
_EVERY_SECONDS = 1.0

Emit = Callable[[str, Any, str, str], object]


class Rooms(Protocol):
    """Where a console hears of more than its own work."""

    def let_in(self, sid: str, room: str) -> None: ...

    def let_out(self, sid: str, room: str) -> None: ...

    def is_heard(self, room: str) -> bool: ...


class Open(Payload):
    """What was seen last, after a reconnect; nothing for a snapshot."""

    epoch: str | None = Field(None, max_length=64)
    version: int = Field(0, ge=0, le=2**53)


class Page(Payload):
    epoch: str = Field(max_length=64)
    after: str = Field(max_length=64)


class Agents(Value):
    agents: list[AgentFigures]
    after: str | None


class BoardAnswer(Value):
    """Exactly one of them: `snapshot` to begin with, `changes` to go on with."""

    snapshot: Opened | None = None
    changes: list[Change] | None = None


class LiveBoard:
    """Keeps a board true for whoever looks at it, at most once a second."""

    def __init__(self, board: Board, rooms: Rooms, emit: Emit) -> None:
        self._board, self._rooms, self._emit = board, rooms, emit
        self._groups: dict[str, tuple[Scope, Versions]] = {}
        self._lock = asyncio.Lock()

    @command("board.open", permission=Permission.WORK_SUPERVISE)
    async def open(self, sender: Sender, payload: Open) -> BoardAnswer:
        """Get the board of your branches, or what changed since a version, and hear of it from now on as `board`."""
        room = _room(sender.actor)
        if room not in self._groups:
            async with self._lock:
                await self._begin(room, sender.actor.branches)
        versions = self._groups[room][1]
        # Nothing is awaited from here on: what is returned and what is sent next follow each other.
        self._rooms.let_in(sender.sid, room)
        missed = versions.since(payload.epoch, payload.version)
        return BoardAnswer(snapshot=versions.opened()) if missed is None else BoardAnswer(changes=missed)

    @command("board.agents", permission=Permission.WORK_SUPERVISE)
    async def agents(self, sender: Sender, payload: Page) -> Agents:
        """Get the next agents of a board that was opened and has more than 500."""
        known = self._groups.get(_room(sender.actor))
        if known is None or known[1].epoch != payload.epoch:
            raise Conflict("This board is another one by now; open it anew.")
        agents, after = known[1].page(payload.after)
        return Agents(agents=agents, after=after)

    @command("board.close", permission=Permission.WORK_SUPERVISE)
    async def close(self, sender: Sender, payload: Nothing) -> None:  # noqa: ARG002 - every handler gets its payload
        """Hear no more of the board."""
        self._rooms.let_out(sender.sid, _room(sender.actor))

    def is_watched(self) -> bool:
        """Tell whether anybody of this process looked at a board lately."""
        return bool(self._groups)

    async def turn(self) -> None:
        """Tell every group what changed; forget those that nobody is in any more."""
        async with self._lock:
            for room in [room for room in self._groups if not self._rooms.is_heard(room)]:
                del self._groups[room]
            if self._groups:
                await self._board.refresh()
                await self._board.estimate()
                for room, (scope, versions) in self._groups.items():
                    change = versions.turn(self._board.day_start, self._board.parts(scope))
                    if change is not None:
                        self._emit("board", change, room, NAMESPACE)
        await asyncio.sleep(_EVERY_SECONDS)

    async def _begin(self, room: str, scope: Scope) -> None:
        if room not in self._groups:
            await self._board.refresh()
            await self._board.estimate()
            parts = self._board.parts(scope)
            self._groups[room] = (scope, Versions(uuid7().hex, self._board.day_start, parts))


def _room(actor: Actor) -> str:
    """Return the room of everybody who sees the same branches."""
    if actor.branch_scope is None:
        return "board:all"
    return f"board:{hashlib.sha256(','.join(map(str, actor.branch_scope)).encode()).hexdigest()[:24]}"
