"""Sending, against an SMTP server of our own that says what each test wants to hear."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from mail_doubles import MemoryInbox, account, channel, outgoing, self_signed

from channels.base import Account, Address, Delivery, IdentityKind, Uncertain
from channels.email import EmailChannel
from core.errors import Invalid, Unavailable


class Server:
    """An SMTP server with a script: `answers` by command, "drop" cuts the connection there."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.refusals: dict[str, str] = {}
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.recipients.append(address)
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return self.answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        answer = self.answer("DATA", server)
        if answer.startswith("250") or self.answers.get("DATA") == "drop":
            self.taken.append(envelope.original_content or b"")
        return answer

    def answer(self, command: str, server: SMTP) -> str:
        said = self.answers.get(command, "250 OK")
        if said == "drop" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return said

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"help", b"right"), handled=False)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    double = Server()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(double, loop=loop, authenticator=double.authenticate, auth_require_tls=False), "127.0.0.1", 0
    )
    double.port = listening.sockets[0].getsockname()[1]
    yield double
    listening.close()
    await listening.wait_closed()


@pytest.fixture
def email() -> EmailChannel:
    return channel(MemoryInbox())


def at(port: int, **settings: Any) -> Account[Any]:
    return account(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", **settings)


async def test_a_mail_that_is_taken_is_sent(server: Server, email: EmailChannel) -> None:
    sent = outgoing(text=".سلام\n.\nend")
    receipt = await email.send(at(server.port), sent)
    assert receipt.delivery is Delivery.SENT
    assert receipt.keys == (f"mid:{receipt.external_id}",)
    (content,) = server.taken
    mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    assert mail["Message-ID"] == f"<{receipt.external_id}>"
    assert server.recipients == ["sara@example.net"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content() == ".سلام\r\n.\r\nend\r\n"


def copied(**more: Any) -> Any:
    people = {name: (Address(IdentityKind.EMAIL, f"{name}@example.net"),) for name in ("cc", "bcc")}
    return replace(outgoing(), **people, **more)


async def test_everybody_gets_it_by_one_mail(server: Server, email: EmailChannel) -> None:
    receipt = await email.send(at(server.port), copied())
    assert server.recipients == ["sara@example.net", "cc@example.net", "bcc@example.net"]
    assert len(server.taken) == 1
    assert receipt.warning is None


async def test_one_who_does_not_exist_keeps_it_from_nobody_else(server: Server, email: EmailChannel) -> None:
    server.refusals["cc@example.net"] = "550 5.1.1 No such user"
    receipt = await email.send(at(server.port), copied())
    assert receipt.delivery is Delivery.SENT
    assert receipt.warning == "Not taken for cc@example.net: 550 5.1.1 No such user"
    assert len(server.taken) == 1
    server.refusals["sara@example.net"] = "550 5.1.1 No such user"
    with pytest.raises(Invalid, match="550"):
        await email.send(at(server.port), copied())
    assert len(server.taken) == 1


async def test_a_server_that_says_later_for_one_is_waited_for_a_while(server: Server, email: EmailChannel) -> None:
    server.refusals["bcc@example.net"] = "451 4.7.1 Greylisted"
    with pytest.raises(Unavailable):
        await email.send(at(server.port), copied())
    assert server.taken == [], "nobody has it, so that trying again gives it to nobody twice"
    receipt = await email.send(at(server.port), copied(attempt=5))
    assert "bcc@example.net" in (receipt.warning or "")
    assert len(server.taken) == 1


async def test_what_was_prepared_goes_byte_for_byte(server: Server, email: EmailChannel) -> None:
    sent = outgoing()
    content = await email.prepare(at(server.port), sent)
    await email.send(at(server.port), replace(sent, prepared=content))
    await email.send(at(server.port), replace(sent, prepared=content, attempt=2))
    assert server.taken == [content, content]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("said", "kind"), [("451 4.7.1 Greylisted", Unavailable), ("550 5.1.1 No such\tuser", Invalid)]
)
async def test_the_servers_no_says_what_comes_next(
    server: Server, email: EmailChannel, command: str, said: str, kind: type[Exception]
) -> None:
    server.answers[command] = said
    with pytest.raises(kind, match=said[:9]) as caught:
        await email.send(at(server.port), outgoing())
    assert not isinstance(caught.value, Uncertain)
    assert server.taken == []


async def test_a_connection_lost_before_the_content_is_tried_again(server: Server, email: EmailChannel) -> None:
    server.answers["RCPT"] = "drop"
    with pytest.raises(Unavailable) as caught:
        await email.send(at(server.port), outgoing())
    assert not isinstance(caught.value, Uncertain)


async def test_a_connection_lost_after_the_content_is_uncertain_and_repeated_under_the_same_id(
    server: Server, email: EmailChannel
) -> None:
    server.answers["DATA"] = "drop"
    mailbox, sent = at(server.port), outgoing()
    with pytest.raises(Uncertain):
        await email.send(mailbox, sent)
    assert await email.find_sent(mailbox, sent) is None
    server.answers.clear()
    receipt = await email.send(mailbox, sent)
    ids = {message_from_bytes(content)["Message-ID"] for content in server.taken}
    assert (len(server.taken), ids) == (2, {f"<{receipt.external_id}>"})


async def test_a_server_that_is_away_is_no_fault_of_the_mail(email: EmailChannel, unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable, match=f"127.0.0.1:{unused_tcp_port}"):
        await email.send(at(unused_tcp_port), outgoing())


async def test_a_wrong_password_is_no_fault_of_the_mail(server: Server, email: EmailChannel) -> None:
    with pytest.raises(Unavailable, match="535") as caught:
        await email.send(at(server.port, smtp_user="help", smtp_password="wrong"), outgoing())
    assert "wrong" not in str(caught.value)
    await email.send(at(server.port, smtp_user="help", smtp_password="right"), outgoing())
    assert len(server.taken) == 1


async def test_encryption_that_is_asked_for_is_not_gone_without(server: Server, email: EmailChannel) -> None:
    mailbox = account(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="starttls")
    with pytest.raises(Unavailable):
        await email.send(mailbox, outgoing())
    assert server.recipients == []


async def test_starttls_is_begun_and_the_certificate_checked(
    email: EmailChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    double, loop = Server(), asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(double, loop=loop, tls_context=context, require_starttls=True), "127.0.0.1", 0
    )
    port = listening.sockets[0].getsockname()[1]
    mailbox = account(smtp_host="localhost", smtp_port=port, smtp_security="starttls")
    with pytest.raises(Unavailable, match="certificate"):
        await email.send(mailbox, outgoing())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await email.send(mailbox, outgoing())
    assert len(double.taken) == 1
    listening.close()
    await listening.wait_closed()


async def test_a_mailbox_without_a_server_sends_nothing(email: EmailChannel) -> None:
    with pytest.raises(Unavailable, match="no SMTP server"):
        await email.send(account(), outgoing())


async def test_checking_an_account_says_what_is_wrong(server: Server, email: EmailChannel) -> None:
    await email.check(at(server.port))
    with pytest.raises(Unavailable, match="535"):
        await email.check(at(server.port, smtp_user="help", smtp_password="wrong"))
