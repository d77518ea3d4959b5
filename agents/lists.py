"""Lists that are looked at: who has one open hears that something in it may have changed, and asks for it anew.

What is told names nothing: which rows somebody may see is decided where they are read, by branch, by confidence, by
whose they are. So one room for each list serves everybody, and a desk on which nothing happens is not asked at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from pydantic import Field

from access.model import Permission
from core.commands import Commands, Payload, Sender, command
from core.errors import Forbidden, NotFound
from core.events import LoggedEvent
from core.http import SIGNED_IN
from core.tasks import Tasks

NAMESPACE = "/agent"
_EVERY_SECONDS = 1.0

Emit = Callable[[str, Any, str, str], object]


class Watched(NamedTuple):
    """Who may look at a list, and the kinds of events after which it may be another one."""

    permission: Permission
    kinds: tuple[str, ...]


# The permission is the one that reading the list wants.
LISTS: Mapping[str, Watched] = {
    "tickets": Watched(Permission.TICKET_READ, ("ticket.changed", "ticket.narrowed")),
    "callbacks": Watched(Permission.INTERACTION_READ, ("callback.changed",)),
}


class Rooms(Protocol):
    def let_in(self, sid: str, room: str) -> None: ...

    def let_out(self, sid: str, room: str) -> None: ...


class Log(Protocol):
    def on(self, kind: str, listener: Callable[[LoggedEvent], None]) -> None: ...


class Watch(Payload):
    list: str = Field(max_length=64, description="Which: tickets, callbacks.")


class LiveLists:
    """Tells each list's room, at most once a second, that it is worth asking again."""

    def __init__(self, rooms: Rooms, emit: Emit, log: Log, lists: Mapping[str, Watched] = LISTS) -> None:
        self._lists, self._rooms, self._emit = lists, rooms, emit
        self._moved: set[str] = set()
        for name, watched in lists.items():
            for kind in watched.kinds:
                log.on(kind, self._mover(name))

    @command("list.watch", permission=SIGNED_IN)
    async def watch(self, sender: Sender, payload: Watch) -> None:
        """Hear, as `stale`, when something in a list may have changed; whoever may read the list may."""
        watched = self._lists.get(payload.list)
        if watched is None:
            raise NotFound("There is no such list.")
        if not sender.actor.may(watched.permission):
            raise Forbidden
        self._rooms.let_in(sender.sid, f"list:{payload.list}")

    @command("list.leave", permission=SIGNED_IN)
    async def leave(self, sender: Sender, payload: Watch) -> None:
        """Hear no more of a list."""
        self._rooms.let_out(sender.sid, f"list:{payload.list}")

    def open(self, commands: Commands, tasks: Tasks) -> None:
        """Take the commands, and tell whoever watches."""
        commands.add(self)
        tasks.loop("lists", self.turn)

    async def turn(self) -> None:
        """Tell what moved in the last second, each list once."""
        moved, self._moved = sorted(self._moved), set()
        for name in moved:
            self._emit("stale", {"list": name}, f"list:{name}", NAMESPACE)
        await asyncio.sleep(_EVERY_SECONDS)

    def _mover(self, name: str) -> Callable[[LoggedEvent], None]:
        def moved(_: LoggedEvent) -> None:
            self._moved.add(name)

        return moved
