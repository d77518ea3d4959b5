"""The mail server of the people outside: takes whatever the centre sends, and fails on order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from simulator.post import PostOffice

log = logging.getLogger("markaz.simulator")

_SIZE_LIMIT = 32 * 1024 * 1024
_IDLE_SECONDS = 60.0
_STOP_SECONDS = 1.0

_ANSWERS = {
    "+451": "451 4.7.1 Greylisted, try again later",
    "+550": "550 5.1.1 There is no such mailbox here",
}
_DROP = "+drop"


class _Door(SMTP):
    """One connection, in our own event loop (aiosmtpd's Controller would run a thread beside it)."""

    line_length_limit = 64_000

    def __init__(self, sink: Sink) -> None:
        super().__init__(
            _Hooks(sink.post),
            loop=asyncio.get_running_loop(),
            hostname="post.simulator",
            ident="ESMTP",
            data_size_limit=_SIZE_LIMIT,
            enable_SMTPUTF8=True,
            timeout=_IDLE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )
        self._sink = sink

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._sink.doors.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink.doors.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> asyncio.Task[None] | None:
        """Cut the line and return the task that served it, which ends soon after."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        return self._handler_coroutine


class _Hooks:
    """What aiosmtpd asks; the names of the methods are its own."""

    def __init__(self, post: PostOffice) -> None:
        self._post = post

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local = address.rpartition("@")[0]
        for mark, answer in _ANSWERS.items():
            if local.endswith(mark):
                return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Door, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        recipients = tuple(envelope.rcpt_tos)
        await self._post.receive(envelope.mail_from or "", recipients, envelope.original_content or b"")
        if any(address.rpartition("@")[0].endswith(_DROP) for address in recipients):
            server.hang_up()
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        log.error("the simulated post office failed: %r", error, exc_info=error)
        return "451 4.3.0 Not now, try again later"


class Sink:
    """The listening socket. `+451`, `+550` and `+drop` at the end of a local part get that answer, or none."""

    def __init__(self, post: PostOffice) -> None:
        self.post = post
        self.doors: set[_Door] = set()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Door(self), host, port)
        self.post.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and cut every line; leaves no task and no socket."""
        if self._server is None:
            return
        self._server.close()
        working = [task for door in tuple(self.doors) if (task := door.hang_up()) is not None]
        await self._server.wait_closed()
        self._server = None
        self.post.port = 0
        for task in working:
            task.cancel()
        if working:
            await asyncio.wait(working, timeout=_STOP_SECONDS)
