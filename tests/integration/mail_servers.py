"""IMAP servers for tests: pymap with its mail in memory, a proxy that cuts, and one that misbehaves by a script."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from mail_doubles import MemoryInbox, account, stop

from channels.base import Account
from channels.mailbox.follow import Follower
from channels.mailbox.tokens import Tokens
from channels.mailbox.utf7 import modified_utf7
from core.clock import utc_now
from core.errors import Unavailable


def mail(number: int, size: int = 100) -> bytes:
    return b"From: sara@example.net\r\nSubject: %d\r\n\r\n(%s\r\n" % (number, b"x" * size)


# Half a million rounds of hashing for each sign-in would be most of these tests' time.
QUICK = """
from pymap.config import IMAPConfig
from pymap.main import main
from pysasl.hashing import BuiltinHash
IMAPConfig._get_hash_context = classmethod(lambda cls, cfg: BuiltinHash(rounds=1))
main()
"""


@contextmanager
def pymap(*options: str) -> Iterator[int]:
    """Run pymap, an IMAP server that keeps its mail in memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-c", QUICK, "--host", "127.0.0.1", "--port", str(port), *options, "dict"]
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


class Folder:
    """One folder on the server, filled and looked at by CPython's own client."""

    def __init__(self, port: int, name: str) -> None:
        self.port = port
        self.name = name

    async def do(self, *calls: Callable[[imaplib.IMAP4], Any]) -> list[Any]:
        def work() -> list[Any]:
            with imaplib.IMAP4("127.0.0.1", self.port) as client:
                client.login("demouser", "demopass")
                return [call(client) for call in calls]

        return await asyncio.to_thread(work)

    @property
    def quoted(self) -> str:
        return f'"{modified_utf7(self.name)}"'

    async def make(self) -> None:
        await self.do(lambda client: client.create(self.quoted))

    async def remake(self) -> None:
        """Make it anew: its UIDs begin again, and its UIDVALIDITY tells."""
        await self.do(lambda client: client.delete(self.quoted), lambda client: client.create(self.quoted))

    async def add(self, *mails: bytes) -> None:
        await self.do(*(lambda client, raw=raw: client.append(self.quoted, "", "", raw) for raw in mails))

    async def unseen(self) -> int:
        _, (_, found) = await self.do(
            lambda client: client.select(self.quoted, readonly=True), lambda client: client.search(None, "UNSEEN")
        )
        return len(found[0].split())


def of(folder: Folder, port: int | None = None, **settings: Any) -> Account[Any]:
    given = {
        "imap_host": "127.0.0.1", "imap_port": port or folder.port, "imap_security": "none", "imap_user": "demouser",
        "imap_password": "demopass", "imap_folder": folder.name, **settings,
    }  # fmt: skip
    return account(**given)


@asynccontextmanager
async def following(mailbox: Account[Any], inbox: MemoryInbox) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Follower(mailbox, inbox, utc_now, Tokens()).run(), name="follow")
    try:
        yield task
    finally:
        with suppress(Unavailable):
            await stop(task)


class Proxy:
    """Carries bytes to the server and cuts both ways after so many bytes of answers; then lets everything through."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = 0
        self.budget: int | None = None
        self.carried = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Proxy]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        with suppress(OSError):
            await asyncio.wait(
                [
                    asyncio.create_task(self._carry(reader, back), name="proxy:there"),
                    asyncio.create_task(self._answers(there, writer), name="proxy:back"),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        writer.transport.abort()
        back.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65_536):
            sink.write(chunk)

    async def _answers(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65_536):
            self.carried += len(chunk)
            if self.budget is not None and self.carried > self.budget:
                sink.write(chunk[: len(chunk) - (self.carried - self.budget)])
                self.budget = None
                return
            sink.write(chunk)


@asynccontextmanager
async def scripted(answers: dict[str, list[str] | None]) -> AsyncIterator[int]:
    """Run an IMAP server that answers by the first words of a command; None: it says nothing at all."""
    standard = {
        "CAPABILITY": ["* CAPABILITY IMAP4rev1 IDLE"],
        "SELECT": ["* 2 EXISTS", "* OK [UIDVALIDITY 7] valid", "* OK [UIDNEXT 3] next"],
        "UID SEARCH UID 1:*": ["* SEARCH 1 2"],
        "UID SEARCH UID 3:*": ["* SEARCH 2"],
        "UID FETCH 1,2 (UID RFC822.SIZE)": ["* 1 FETCH (UID 1 RFC822.SIZE 5)", "* 2 FETCH (UID 2 RFC822.SIZE 5)"],
    }
    script = {**standard, **answers}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        idling = ""
        with suppress(OSError):
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                if line == "DONE":
                    writer.write(f"{idling} OK idled\r\n".encode())
                    continue
                key = next((key for key in sorted(script, key=len, reverse=True) if command.startswith(key)), "")
                said = script.get(key, [])
                if said is None:
                    continue
                writer.write("".join(f"{one}\r\n" for one in said).encode())
                if command == "IDLE":
                    idling = tag
                else:
                    writer.write(f"{tag} OK done\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
