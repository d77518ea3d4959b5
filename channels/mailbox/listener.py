"""The embedded SMTP listener: takes mail for our own addresses only, and says 250 after the commit only."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.base import Account, Accounts, Inbox, RawInput
from channels.mailbox.settings import EmailSettings
from core.errors import Unavailable

log = logging.getLogger(__name__)

SIZE_LIMIT = 32 * 1024 * 1024
_CONNECTIONS = 200
_COMMANDS = 1_000
_IDLE_SECONDS = 60.0
_RECENT_SECONDS = 1.0
_COMMIT_SECONDS = 60.0
# Hashing this much takes a millisecond or more.
_LARGE_BYTES = 1 << 20

# No quotes, comments or routes: the grammar reads it in the same way, and takes a third of a small mail's time for it.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_USUAL = re.compile(rf"<({_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)> *(\S.*)?")
_LONGEST = 254


class Door(SMTP):
    """One connection, in our own event loop (aiosmtpd's Controller would run a thread beside it)."""

    # RFC 5321 says 1,000; real senders write longer lines, and refusing their mail helps nobody.
    line_length_limit = 64_000

    def __init__(self, listener: Listener) -> None:
        super().__init__(
            _Hooks(listener),
            loop=asyncio.get_running_loop(),
            hostname=listener.hostname,
            ident="ESMTP",
            data_size_limit=listener.size_limit,
            timeout=_IDLE_SECONDS,
            command_call_limit=_COMMANDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )
        self._listener = listener

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read the address of MAIL or RCPT and what follows it."""
        found = _USUAL.fullmatch(arg)
        if found is None or len(found[1]) > _LONGEST:
            return super()._getaddr(arg)
        return found[1], found[2] or ""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._listener.doors.add(self)
        if len(self._listener.doors) > _CONNECTIONS:
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._listener.doors.discard(self)
        super().connection_lost(error)


class _Hooks:
    """What aiosmtpd asks us; the names of the methods are its own."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept our own addresses only: there is no relaying (M8)."""
        if await self._listener.account_of(address) is None:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.original_content or b""
        await self._listener.take(content, envelope.mail_from or "", envelope.rcpt_tos, session.peer)
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever fails here, the sender keeps the mail and tries again."""
        if not isinstance(error, Unavailable | TimeoutError):
            log.error("the SMTP listener failed: %r", error, exc_info=error)
        return "451 4.3.0 Not now, try again later"


class Listener:
    """One listening socket for all mailboxes. `port` tells the real one after `open`."""

    def __init__(self, kinds: Sequence[str], accounts: Accounts, inbox: Inbox, *, size_limit: int = SIZE_LIMIT) -> None:
        self.size_limit = size_limit
        self.hostname = "markaz"
        self.port = 0
        self.doors: set[Door] = set()
        self._kinds = kinds
        self._accounts = accounts
        self._inbox = inbox
        self._known: list[Account[EmailSettings]] = []
        self._known_until = 0.0
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen; Unavailable when the port is taken."""
        try:
            self._server = await asyncio.get_running_loop().create_server(lambda: Door(self), host, port)
        except OSError as error:
            raise Unavailable(
                f"Port {port} on {host} cannot be used for mail: set MARKAZ_SMTP_PORT to another."
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and end what is under way; senders without their 250 come again."""
        if self._server is None:
            return
        self._server.close()
        for door in list(self.doors):
            if door.transport is not None:
                door.transport.close()
        await self._server.wait_closed()
        self._server = None

    async def account_of(self, address: str) -> Account[EmailSettings] | None:
        """Return whose address this is by the accounts as they were at most a second ago."""
        if time.monotonic() >= self._known_until:
            self._known = [each for kind in self._kinds for each in await self._accounts.enabled(kind)]
            self._known_until = time.monotonic() + _RECENT_SECONDS
        return next((one for one in self._known if one.settings.is_listening and one.settings.is_own(address)), None)

    async def take(self, content: bytes, mail_from: str, recipients: list[str], peer: Any) -> None:
        """Commit the mail once for each mailbox that it is for; raises when one of them could not."""
        wanted: dict[UUID, tuple[Account[EmailSettings], list[str]]] = {}
        for address in recipients:
            account = await self.account_of(address)
            if account is None:
                raise Unavailable(f"The mailbox {address} was closed meanwhile.")
            wanted.setdefault(account.id, (account, []))[1].append(address)
        for account, addresses in wanted.values():
            raw = RawInput(
                external_id=await asyncio.to_thread(content_id, content, account.settings.address)
                if len(content) > _LARGE_BYTES
                else content_id(content, account.settings.address),
                kind="mail",
                body=content,
                headers={"mail_from": mail_from, "rcpt_to": ", ".join(addresses), "peer": str(peer[0]) if peer else ""},
            )
            async with asyncio.timeout(_COMMIT_SECONDS):
                await self._inbox.deliver(account, [raw])


def content_id(content: bytes, recipient: str = "") -> str:
    """Return the identity of a mail: its content (Message-IDs are forged and repeated), and whom it came for."""
    found = hashlib.sha256(content)
    found.update(recipient.encode())
    return f"sha256:{found.hexdigest()}"
