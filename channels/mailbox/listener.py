"""The embedded SMTP and LMTP listeners: mail for our own addresses only, and 250 after the commit only.

LMTP (RFC 2033) is for a mail server in front: it says of each recipient whether the mail was taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

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
_TAKEN = "250 2.0.0 Taken"
_LATER = "451 4.3.0 Not now, try again later"
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
            tls_context=listener.tls,
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


class LocalDoor(Door, LMTP):
    """The same for a mail server in front."""


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

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        mail = Posted(envelope.original_content or b"", envelope.mail_from or "", str((session.peer or ("",))[0]))
        if isinstance(server, LMTP):
            taken = await self._listener.take_each(mail, envelope.rcpt_tos)
            return "\r\n".join(_TAKEN if is_taken else _LATER for is_taken in taken)
        await self._listener.take(mail, envelope.rcpt_tos)
        return _TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """Whatever fails here, the sender keeps the mail and tries again."""
        _note(error)
        return _LATER


def _note(error: Exception) -> None:
    # A handshake that fails is the other side's business, as is a database that is away ours to tell elsewhere.
    if not isinstance(error, Unavailable | TimeoutError | TLSSetupException):
        log.error("the SMTP listener failed: %r", error, exc_info=error)


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail as it came in: its bytes, the envelope's sender, and which machine brought it."""

    content: bytes
    mail_from: str
    peer: str


class Listener:
    """The listening sockets for all mailboxes. `port` and `lmtp_port` tell the real ones after `open`.

    `tls`: with what STARTTLS is offered; None: it is not.
    """

    def __init__(
        self,
        kinds: Sequence[str],
        accounts: Accounts,
        inbox: Inbox,
        *,
        size_limit: int = SIZE_LIMIT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.size_limit, self.tls = size_limit, tls
        self.hostname = "markaz"
        self.port = self.lmtp_port = 0
        self.doors: set[Door] = set()
        self._kinds = kinds
        self._accounts = accounts
        self._inbox = inbox
        self._known: list[Account[EmailSettings]] = []
        self._known_until = 0.0
        self._servers: list[asyncio.Server] = []

    async def open(self, host: str, port: int, lmtp_port: int | None = None) -> None:
        """Listen; Unavailable when a port is taken."""
        self.port = await self._listen(lambda: Door(self), host, port, "MARKAZ_SMTP_PORT")
        if lmtp_port is not None:
            self.lmtp_port = await self._listen(lambda: LocalDoor(self), host, lmtp_port, "MARKAZ_LMTP_PORT")

    async def _listen(self, door: Callable[[], Door], host: str, port: int, setting: str) -> int:
        try:
            server = await asyncio.get_running_loop().create_server(door, host, port)
        except OSError as error:
            raise Unavailable(f"Port {port} on {host} cannot be used for mail: set {setting} to another.") from error
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end what is under way; senders without their 250 come again."""
        for server in self._servers:
            server.close()
        for door in list(self.doors):
            if door.transport is not None:
                door.transport.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    async def account_of(self, address: str) -> Account[EmailSettings] | None:
        """Return whose address this is by the accounts as they were at most a second ago."""
        if time.monotonic() >= self._known_until:
            self._known = [each for kind in self._kinds for each in await self._accounts.enabled(kind)]
            self._known_until = time.monotonic() + _RECENT_SECONDS
        listening = [one for one in self._known if one.settings.is_listening]
        own = next((one for one in listening if one.settings.is_own(address)), None)
        return own or next((one for one in listening if one.settings.catches(address)), None)

    async def take(self, mail: Posted, recipients: Sequence[str]) -> None:
        """Commit the mail once for each mailbox that it is for; raises when one of them could not."""
        for account, addresses in await self._wanted(recipients):
            if account is None:
                raise Unavailable(f"The mailbox {addresses[0]} was closed meanwhile.")
            await self._commit(mail, account, addresses)

    async def take_each(self, mail: Posted, recipients: Sequence[str]) -> list[bool]:
        """Commit it for each mailbox, and say of each recipient whether that went well."""
        taken: set[str] = set()
        for account, addresses in await self._wanted(recipients):
            try:
                if account is not None:
                    await self._commit(mail, account, addresses)
                    taken.update(addresses)
            except Exception as error:  # noqa: BLE001 - whatever fails for one, the others have it
                _note(error)
        return [address in taken for address in recipients]

    async def _wanted(self, recipients: Sequence[str]) -> list[tuple[Account[EmailSettings] | None, list[str]]]:
        """Return each mailbox once, with the addresses by which it is meant; None for what is closed by now."""
        wanted: dict[UUID | None, tuple[Account[EmailSettings] | None, list[str]]] = {}
        for address in recipients:
            account = await self.account_of(address)
            wanted.setdefault(account.id if account else None, (account, []))[1].append(address)
        return list(wanted.values())

    async def _commit(self, mail: Posted, account: Account[EmailSettings], addresses: Sequence[str]) -> None:
        content, address = mail.content, account.settings.address
        is_large = len(content) > _LARGE_BYTES
        raw = RawInput(
            external_id=await asyncio.to_thread(content_id, content, address)
            if is_large
            else content_id(content, address),
            kind="mail",
            body=content,
            headers={"mail_from": mail.mail_from, "rcpt_to": ", ".join(addresses), "peer": mail.peer},
        )
        async with asyncio.timeout(_COMMIT_SECONDS):
            await self._inbox.deliver(account, [raw])


def content_id(content: bytes, recipient: str = "") -> str:
    """Return the identity of a mail: its content (Message-IDs are forged and repeated), and whom it came for."""
    found = hashlib.sha256(content)
    found.update(recipient.encode())
    return f"sha256:{found.hexdigest()}"
