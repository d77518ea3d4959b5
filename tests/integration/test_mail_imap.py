"""Following an IMAP folder on pymap and, where there is one, on Dovecot; with and without a proxy that cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import uvloop
from dovecot import PROGRAM, dovecot
from mail_doubles import MemoryInbox, channel, self_signed, until
from mail_servers import Folder, Proxy, following, mail, of, pymap

from channels.base import Account, InboundMessage
from channels.mailbox import follow
from channels.mailbox.follow import Follower, batches
from channels.mailbox.tokens import Tokens
from core.clock import utc_now
from core.errors import Unavailable


@pytest.fixture(scope="module", params=["pymap", "dovecot"])
def imap_port(request: pytest.FixtureRequest) -> Iterator[int]:
    if request.param == "dovecot" and PROGRAM is None:
        pytest.skip("there is no Dovecot on this machine (Debian: dovecot-imapd)")
    with pymap("--no-tls") if request.param == "pymap" else dovecot() as port:
        yield port


@pytest_asyncio.fixture
async def folder(imap_port: int) -> Folder:
    made = Folder(imap_port, f"box-{uuid4().hex[:8]}")
    await made.make()
    return made


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


async def test_what_comes_while_mail_is_taken_is_heard_though_the_server_tells_of_it_before_idle(
    folder: Folder,
) -> None:
    inbox = MemoryInbox()
    inbox.gate.clear()
    await folder.add(mail(0))
    async with following(of(folder), inbox):
        await until(lambda: inbox.calls == 1)
        # The server tells of this one in its answer to the mark of the first, and once only.
        await folder.add(mail(1))
        inbox.gate.set()
        await until(lambda: len(inbox.raws) == 2)


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
        await Follower(of(folder), inbox, utc_now, Tokens()).run()
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


async def test_a_giant_comes_with_its_beginning_and_says_so(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_WHOLE_BYTES", 5_000)
    monkeypatch.setattr(follow, "_PART_BYTES", 1_000)
    await folder.add(mail(1, 20_000), mail(2))
    monkeypatch.setattr(follow, "_BATCH_BYTES", 2_000)
    inbox = MemoryInbox()
    mailbox = of(folder)
    async with following(mailbox, inbox):
        await until(lambda: inbox.reports == [None])
    assert inbox.bodies == [mail(1, 20_000)[:1_000], mail(2)]
    email = channel(inbox, mailbox)
    (read,) = await email.read(mailbox, next(iter(inbox.raws.values())))
    await email.context.workers.close()
    assert isinstance(read, InboundMessage)
    assert read.details["notes"] == ["beginning"]


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


async def follow_until(mailbox: Account[Any], inbox: MemoryInbox, count: int) -> int:
    """Run as the core does, again after each failure from the last committed place; return how often it failed."""
    failures = 0
    while True:
        begun = replace(mailbox, place=inbox.places[-1] if inbox.places else None)
        task = asyncio.create_task(Follower(begun, inbox, utc_now, Tokens()).run(), name="follow")
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


async def test_after_a_week_away_all_is_there_once_and_the_counts_agree(
    folder: Folder, request: pytest.FixtureRequest
) -> None:
    """Two thousand mails came meanwhile, some of them twice; the connection is lost twice on the way."""
    # pymap looks through all its mail for each command.
    many = 200 if "pymap" in request.node.name else 2_000
    inbox = MemoryInbox()
    await folder.add(mail(0))
    async with following(of(folder), inbox):
        await until(lambda: inbox.reports == [None])
    came = [mail(number % (many - 20), 300) for number in range(1, many + 1)]
    await folder.add(*came)
    async with Proxy(folder.port).open() as proxy:
        mailbox = of(folder, proxy.port)
        for share in (0.3, 0.6):
            proxy.carried, proxy.budget = 0, int(share * sum(map(len, came)))
            with pytest.raises(Unavailable):
                await Follower(replace(mailbox, place=inbox.places[-1]), inbox, utc_now, Tokens()).run()
        async with following(replace(mailbox, place=inbox.places[-1]), inbox):
            await until(lambda: inbox.reports == [None, None], seconds=60)
    seen, stored = {mail(0), *came}, inbox.bodies
    assert sorted(stored) == sorted(seen), "each once"
    assert await folder.unseen() == 0
    assert "owed" not in (inbox.places[-1] or {})


async def test_one_folder_that_fails_leaves_the_others_alone(folder: Folder, imap_port: int) -> None:
    other = Folder(imap_port, f"{folder.name}-other")
    await other.make()
    good, bad, fine = MemoryInbox(), MemoryInbox(), MemoryInbox()
    missing = Folder(imap_port, f"{folder.name}-missing")
    async with following(of(folder), good), following(of(missing), bad) as failing, following(of(other), fine):
        await until(failing.done)
        assert isinstance(failing.exception(), Unavailable)
        for box in (folder, other):
            await box.add(mail(1))
        await until(lambda: (good.bodies, fine.bodies) == ([mail(1)], [mail(1)]))
    assert bad.calls == 0


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


def test_a_window_is_cut_so_that_a_batch_stays_small() -> None:
    mega = 1024 * 1024
    assert list(batches({1: 5 * mega, 2: 2 * mega, 3: 2 * mega, 4: 90 * mega, 5: 1})) == [[1, 2], [3], [4], [5]]


async def test_a_copy_lies_among_what_was_sent_once_and_word_for_word(folder: Folder) -> None:
    sent = Folder(folder.port, f"گزارش {uuid4().hex[:8]}")
    await sent.make()
    mailbox, content = of(folder, sent_folder=sent.name), mail(1).replace(b"From", b"Message-ID: <m.1@help>\r\nFrom")
    email = channel(MemoryInbox())
    assert email.keeps_copies(mailbox)
    assert not email.keeps_copies(of(folder))
    await email.keep_copy(mailbox, content, "m.1@help")
    await email.keep_copy(mailbox, content, "m.1@help")
    _, (_, found), (_, fetched) = await sent.do(
        lambda client: client.select(sent.quoted, readonly=True),
        lambda client: client.search(None, "SEEN"),
        lambda client: client.fetch("1", "(BODY.PEEK[])"),
    )
    assert found[0].split() == [b"1"]
    assert fetched[0][1] == content


async def test_a_folder_for_copies_that_is_not_there_is_a_plain_word(folder: Folder) -> None:
    with pytest.raises(Unavailable, match="Nowhere"):
        await channel(MemoryInbox()).keep_copy(of(folder, sent_folder="Nowhere"), mail(1), "x@y")
