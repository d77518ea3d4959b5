"""One IMAP connection's protocol: aioimaplib's, with its hangs, its recursion and its deaf ear for news mended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from aioimaplib import aioimaplib as library

from core.errors import Unavailable
from core.log import clean

_LINE_BYTES = 4 * 1024 * 1024
_LITERAL_BYTES = 128 * 1024 * 1024
_COUNT = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE)\b", re.IGNORECASE)


class Link(library.IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib ships no types
    """One connection's protocol. Once `failure` is set, nothing on it waits any longer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.failure: Exception | None = None
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.gone = asyncio.Event()
        # Set by the server's word of more mail, in its answer to whatever command: it says so once and not again.
        self.has_news = False
        self._exists = 0

    async def welcome(self, command: bytes) -> None:
        """Take the greeting; upstream a bad one leaves everybody waiting."""
        try:
            await super().welcome(command)
        except (library.AioImapException, ValueError, IndexError) as error:
            self.fail(Unavailable(f"The IMAP server does not welcome us: {clean(str(error))}", fault="protocol"))
        if not self.greeted.done():
            self.greeted.set_result(None)

    def data_received(self, d: bytes) -> None:
        """Read on; what breaks the protocol ends the connection instead of being logged by the loop."""
        try:
            if len(self.incomplete_line) + len(d) > _LINE_BYTES:
                raise library.Abort("a line beyond all measure")
            super().data_received(d)
        except (library.AioImapException, ValueError, LookupError, AttributeError, TypeError) as error:
            self.fail(Unavailable(f"The IMAP server does not speak IMAP: {clean(str(error))}", fault="protocol"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        words = f"The connection to the IMAP server was lost{f': {exc}' if exc else ''}."
        self.fail(Unavailable(words, fault="unreachable"))
        super().connection_lost(exc)

    def send(self, line: str, scrub: str | None = None) -> None:
        """Send one line; on a lost connection uvloop would raise an error of its own."""
        if self.failure is not None or self.transport.is_closing():
            raise self.failure or Unavailable("The connection to the IMAP server is closed.")
        super().send(line, scrub=scrub)

    def fail(self, error: Exception) -> None:
        """End the connection and every command that waits on it."""
        if self.failure is not None:
            return
        self.failure = error
        for command in [self.pending_sync_command, *self.pending_async_commands.values()]:
            if command is not None:
                command.close(b"connection lost", "KO")
        if not self.greeted.done():
            self.greeted.set_result(None)
        self.idle_queue.put_nowait([])
        if self.transport is not None:
            self.transport.close()

    def _untagged_response(self, line: bytes) -> Any:
        if line.upper().startswith(b"* BYE") and not self._is_leaving():
            self.fail(Unavailable(f"The IMAP server says goodbye: {clean(line[6:].decode('utf-8', 'replace'))}"))
            return None
        count = _COUNT.match(line)
        if count:
            self._counted(int(count.group(1)), is_fewer=count.group(2).upper() == b"EXPUNGE")
        return super()._untagged_response(line)

    def _counted(self, number: int, *, is_fewer: bool) -> None:
        if is_fewer:
            self._exists -= 1
        else:
            self.has_news = self.has_news or number > self._exists
            self._exists = number

    def _is_leaving(self) -> bool:
        return self.pending_sync_command is not None and self.pending_sync_command.name == "LOGOUT"

    def _handle_responses(self, data: bytes, line_handler: Callable[..., Any], current_cmd: Any = None) -> None:
        """Upstream's reading of a chunk as a loop: it calls itself for every line, a thousand lines end it."""
        command = current_cmd
        while data:
            if command is not None and command.wait_literal_data():
                data = command.append_literal_data(data)
                if command.wait_literal_data():
                    raise library.IncompleteRead(command)
            line, separator, rest = data.partition(library.CRLF)
            if not separator:
                raise library.IncompleteRead(command, data)
            data = rest
            command = self._take(line, line_handler(line, command))
        if self.pending_sync_command is not None:
            self.pending_sync_command.flush()
        if command is not None and command.wait_data():
            raise library.IncompleteRead(command)

    @staticmethod
    def _take(line: bytes, command: Any) -> Any:
        """Return the command that goes on with the next bytes, if any."""
        literal = library.literal_data_re.match(line)
        if literal:
            if int(literal.group("size")) > _LITERAL_BYTES:
                raise library.Abort("a literal beyond all measure")
            command = command if command is not None else library.Command("NIL", "unused")
            command.begin_literal_data(int(literal.group("size")))
            return command
        return command if command is not None and command.wait_data() else None
