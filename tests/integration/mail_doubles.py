"""What the tests of the email channel share: an inbox in memory and accounts without a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from channels.base import Account, Address, ChannelContext, IdentityKind, Outgoing, RawInput
from channels.email import EmailChannel
from channels.mailbox.settings import EmailSettings
from core.clock import utc_now
from core.errors import MarkazError
from core.secrets import Keyring
from core.settings import Settings
from core.workers import Workers


class MemoryInbox:
    """An inbox that keeps what it is given, once each; it can be told to refuse, or to take its time."""

    def __init__(self) -> None:
        self.raws: dict[tuple[UUID, str], RawInput] = {}
        self.places: list[dict[str, Any] | None] = []
        self.reports: list[str | None] = []
        self.calls = 0
        self.refusal: MarkazError | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def deliver(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any] | None = None
    ) -> list[bool]:
        self.calls += 1
        await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        new = [(account.id, raw.external_id) not in self.raws for raw in raws]
        self.raws |= {(account.id, raw.external_id): raw for raw in raws}
        if place is not None:
            self.places.append(place)
        return new

    async def report(self, account: Account[Any], error: str | None, fault: str = "") -> None:
        self.reports.append(error)

    @property
    def bodies(self) -> list[bytes]:
        return [raw.body for raw in self.raws.values()]


class FixedAccounts:
    def __init__(self, *accounts: Account[Any]) -> None:
        self.all = list(accounts)

    async def enabled(self, kind: str) -> list[Account[Any]]:
        return [account for account in self.all if account.kind == kind]


def account(address: str = "help@example.com", place: dict[str, Any] | None = None, **settings: Any) -> Account[Any]:
    fields = EmailSettings.model_fields
    sealed = {name: SecretStr(v) if fields[name].annotation is SecretStr else v for name, v in settings.items()}
    return Account(uuid4(), "email", "Help desk", EmailSettings(address=address, **sealed), place)


def channel(inbox: MemoryInbox, *accounts: Account[Any], **settings: Any) -> EmailChannel:
    context = ChannelContext(
        settings=Settings(smtp_port=0, **settings),
        keys=Keyring(b"k" * 32),
        clock=utc_now,
        workers=Workers(1),
        accounts=FixedAccounts(*accounts),
        inbox=inbox,
    )
    return EmailChannel(context)


def outgoing(**changes: Any) -> Outgoing:
    given: dict[str, Any] = {
        "message_id": uuid4(),
        "interaction_id": uuid4(),
        "number": 123,
        "to": Address(IdentityKind.EMAIL, "sara@example.net", "سارا"),
        "text": "سلام\nIt is on its way.",
        "subject": "Order",
        **changes,
    }
    return Outgoing(**given)


async def until(claim: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something is so; fails the test when it never is."""
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.02)


async def stop(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost and its key; trusted where SSL_CERT_FILE names it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    return paths
