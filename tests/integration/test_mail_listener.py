"""The embedded SMTP listener, spoken to by CPython's own SMTP client over a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import uvloop
from mail_doubles import MemoryInbox, account, channel, outgoing, until

from channels.base import Ignored, InboundMessage, RawInput, ThreadKey
from channels.email import EmailChannel
from channels.mailbox.compose import compose
from channels.mailbox.listener import Listener
from core.clock import utc_now
from core.errors import Invalid, Unavailable

MAIL = "From: Sara <sara@example.net>\r\nSubject: Order\r\nMessage-ID: <1@example.net>\r\n\r\nسلام\r\n.dot\r\n".encode()
HELP = account("help@example.com")
SALES = account("sales@example.com")
CLOSED = account("closed@example.com", is_listening=False)


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest_asyncio.fixture
async def email(inbox: MemoryInbox) -> AsyncIterator[EmailChannel]:
    opened = channel(inbox, HELP, SALES, CLOSED)
    await opened.open()
    yield opened
    await opened.close()
    await opened.context.workers.close()


def send(port: int, *recipients: str, content: bytes = MAIL, sender: str = "sara@example.net") -> dict[str, object]:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return dict(client.sendmail(sender, recipients, content))


async def test_a_mail_is_taken_word_for_word(email: EmailChannel, inbox: MemoryInbox) -> None:
    await asyncio.to_thread(send, email.port, "help@example.com")
    assert inbox.bodies == [MAIL]
    (raw,) = inbox.raws.values()
    assert raw.external_id.startswith("sha256:")
    assert raw.headers == {"mail_from": "sara@example.net", "rcpt_to": "help@example.com", "peer": "127.0.0.1"}


async def test_250_comes_only_after_the_commit(email: EmailChannel, inbox: MemoryInbox) -> None:
    inbox.gate.clear()
    sending = asyncio.create_task(asyncio.to_thread(send, email.port, "help@example.com"))
    await until(lambda: inbox.calls == 1)
    await asyncio.sleep(0.3)
    assert not sending.done()
    inbox.gate.set()
    assert await sending == {}


async def test_a_database_that_is_away_means_451(email: EmailChannel, inbox: MemoryInbox) -> None:
    inbox.refusal = Unavailable()
    with pytest.raises(smtplib.SMTPDataError) as caught:
        await asyncio.to_thread(send, email.port, "help@example.com")
    assert caught.value.smtp_code == 451
    inbox.refusal = None
    await asyncio.to_thread(send, email.port, "help@example.com")
    assert len(inbox.raws) == 1


@pytest.mark.parametrize(
    "address", ["nobody@example.com", "sara@elsewhere.org", "closed@example.com", "help@evil@x.com"]
)
async def test_nothing_is_relayed(email: EmailChannel, inbox: MemoryInbox, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        await asyncio.to_thread(send, email.port, address)
    assert caught.value.recipients[address][0] in {550, 553}
    assert inbox.calls == 0


async def test_one_mail_for_two_mailboxes_is_two_inputs_and_a_repetition_none(
    email: EmailChannel, inbox: MemoryInbox
) -> None:
    to = ["help@example.com", "HELP+token@Example.com", "sales@example.com"]
    await asyncio.to_thread(send, email.port, *to)
    await asyncio.to_thread(send, email.port, *to)
    assert inbox.calls == 4
    assert sorted(raw.headers["rcpt_to"] for raw in inbox.raws.values()) == [
        "help@example.com, HELP+token@Example.com",
        "sales@example.com",
    ]


async def test_a_mail_beyond_the_limit_is_refused_announced_or_not() -> None:
    inbox = MemoryInbox()
    small = Listener(["email"], channel(inbox, HELP).context.accounts, inbox, size_limit=10_000)
    await small.open("127.0.0.1", 0)

    def unannounced() -> int:
        with smtplib.SMTP("127.0.0.1", small.port, timeout=20) as client:
            client.helo()
            client.mail("sara@example.net")
            client.rcpt("help@example.com")
            return client.data(MAIL + b"x\r\n" * 10_000)[0]

    with pytest.raises(smtplib.SMTPSenderRefused) as caught:
        await asyncio.to_thread(send, small.port, "help@example.com", content=MAIL + b"x\r\n" * 10_000)
    assert caught.value.smtp_code == 552
    assert await asyncio.to_thread(unannounced) == 552
    assert inbox.calls == 0
    await small.close()


async def test_a_bounce_has_no_sender_and_is_taken(email: EmailChannel, inbox: MemoryInbox) -> None:
    await asyncio.to_thread(send, email.port, "help@example.com", sender="")
    (raw,) = inbox.raws.values()
    (read,) = await email.read(HELP, raw)
    assert isinstance(read, InboundMessage)
    assert read.is_automatic


async def test_a_sender_that_goes_away_in_the_middle_leaves_nothing(email: EmailChannel, inbox: MemoryInbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", email.port)
    writer.write(b"HELO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<help@example.com>\r\nDATA\r\nSubject: half\r\n")
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.transport.abort()
    await until(lambda: not email.listener.doors)
    assert inbox.calls == 0
    with contextlib.suppress(ConnectionError):
        await reader.read()


async def test_a_line_feed_dot_line_feed_ends_no_mail(email: EmailChannel, inbox: MemoryInbox) -> None:
    """SMTP smuggling: a second mail must not fit into the first."""
    smuggled = MAIL + b"\n.\nMAIL FROM:<boss@example.com>\nRCPT TO:<sales@example.com>\nDATA\nSubject: forged\n\nx"

    def raw_data() -> None:
        with smtplib.SMTP("127.0.0.1", email.port, timeout=20) as client:
            client.helo()
            client.mail("sara@example.net")
            client.rcpt("help@example.com")
            client.docmd("DATA")
            client.send(smuggled + b"\r\n.\r\n")
            assert client.getreply()[0] == 250

    await asyncio.to_thread(raw_data)
    assert len(inbox.raws) == 1


async def test_what_comes_in_is_read_with_its_thread(email: EmailChannel, inbox: MemoryInbox) -> None:
    first = MAIL.replace(b"Subject: Order", b"In-Reply-To: <old@x>\r\nSubject: Re: Order [#123]")
    await asyncio.to_thread(send, email.port, "help@example.com", content=first)
    (raw,) = inbox.raws.values()
    (read,) = await email.read(HELP, raw)
    assert isinstance(read, InboundMessage)
    assert (read.sender.value, read.sender.name, read.subject) == ("sara@example.net", "Sara", "Re: Order [#123]")
    assert read.text == "سلام\n.dot"
    late = ThreadKey("ref:1@example.net"), ThreadKey("ref:old@x")
    assert read.thread == (ThreadKey("mid:old@x"), *late, ThreadKey("number:123"))
    assert read.awaited == ("ref:old@x",)
    assert read.keys == ("mid:1@example.net",)
    assert (read.is_sender_verified, read.is_automatic) == (True, False)


async def test_an_answer_to_what_we_sent_proves_its_conversation(email: EmailChannel, inbox: MemoryInbox) -> None:
    sent = outgoing()
    ours = compose(HELP.settings, "Help", sent, email.marks, utc_now())
    answer_to = email.marks.reply_address(HELP.settings, sent.interaction_id) or ""
    by_address = MAIL.replace(b"Subject:", f"To: {answer_to}\r\nSubject:".encode())
    by_id = MAIL.replace(b"Subject:", f"In-Reply-To: <{ours.message_id}>\r\nSubject:".encode())
    await asyncio.to_thread(send, email.port, answer_to, content=by_address)
    await asyncio.to_thread(send, email.port, "help@example.com", content=by_id)
    for raw in list(inbox.raws.values()):
        (read,) = await email.read(HELP, raw)
        assert isinstance(read, InboundMessage)
        assert read.thread[0] == ThreadKey(f"interaction:{sent.interaction_id}", is_proof=True)


async def test_our_own_mail_that_comes_back_is_ignored(email: EmailChannel, inbox: MemoryInbox) -> None:
    ours = compose(HELP.settings, "Help", outgoing(), email.marks, utc_now())
    await asyncio.to_thread(send, email.port, "help@example.com", content=ours.content)
    (raw,) = inbox.raws.values()
    assert [type(read) for read in await email.read(HELP, raw)] == [Ignored]


async def test_a_forgery_of_our_own_address_is_not_believed(email: EmailChannel, inbox: MemoryInbox) -> None:
    forged = MAIL.replace(b"sara@example.net", b"help@example.com")
    await asyncio.to_thread(send, email.port, "help@example.com", content=forged)
    (raw,) = inbox.raws.values()
    (read,) = await email.read(HELP, raw)
    assert isinstance(read, InboundMessage)
    assert not read.is_sender_verified


async def test_what_cannot_be_read_is_invalid_and_the_next_mail_reads(email: EmailChannel, inbox: MemoryInbox) -> None:
    for content in (b"X-Junk: " + b"x" * 2_100_000 + b"\r\n\r\n", MAIL):
        raw = RawInput("sha256:x", "mail", content)
        if content is MAIL:
            assert await email.read(HELP, raw)
        else:
            with pytest.raises(Invalid):
                await email.read(HELP, raw)


async def test_the_listener_runs_on_uvloop() -> None:
    async def one_mail() -> list[bytes]:
        inbox = MemoryInbox()
        opened = channel(inbox, HELP)
        await opened.open()
        await asyncio.to_thread(send, opened.port, "help@example.com")
        await opened.close()
        return inbox.bodies

    assert await asyncio.to_thread(uvloop.run, one_mail()) == [MAIL]
