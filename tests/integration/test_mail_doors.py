"""The listeners' other doors: LMTP for a mail server in front, STARTTLS, and a mailbox that takes all of its domain."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import uvloop
from mail_doubles import MemoryInbox, account, channel, self_signed

from channels.base import Account, InboundMessage, RawInput
from core.errors import Unavailable

MAIL = b"From: Sara <sara@example.net>\r\nTo: any@example.com, friend@else.example\r\nSubject: Order\r\n\r\nHello\r\n"
HELP = account("help@example.com")
SALES = account("sales@example.com")


class HalfInbox(MemoryInbox):
    """One that keeps nothing for sales."""

    async def deliver(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any] | None = None
    ) -> list[bool]:
        if account.id == SALES.id:
            raise Unavailable
        return await super().deliver(account, raws, place)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def by_lmtp(port: int, *recipients: str) -> list[bytes]:
    """Speak LMTP by hand; return the answers to the whole mail, one for each recipient that was taken."""
    with smtplib.LMTP("127.0.0.1", port) as client:
        assert client.ehlo()[0] == 250
        client.mail("sara@example.net")
        taken = [client.rcpt(address)[0] for address in recipients]
        assert client.docmd("DATA")[0] == 354
        client.send(MAIL + b".\r\n")
        return [client.getreply()[1] for code in taken if code == 250]


async def test_lmtp_says_of_each_recipient_whether_the_mail_was_taken() -> None:
    inbox = HalfInbox()
    opened = channel(inbox, HELP, SALES, lmtp_port=free_port())
    await opened.open()
    port = opened.listener.lmtp_port
    to = ("help@example.com", "sales@example.com", "nobody@example.com", "help+x@example.com")
    answers = await asyncio.to_thread(by_lmtp, port, *to)
    assert answers == [b"2.0.0 Taken", b"4.3.0 Not now, try again later", b"2.0.0 Taken"]
    (raw,) = inbox.raws.values()
    assert (raw.body, raw.headers["rcpt_to"]) == (MAIL, "help@example.com, help+x@example.com")
    assert await asyncio.to_thread(greeted, port) == 500, "who speaks SMTP there is told so"
    await opened.close()


def greeted(port: int) -> int:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return client.helo()[0]


def encrypted(port: int, certificate: Path) -> None:
    with smtplib.SMTP("localhost", port, timeout=20) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        client.sendmail("sara@example.net", ["help@example.com"], MAIL)


@pytest.mark.parametrize("is_uvloop", [False, True], ids=["asyncio", "uvloop"])
def test_mail_comes_encrypted_where_there_is_a_certificate(tmp_path: Path, is_uvloop: bool) -> None:
    certificate, key = self_signed(tmp_path)

    async def two_mails() -> list[bytes]:
        inbox = MemoryInbox()
        opened = channel(inbox, HELP, smtp_certificate=certificate, smtp_key=key)
        await opened.open()
        await asyncio.to_thread(encrypted, opened.port, certificate)
        await opened.close()
        return inbox.bodies

    run = uvloop.run if is_uvloop else asyncio.run
    assert run(two_mails()) == [MAIL]


async def test_what_is_said_before_the_encryption_is_not_believed_after_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    certificate, key = self_signed(tmp_path)
    inbox = MemoryInbox()
    opened = channel(inbox, HELP, smtp_certificate=certificate, smtp_key=key)
    await opened.open()

    def inject() -> bytes:
        with socket.create_connection(("127.0.0.1", opened.port), timeout=10) as plain:
            answers = plain.makefile("rb")
            answers.readline()
            plain.sendall(b"EHLO x\r\n")
            while answers.readline()[3:4] != b" ":
                pass
            plain.sendall(b"STARTTLS\r\nMAIL FROM:<smuggled@else.example>\r\n")
            assert answers.readline().startswith(b"220")
            context = ssl.create_default_context(cafile=str(certificate))
            with context.wrap_socket(plain, server_hostname="localhost") as secret:
                secret.sendall(b"RCPT TO:<help@example.com>\r\n")
                return secret.recv(500)

    try:
        answer = await asyncio.to_thread(inject)
    except OSError:
        answer = b""
    assert not answer.startswith(b"250"), "the command before the encryption began no mail"
    assert "listener failed" not in caplog.text
    await opened.close()


def test_a_certificate_that_is_none_is_said_before_anything_listens(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate")
    with pytest.raises(Unavailable, match="certificate"):
        channel(MemoryInbox(), HELP, smtp_certificate=nothing)


async def test_mail_for_nobody_else_goes_to_the_mailbox_that_takes_all_of_its_domain() -> None:
    inbox = MemoryInbox()
    catching = account("office@example.com", is_catch_all=True)
    opened = channel(inbox, catching, HELP)
    await opened.open()

    def send(*to: str) -> None:
        with smtplib.SMTP("127.0.0.1", opened.port, timeout=20) as client:
            client.sendmail("sara@example.net", to, MAIL)

    await asyncio.to_thread(send, "any@example.com", "help@example.com")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await asyncio.to_thread(send, "any@else.example")
    caught, helped = sorted(inbox.raws.values(), key=lambda raw: raw.headers["rcpt_to"])
    assert (caught.headers["rcpt_to"], helped.headers["rcpt_to"]) == ("any@example.com", "help@example.com")
    (read,) = await opened.read(catching, caught)
    assert isinstance(read, InboundMessage)
    assert read.others == ("friend@else.example",), "an address that we catch is no stranger who takes part"
    await opened.close()
    await opened.context.workers.close()


async def test_the_largest_mail_is_a_setting() -> None:
    inbox = MemoryInbox()
    opened = channel(inbox, HELP, smtp_megabytes=1)
    await opened.open()

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", opened.port, timeout=20) as client:
            client.sendmail("sara@example.net", ["help@example.com"], MAIL + b"x" * 70 * 16_000)

    with pytest.raises(smtplib.SMTPSenderRefused) as caught:
        await asyncio.to_thread(send)
    assert caught.value.smtp_code == 552
    assert inbox.raws == {}
    await opened.close()
