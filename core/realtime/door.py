"""The door of a namespace: who connects, and every packet an acknowledged command."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import socketio
from aiohttp import web

from core.actor import Actor
from core.commands import Commands, Sender
from core.errors import MarkazError, RateLimited

Identify = Callable[[], Awaitable[Actor | None]]

# A person types a few commands a second; a script that sends hundreds is told to wait (C14).
_BURST = 200.0
_PER_SECOND = 50.0


@dataclass(slots=True)
class Guest:
    """One connected socket. `identify` asks again who it is: rights change while it is open."""

    sid: str
    actor: Actor
    identify: Identify
    rooms: set[str] = field(default_factory=set)
    allowance: float = _BURST
    counted_at: float = field(default_factory=time.monotonic)

    def spend(self) -> bool:
        """Take one command from the allowance; False when there is none left."""
        now = time.monotonic()
        self.allowance = min(_BURST, self.allowance + (now - self.counted_at) * _PER_SECOND)
        self.counted_at = now
        if self.allowance < 1.0:
            return False
        self.allowance -= 1.0
        return True


Admit = Callable[[web.Request, Any, str], Awaitable[Guest]]


class Door(socketio.AsyncNamespace):  # type: ignore[misc]  # python-socketio ships no types
    """Lets guests in, keeps who they are, hands their commands on."""

    def __init__(self, commands: Commands, admit: Admit, left: Callable[[Guest], Awaitable[None]]) -> None:
        super().__init__(commands.namespace)
        self._commands, self._admit, self._left = commands, admit, left
        self.guests: dict[str, Guest] = {}

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Be called by python-socketio for connect, disconnect and every packet."""
        if event == "connect":
            return await self._connect(*args)
        sid = args[0]
        if event == "disconnect":
            guest = self.guests.pop(sid, None)
            return None if guest is None else await self._left(guest)
        return await self._command(event, sid, args[1:])

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            self.guests[sid] = await self._admit(environ["aiohttp.request"], auth, sid)
        except MarkazError as error:
            # The first is the message that a client's library shows, the second its `data`.
            raise socketio.exceptions.ConnectionRefusedError(error.detail, error.problem()) from error

    async def _command(self, name: str, sid: str, args: tuple[Any, ...]) -> dict[str, Any]:
        guest = self.guests.get(sid)
        if guest is None:
            return {"ok": False, "error": MarkazError("This socket is not connected.").problem()}
        if not guest.spend():
            return {"ok": False, "error": RateLimited().problem()}
        return await self._commands.dispatch(name, Sender(guest.actor, sid), args[0] if args else None)
