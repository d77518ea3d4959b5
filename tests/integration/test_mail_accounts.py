"""How mail leaves and signs in: kept connections, DKIM, OAuth 2."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import dkim
import pytest
import pytest_asyncio
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mail_doubles import MemoryInbox, account, channel, outgoing
from mail_servers import scripted
from pydantic import ValidationError

from channels.base import Account
from channels.email import EmailChannel
from channels.mailbox.imap import open_mailbox
from channels.mailbox.tokens import Tokens
from core.errors import Unavailable


@dataclass
class Server:
    """An SMTP server that counts connections, and takes XOAUTH2 with the one token that it knows."""

    port: int = 0
    connections: int = 0
    taken: list[bytes] = field(default_factory=list)
    token: str = "token-1"
    drop_idle: bool = False
    open: list[asyncio.Transport] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        if isinstance(server.transport, asyncio.Transport):
            self.open.append(server.transport)
        return [*responses[:-1], "250-AUTH XOAUTH2", responses[-1]]

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        said = b64decode(args[1]).decode()
        return AuthResult(success=f"auth=Bearer {self.token}\x01" in said, handled=False, auth_data=said)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.taken.append(envelope.original_content or b"")
        return "250 OK"

    def cut(self) -> None:
        for transport in self.open:
            transport.abort()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    double, loop = Server(), asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(double, loop=loop, auth_require_tls=False), "127.0.0.1", 0)
    double.port = listening.sockets[0].getsockname()[1]
    yield double
    listening.close()
    await listening.wait_closed()


@pytest_asyncio.fixture
async def email() -> AsyncIterator[EmailChannel]:
    made = channel(MemoryInbox())
    yield made
    await made.close()


def at(port: int, **settings: Any) -> Account[Any]:
    return account(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", **settings)


async def test_mails_share_a_connection(server: Server, email: EmailChannel) -> None:
    mailbox = at(server.port)
    for _ in range(5):
        await email.send(mailbox, outgoing())
    assert (len(server.taken), server.connections) == (5, 1)


async def test_a_connection_that_the_server_ended_costs_no_mail(server: Server, email: EmailChannel) -> None:
    mailbox = at(server.port)
    await email.send(mailbox, outgoing())
    server.cut()
    await asyncio.sleep(0)
    await email.send(mailbox, outgoing())
    assert (len(server.taken), server.connections) == (2, 2)


async def test_a_changed_account_does_not_send_through_the_old_connection(server: Server, email: EmailChannel) -> None:
    await email.send(at(server.port), outgoing())
    await email.send(account("help@other.example", smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none"),
                     outgoing())  # fmt: skip
    assert server.connections == 2


def key() -> tuple[str, bytes]:
    """Return a private key in PEM and what stands in DNS for it."""
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = b"".join(public.splitlines()[1:-1])
    return pem.decode(), b"v=DKIM1; k=rsa; p=" + body


async def test_a_signed_mail_verifies_and_a_changed_one_does_not(server: Server, email: EmailChannel) -> None:
    pem, record = key()
    await email.send(at(server.port, dkim_selector="m2026", dkim_key=pem), outgoing())
    (content,) = server.taken

    def dns(name: bytes, **_: Any) -> bytes:
        return record if name == b"m2026._domainkey.example.com." else b""

    assert dkim.verify(content, dnsfunc=dns)
    assert not dkim.verify(content.replace(b"Subject: Order", b"Subject: Other"), dnsfunc=dns)
    second = content.replace(b"\r\nTo: ", b"\r\nFrom: boss@example.com\r\nTo: ", 1)
    assert second != content
    assert not dkim.verify(second, dnsfunc=dns), "a second From is not covered"


@pytest.mark.parametrize(
    "settings",
    [
        {"dkim_selector": "m2026"},
        {"dkim_selector": "m2026", "dkim_key": "no key"},
        {"sign_in": "oauth2", "oauth_token_url": "https://login.example/token"},
        {
            "sign_in": "oauth2",
            "oauth_client_id": "a",
            "oauth_refresh_token": "b",
            "oauth_token_url": "http://x.example/",
        },
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        account(**settings)


@dataclass
class TokenServer:
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    expires_in: int = 3600
    status: int = 200

    async def grant(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        if self.status != 200:
            return web.json_response(
                {"error": "invalid_grant", "was": self.asked[-1]["refresh_token"]}, status=self.status
            )
        token = {"access_token": f"token-{len(self.asked)}", "expires_in": self.expires_in}
        return web.json_response(token)


@pytest_asyncio.fixture
async def granting() -> AsyncIterator[TokenServer]:
    double = TokenServer()
    app = web.Application()
    app.router.add_post("/token", double.grant)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield double
    await runner.cleanup()


def by_token(granting: TokenServer, **settings: Any) -> dict[str, Any]:
    return {
        "sign_in": "oauth2", "oauth_token_url": granting.url, "oauth_client_id": "client",
        "oauth_refresh_token": "refresh", **settings,
    }  # fmt: skip


async def test_mail_leaves_with_a_token_that_is_asked_for_once(
    server: Server, email: EmailChannel, granting: TokenServer
) -> None:
    mailbox = at(server.port, smtp_user="help@example.com", **by_token(granting))
    await email.send(mailbox, outgoing())
    server.cut()
    await email.send(mailbox, outgoing())
    assert len(server.taken) == 2
    assert [asked["grant_type"] for asked in granting.asked] == ["refresh_token"]


async def test_a_token_that_the_server_refuses_is_asked_for_anew(
    server: Server, email: EmailChannel, granting: TokenServer
) -> None:
    mailbox = at(server.port, smtp_user="help@example.com", **by_token(granting))
    server.token = "token-2"
    with pytest.raises(Unavailable, match="535"):
        await email.send(mailbox, outgoing())
    await email.send(mailbox, outgoing())
    assert (len(server.taken), len(granting.asked)) == (1, 2)


async def test_a_token_server_that_refuses_is_quoted_without_secrets(
    server: Server, email: EmailChannel, granting: TokenServer
) -> None:
    granting.status = 400
    secret = {"oauth_refresh_token": "for us alone"}
    mailbox = at(server.port, smtp_user="help@example.com", **by_token(granting, **secret))
    with pytest.raises(Unavailable, match="invalid_grant") as caught:
        await email.send(mailbox, outgoing())
    assert "for us alone" not in str(caught.value)


async def test_a_mailbox_is_opened_with_a_token(granting: TokenServer) -> None:
    async with scripted({}) as port:
        mailbox = account(
            imap_host="127.0.0.1", imap_port=port, imap_security="none", imap_user="help@example.com",
            **by_token(granting),
        )  # fmt: skip
        async with open_mailbox(mailbox.settings, Tokens()) as opened:
            assert await opened.select("INBOX", is_read_only=False) == (7, 3)
    assert len(granting.asked) == 1
