"""Following an IMAP folder: against pymap, through a proxy that cuts, and against a server that misbehaves."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import uvloop
from mail_doubles import MemoryInbox, account, channel, self_signed, stop, until

from channels.base import Account
from channels.mailbox import follow, imap
from channels.mailbox.follow import Follower, batches
from channels.mailbox.imap import modified_utf7
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
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield port
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


@pytest.fixture(scope="module")
def imap_port() -> Iterator[int]:
    with pymap("--no-tls") as port:
        yield port


@pytest_asyncio.fixture
async def folder(imap_port: int) -> Folder:
    made = Folder(imap_port, f"box-{uuid4().hex[:8]}")
    await made.make()
    return made


def of(folder: Folder, port: int | None = None, **settings: Any) -> Account[Any]:
    given = {
        "imap_host": "127.0.0.1", "imap_port": port or folder.port, "imap_security": "none", "imap_user": "demouser",
        "imap_password": "demopass", "imap_folder": folder.name, **settings,
    }  # fmt: skip
    return account(**given)


@asynccontextmanager
async def following(mailbox: Account[Any], inbox: MemoryInbox) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Follower(mailbox, inbox, utc_now).run(), name="follow")
    try:
        yield task
    finally:
        with suppress(Unavailable):
            await stop(task)


async def test_what_lies_there_is_taken_word_for_word_and_marked_after_the_commit(folder: Folder) -> None:
    mails = [mail(number) for number in range(3)]
    await folder.add(*mails)
    inbox = MemoryInbox()
    inbox.gate.clear()
    async with following(of(folder), inbox):
        await until(lambda: inbox.calls == 1)
        assert await folder.unseen() == 3
        inbox.gate.set()
        await until(lambda: inbox.reports == [None])
    assert inbox.bodies == mails
    assert await folder.unseen() == 0


async def test_a_new_mail_is_heard_while_idle(folder: Folder) -> None:
    inbox = MemoryInbox()
    async with following(of(folder), inbox):
        await until(lambda: inbox.reports == [None])
        for number in range(3):
            await folder.add(mail(number))
            await until(lambda: len(inbox.raws) == number + 1)  # noqa: B023 - awaited within the turn
    assert [place["uid"] for place in inbox.places if place] == sorted(place["uid"] for place in inbox.places if place)


async def test_a_restart_goes_on_where_the_last_commit_was(folder: Folder) -> None:
    await folder.add(*(mail(number) for number in range(3)))
    first, second = MemoryInbox(), MemoryInbox()
    mailbox = of(folder)
    async with following(mailbox, first):
        await until(lambda: first.reports == [None])
    await folder.add(mail(3))
    async with following(replace(mailbox, place=first.places[-1]), second):
        await until(lambda: second.reports == [None])
    assert (len(first.raws), second.bodies) == (3, [mail(3)])


async def test_a_refused_commit_moves_and_marks_nothing(folder: Folder) -> None:
    await folder.add(mail(1))
    inbox = MemoryInbox()
    inbox.refusal = Unavailable()
    with pytest.raises(Unavailable):
        await Follower(of(folder), inbox, utc_now).run()
    assert (inbox.places, await folder.unseen()) == ([], 1)


async def test_many_mails_come_in_windows(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_WINDOW", 25)
    mails = [mail(number) for number in range(60)]
    await folder.add(*mails)
    inbox = MemoryInbox()
    async with following(of(folder), inbox):
        await until(lambda: inbox.reports == [None], seconds=30)
    assert inbox.bodies == mails
    assert inbox.calls == 3


async def test_a_new_uidvalidity_reads_all_again_and_takes_only_what_is_new(folder: Folder) -> None:
    await folder.add(mail(1), mail(2))
    inbox = MemoryInbox()
    mailbox = of(folder)
    async with following(mailbox, inbox):
        await until(lambda: inbox.reports == [None])
    await folder.remake()
    await folder.add(mail(3), mail(2))
    before = inbox.places[-1]
    async with following(replace(mailbox, place=before), inbox):
        await until(lambda: inbox.reports == [None, None])
    assert inbox.bodies == [mail(1), mail(2), mail(3)]
    assert before is not None
    assert (inbox.places[-1] or {})["uidvalidity"] != before["uidvalidity"]


async def test_a_mailbox_that_begins_now_leaves_what_lies_there(folder: Folder) -> None:
    await folder.add(mail(1))
    inbox = MemoryInbox()
    async with following(of(folder, imap_start="now"), inbox):
        await until(lambda: inbox.reports == [None])
        await folder.add(mail(2))
        await until(lambda: len(inbox.raws) == 1)
    assert inbox.bodies == [mail(2)]


async def test_a_folder_has_a_name_in_any_script(imap_port: int) -> None:
    folder = Folder(imap_port, f"صندوق & {uuid4().hex[:6]}")
    await folder.make()
    await folder.add(mail(1))
    inbox = MemoryInbox()
    async with following(of(folder, imap_mark_seen=False), inbox):
        await until(lambda: inbox.reports == [None])
    assert (inbox.bodies, await folder.unseen()) == ([mail(1)], 1)


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


async def follow_until(mailbox: Account[Any], inbox: MemoryInbox, count: int) -> int:
    """Run as the core does, again after each failure from the last committed place; return how often it failed."""
    failures = 0
    while True:
        begun = replace(mailbox, place=inbox.places[-1] if inbox.places else None)
        task = asyncio.create_task(Follower(begun, inbox, utc_now).run(), name="follow")
        try:
            async with asyncio.timeout(20):
                while len(inbox.raws) < count and not task.done():
                    await asyncio.sleep(0.01)
            if not task.done():
                return failures
            with pytest.raises(Unavailable):
                await task
            failures += 1
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_a_cut_at_any_point_loses_nothing_and_repeats_nothing(folder: Folder) -> None:
    mails = [mail(number, 2_000) for number in range(12)]
    await folder.add(*mails)
    async with Proxy(folder.port).open() as proxy:
        whole = MemoryInbox()
        await follow_until(of(folder, proxy.port, imap_mark_seen=False), whole, 12)
        total = proxy.carried
        assert total > 24_000
        cuts = 0
        for twentieth in range(20):
            inbox = MemoryInbox()
            proxy.carried, proxy.budget = 0, total * twentieth // 20
            cuts += await follow_until(of(folder, proxy.port, imap_mark_seen=False), inbox, 12)
            assert sorted(inbox.bodies) == sorted(mails)
    assert cuts >= 18


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
async def test_starttls_protects_before_anybody_signs_in(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)
    with pymap("--cert", str(certificate), "--key", str(key)) as port:
        mailbox = of(Folder(port, "INBOX"), imap_security="starttls", imap_host="localhost")
        with pytest.raises(Unavailable, match="encryption fails"):
            await asyncio.to_thread(run, channel(MemoryInbox()).check(mailbox))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await asyncio.to_thread(run, channel(MemoryInbox()).check(mailbox))


async def test_an_outage_while_idle_is_caught_up(folder: Folder) -> None:
    async with Proxy(folder.port).open() as proxy:
        inbox = MemoryInbox()
        mailbox = of(folder, proxy.port)
        async with following(mailbox, inbox) as task:
            await until(lambda: inbox.reports == [None])
            proxy.budget = proxy.carried
            await folder.add(mail(1))
            with pytest.raises(Unavailable):
                await asyncio.wait_for(asyncio.shield(task), 10)
        await follow_until(mailbox, inbox, 1)
    assert inbox.bodies == [mail(1)]


async def test_wrong_settings_are_told_in_plain_words(folder: Folder, unused_tcp_port: int) -> None:
    email = channel(MemoryInbox())
    await email.check(of(folder))
    with pytest.raises(Unavailable, match="refuses user and password"):
        await email.check(of(folder, imap_password="wrong"))
    with pytest.raises(Unavailable, match="folder nowhere cannot be opened"):
        await email.check(of(folder, imap_folder="nowhere"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await email.check(of(folder, unused_tcp_port))
    with pytest.raises(Unavailable, match="STARTTLS"):
        await email.check(of(folder, imap_security="starttls"))


Answer = Callable[[str, str], Awaitable[list[str]] | list[str]]


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


BODIES = "UID FETCH 1,2 (UID RFC822.SIZE BODY.PEEK[])"
HALF = ["* 1 FETCH (UID 1 RFC822.SIZE 5)", "* 2 FETCH (UID 2 RFC822.SIZE 5 BODY[] {5}\r\nhello)"]


def at(port: int) -> Account[Any]:
    return of(Folder(port, "INBOX"), imap_mark_seen=True)


async def test_ok_without_a_body_is_owed_told_and_stops_no_other() -> None:
    inbox = MemoryInbox()
    async with scripted({BODIES: HALF, "IDLE": ["+ idling"]}) as port, following(at(port), inbox):
        await until(lambda: len(inbox.reports) == 1)
    assert inbox.bodies == [b"hello"]
    assert inbox.places == [{"uidvalidity": 7, "uid": 2, "owed": [1]}]
    assert "does not give: 1" in (inbox.reports[0] or "")


async def test_what_is_owed_is_asked_for_again() -> None:
    inbox = MemoryInbox()
    sizes = {"UID FETCH 1 (UID RFC822.SIZE)": ["* 1 FETCH (UID 1 RFC822.SIZE 5)"]}
    bodies = {"UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": ["* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[] {5}\r\nfirst)"]}
    mailbox = replace(at(1), place={"uidvalidity": 7, "uid": 2, "owed": [1]})
    async with scripted({**sizes, **bodies, "IDLE": ["+ idling"]}) as port:
        settings = mailbox.settings.model_copy(update={"imap_port": port})
        async with following(replace(mailbox, settings=settings), inbox):
            await until(lambda: inbox.reports == [None])
    assert (inbox.bodies, inbox.places) == ([b"first"], [{"uidvalidity": 7, "uid": 2}])


async def test_a_body_shorter_than_announced_is_fetched_twice_before_it_is_believed() -> None:
    inbox = MemoryInbox()
    short = [
        "* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[] {5}\r\nfirst)",
        "* 2 FETCH (UID 2 RFC822.SIZE 5 BODY[] {5}\r\nhello)",
    ]
    again = ["* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[] {5}\r\nfirst)"]
    script = {BODIES: short, "UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": again, "IDLE": ["+ idling"]}
    async with scripted({**script}) as port, following(at(port), inbox):
        await until(lambda: inbox.reports == [None])
    assert inbox.bodies == [b"first", b"hello"]
    async with scripted({**script, "UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": HALF[:1]}) as port:
        with pytest.raises(Unavailable, match="cut short"):
            await Follower(at(port), MemoryInbox(), utc_now).run()


async def test_goodbye_while_idle_ends_it_at_once() -> None:
    whole = [HALF[0].replace("5)", "5 BODY[] {5}\r\nfirst)"), HALF[1]]
    async with scripted({BODIES: whole, "IDLE": ["+ idling", "* BYE too long idle"]}) as port:
        async with asyncio.timeout(5):
            with pytest.raises(Unavailable, match="says goodbye: too long idle"):
                await Follower(at(port), MemoryInbox(), utc_now).run()


@pytest.mark.parametrize("silent", ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", BODIES, "UID STORE", "IDLE"])
async def test_a_server_that_falls_silent_is_left(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_CALL_SECONDS", 0.3)
    monkeypatch.setattr(imap.ok, "__defaults__", (0.3,))
    monkeypatch.setattr(imap.Mailbox._ok, "__defaults__", (0.3,))
    script: dict[str, list[str] | None] = {BODIES: HALF, "IDLE": ["+ idling"], silent: None}
    if silent == "UID SEARCH":
        script["UID SEARCH UID 1:*"] = None
    async with scripted(script) as port, asyncio.timeout(10):
        with pytest.raises(Unavailable):
            await Follower(at(port), MemoryInbox(), utc_now).run()


async def test_ten_thousand_lines_at_once_are_only_lines() -> None:
    inbox = MemoryInbox()
    flood = [f"* {number} EXISTS" for number in range(10_000)]
    async with scripted({BODIES: [*flood, *HALF], "IDLE": ["+ idling"]}) as port, following(at(port), inbox):
        await until(lambda: len(inbox.reports) == 1)
    assert inbox.bodies == [b"hello"]


async def test_nonsense_ends_the_connection_and_not_the_program() -> None:
    for nonsense in (["A1 OK never asked"], ["x" * 5_000_000], ["* 1 FETCH (UID 1 BODY[] {99999999999}"]):
        async with scripted({BODIES: nonsense}) as port, asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await Follower(at(port), MemoryInbox(), utc_now).run()


def test_a_window_is_cut_so_that_a_batch_stays_small() -> None:
    mega = 1024 * 1024
    assert list(batches({1: 5 * mega, 2: 2 * mega, 3: 2 * mega, 4: 90 * mega, 5: 1})) == [[1, 2], [3], [4], [5]]
