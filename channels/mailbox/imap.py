"""aioimaplib with what it lacks: it hangs on BYE and cuts, recurses per line, takes an empty FETCH for a success.

Every call here has a time limit, a lost connection ends every waiting call at once, and answers are read strictly.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aioimaplib import aioimaplib as library

from channels.mailbox.faults import Fault, of_connection, of_sign_in
from channels.mailbox.link import Link
from channels.mailbox.settings import EmailSettings, Security
from channels.mailbox.tokens import Tokens
from channels.mailbox.utf7 import modified_utf7
from core.errors import Unavailable
from core.log import clean

_CALL_SECONDS = 30.0
_BYE_SECONDS = 2.0
_NOOP_SECONDS = 60.0
# Before a folder is looked at again: a server that always speaks of more mail would have us ask without end.
_BREATH_SECONDS = 0.5
_SLOWEST_BYTES_A_SECOND = 20_000
_FETCH = re.compile(rb"\d+ FETCH \(")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_QUOTED = re.compile(rb"BODY\[\](?:<\d+>)? \"((?:[^\"\\]|\\.)*)\"")
_UIDVALIDITY = re.compile(rb"\[UIDVALIDITY (\d{1,10})\]")
_UIDNEXT = re.compile(rb"\[UIDNEXT (\d{1,10})\]")


@dataclass(frozen=True, slots=True)
class Fetched:
    """One record of a FETCH. `body` is None where the server answered OK and sent none."""

    uid: int
    size: int | None
    body: bytes | None


class Mailbox:
    """A signed-in connection with one folder."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def select(self, folder: str, *, is_read_only: bool) -> tuple[int, int]:
        """Open the folder; return its UIDVALIDITY and the next UID (0 when the server does not say)."""
        quoted = library.quoted(modified_utf7(folder))
        command = self._link.simple_command("EXAMINE", quoted) if is_read_only else self._link.select(quoted)
        with _as_fault("folder"):
            lines = await self._ok(command, f"The IMAP folder {folder} cannot be opened")
        if is_read_only:
            # Upstream knows EXAMINE but not that it selects.
            self._link.state = library.SELECTED
        text = b"\n".join(lines)
        validity, following = _UIDVALIDITY.search(text), _UIDNEXT.search(text)
        if validity is None:
            raise Unavailable(f"The IMAP server gives no UIDVALIDITY for the folder {folder}.")
        return int(validity.group(1)), int(following.group(1)) if following else 0

    async def uids_from(self, first: int, since: str | None = None) -> list[int]:
        """Return the UIDs from `first` on, ascending; `since` as IMAP writes dates."""
        self._link.has_news = False
        criteria = [f"UID {first}:*", *([f"SINCE {since}"] if since else [])]
        lines = await self._ok(self._link.search(*criteria, charset=None, by_uid=True), "The IMAP search failed")
        # The last line is the status; "n:*" names the last mail even when its UID is below n.
        found = (int(word) for line in lines[:-1] for word in line.split() if word.isdigit())
        return sorted({uid for uid in found if uid >= first})

    async def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the size of each mail that is still there."""
        records = await self._fetch(uids, "(UID RFC822.SIZE)", _CALL_SECONDS)
        return {record.uid: record.size for record in records if record.size is not None}

    async def bodies(self, uids: Sequence[int], expected_bytes: int, *, only_first: int = 0) -> dict[int, Fetched]:
        """Return whole mails, unread as they were; with `only_first` so many bytes of each."""
        part = f"<0.{only_first}>" if only_first else ""
        seconds = _CALL_SECONDS + expected_bytes / _SLOWEST_BYTES_A_SECOND
        records = await self._fetch(uids, f"(UID RFC822.SIZE BODY.PEEK[]{part})", seconds)
        return {record.uid: record for record in records}

    async def mark_seen(self, uids: Sequence[int]) -> None:
        command = self._link.uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen)")
        await self._ok(command, "The IMAP server does not mark mail as read")

    async def has_message(self, message_id: str) -> bool:
        """Whether the folder has a mail with this Message-ID, which is one of ours and needs no escaping."""
        call = self._link.search(f'HEADER Message-ID "{message_id}"', charset=None, by_uid=True)
        lines = await self._ok(call, "The IMAP search failed")
        return any(word.isdigit() for line in lines[:-1] for word in line.split())

    async def append(self, folder: str, content: bytes) -> None:
        """Lay a mail down, as one that was read."""
        call = self._link.append(content, library.quoted(modified_utf7(folder)), r"(\Seen)")
        seconds = _CALL_SECONDS + len(content) / _SLOWEST_BYTES_A_SECOND
        await self._ok(call, f"The IMAP server does not take a copy into {folder}", seconds)

    async def wait_for_news(self, seconds: float) -> None:
        """Return when the server told of mail since the last search or tells now, or after `seconds`.

        Without IDLE it is asked once a minute.
        """
        if self._link.has_news:
            await asyncio.sleep(_BREATH_SECONDS)
            return
        if "IDLE" not in {capability.upper() for capability in self._link.capabilities}:
            await asyncio.sleep(min(seconds, _NOOP_SECONDS))
            await self._ok(self._link.simple_command("NOOP"), "The IMAP server does not answer")
            return
        self._drain()
        idling = asyncio.create_task(self._link.idle(), name="imap:idle")
        try:
            await self._until_idling(idling)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._link.idle_queue.get()
            self._check()
            self._link.idle_done()
            await self._ok(idling, "The IMAP server does not end IDLE")
        finally:
            idling.cancel()

    async def leave(self) -> None:
        """Say goodbye where nothing is under way that would have to end first, and close."""
        if self._link.pending_sync_command is None and self._link.failure is None:
            await self._log_out()
        self._link.fail(Unavailable("The connection was closed by us."))
        try:
            # Encryption ends with a handshake of its own, for which a server that is gone would let us wait.
            async with asyncio.timeout(_BYE_SECONDS):
                await self._link.gone.wait()
        except TimeoutError:
            self._link.transport.abort()

    async def _log_out(self) -> None:
        with contextlib.suppress(Unavailable, TimeoutError, library.AioImapException):
            async with asyncio.timeout(_BYE_SECONDS):
                await self._ok(self._link.logout(), "")

    async def _until_idling(self, idling: asyncio.Task[Any]) -> None:
        ready = asyncio.create_task(self._link.wait_for_idle_response(), name="imap:idle-ready")
        done, _ = await asyncio.wait({idling, ready}, timeout=_CALL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        self._check()
        if ready not in done:
            raise Unavailable("The IMAP server does not begin IDLE.")

    def _drain(self) -> None:
        while not self._link.idle_queue.empty():
            self._link.idle_queue.get_nowait()

    async def _fetch(self, uids: Sequence[int], parts: str, seconds: float) -> list[Fetched]:
        command = self._link.fetch(_set(uids), parts, by_uid=True)
        lines = await self._ok(command, "The IMAP server does not give mail", seconds)
        wanted = set(uids)
        return [record for record in records_of(lines[:-1]) if record.uid in wanted]

    async def _ok(self, call: Awaitable[Any], complaint: str, seconds: float = _CALL_SECONDS) -> list[Any]:
        return await ok(self._link, call, complaint, seconds)

    def _check(self) -> None:
        if self._link.failure is not None:
            raise self._link.failure


async def ok(link: Link, call: Awaitable[Any], complaint: str, seconds: float = _CALL_SECONDS) -> list[Any]:
    """Await one command and return its lines. Raises Unavailable unless the server says OK in time."""
    try:
        async with asyncio.timeout(seconds):
            response = await call
    except TimeoutError as error:
        link.fail(Unavailable("The IMAP server does not answer in time."))
        raise Unavailable(f"{complaint}: no answer in {seconds:.0f} s.") from error
    except (library.AioImapException, ValueError, LookupError, AttributeError) as error:
        raise link.failure or Unavailable(f"{complaint}: {clean(str(error))}") from error
    if response.result != "OK":
        said = b" ".join(bytes(line) for line in response.lines[-1:]).decode("utf-8", "replace")
        raise link.failure or Unavailable(f"{complaint}: {clean(said)[:300]}")
    return list(response.lines)


@contextlib.contextmanager
def _as_fault(fault: Fault, host: str = "") -> Iterator[None]:
    """Name what is wrong when the server refuses; a connection that is lost has a name of its own."""
    try:
        yield
    except Unavailable as error:
        named = of_sign_in(host, error.detail, is_token=False) if fault == "password" else fault
        error.extra.setdefault("fault", named)
        raise


@asynccontextmanager
async def open_mailbox(settings: EmailSettings, tokens: Tokens) -> AsyncIterator[Mailbox]:
    """Connect and sign in; Unavailable with words that say what is wrong."""
    loop = asyncio.get_running_loop()
    server = f"The IMAP server {settings.imap_host}:{settings.imap_port}"
    context = None if settings.imap_security is Security.NONE else ssl.create_default_context()
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            _, link = await loop.create_connection(
                lambda: Link(loop),
                settings.imap_host,
                settings.imap_port,
                ssl=context if settings.imap_security is Security.TLS else None,
            )
    except (OSError, TimeoutError) as error:
        said = clean(str(error)) or "no answer"
        raise Unavailable(f"{server} cannot be reached: {said}.", fault=of_connection(error)) from error
    mailbox = Mailbox(link)
    try:
        await _greet(link, server)
        if context is not None and settings.imap_security is Security.STARTTLS:
            await _protect(link, settings.imap_host, context)
        await _sign_in(link, settings, tokens, server)
        yield mailbox
    finally:
        await mailbox.leave()


async def _greet(link: Link, server: str) -> None:
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            await link.greeted
    except TimeoutError as error:
        raise Unavailable(f"{server} does not greet us.", fault="protocol") from error
    if link.failure is not None:
        raise link.failure


async def _protect(link: Link, host: str, context: ssl.SSLContext) -> None:
    """STARTTLS, which upstream has not; whatever was sent before it in clear is not believed."""
    with _as_fault("no_tls"):
        await ok(link, link.execute(library.Command("STARTTLS", link.new_tag())), "The IMAP server has no STARTTLS")
    if link.incomplete_line:
        raise Unavailable("The IMAP server sent words before the encryption began.")
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            link.transport = await link.loop.start_tls(link.transport, link, context, server_hostname=host)
            await link.capability()
    except (OSError, TimeoutError, library.AioImapException) as error:
        words = f"The IMAP server's encryption fails: {clean(str(error))}"
        link.fail(Unavailable(words, fault=of_connection(error)))
        raise link.failure or error from error


async def _sign_in(link: Link, settings: EmailSettings, tokens: Tokens, server: str) -> None:
    if settings.sign_in == "oauth2":
        token = await tokens.of(settings)
        try:
            with _as_fault("token"):
                await ok(link, link.xoauth2(settings.imap_user, token), f"{server} refuses our token")
        except Unavailable:
            tokens.forget(settings)
            raise
    else:
        user, password = library.quoted(settings.imap_user), settings.imap_password.get_secret_value()
        with _as_fault("password", settings.imap_host):
            await ok(link, link.login(user, password), f"{server} refuses user and password")
    # Many servers offer IDLE only to whom they know.
    await ok(link, _capability(link), f"{server} does not say what it can")


async def _capability(link: Link) -> Any:
    await link.capability()
    return library.Response("OK", [])


def records_of(lines: Sequence[Any]) -> list[Fetched]:
    """Return the records in the lines of a FETCH: literals are bytearrays, everything else is the server's syntax."""
    records: list[tuple[list[bytes], list[bytes]]] = []
    for line in lines:
        if isinstance(line, bytearray):
            if records:
                records[-1][1].append(bytes(line))
        elif _FETCH.match(line):
            records.append(([line], []))
        elif records:
            records[-1][0].append(line)
    return [record for texts, literals in records if (record := _record(b" ".join(texts), literals))]


def _record(text: bytes, literals: list[bytes]) -> Fetched | None:
    uid, size, short = _UID.search(text), _SIZE.search(text), _QUOTED.search(text)
    if uid is None:
        return None
    body = literals[0] if literals else None
    if body is None and short is not None:
        body = re.sub(rb"\\(.)", rb"\1", short.group(1))
    return Fetched(int(uid.group(1)), int(size.group(1)) if size else None, body)


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)
