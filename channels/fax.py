"""Fax by a gateway that speaks mail: a fax comes as a mail with PDF pages, and goes as one to `<number>@gateway`.

The mailbox is one like any other (IMAP, or our own SMTP listener); what is not from the gateway is nothing for people.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar, TypeAlias

from pydantic import Field
from typing_extensions import override

from channels.answers import InboundFile
from channels.base import (
    Account,
    AccountSettings,
    Address,
    IdentityKind,
    Ignored,
    InboundMessage,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    ThreadKey,
)
from channels.email import EmailChannel
from channels.mailbox.settings import EmailSettings
from core.errors import Invalid
from core.telephone import e164

_PAGES = frozenset({"application/pdf", "image/tiff"})
_PAGE = re.compile(rb"/Type\s*/Page(?![s\w])")
_NUMBER = re.compile(r"\+?\d[\d ().-]{5,20}\d")
_HOST = r"^[A-Za-z0-9.-]{3,253}$"


class FaxSettings(EmailSettings):
    """The mailbox that the gateway knows, and the gateway."""

    gateway: str = Field(pattern=_HOST, description="Faxes go to <number>@this.")
    gateway_senders: list[str] = Field(
        min_length=1, max_length=20, description="From which addresses or domains the gateway brings faxes."
    )

    def is_gateway(self, address: str) -> bool:
        domain = address.rpartition("@")[2]
        return any(each.lower() in (address, domain) for each in self.gateway_senders)


FaxAccount: TypeAlias = Account[FaxSettings]


class FaxChannel(EmailChannel):
    """Faxes with one number are one thread."""

    kind: ClassVar[str] = "fax"
    settings_model: ClassVar[type[AccountSettings]] = FaxSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE
    units: ClassVar[int] = 20
    carries_html: ClassVar[bool] = False
    carries_recipients: ClassVar[bool] = False

    @override
    async def open(self) -> None:
        """The listener of the mail channel takes mail for faxes, too."""

    @override
    async def read(self, account: FaxAccount, raw: RawInput) -> list[Reading]:
        return [self._fax(account.settings, each) for each in await super().read(account, raw)]

    def _fax(self, settings: FaxSettings, reading: Reading) -> Reading:
        if not isinstance(reading, InboundMessage):
            return reading
        # A gateway is a program, and says so; what matters is that it is the gateway.
        if not settings.is_gateway(reading.sender.value) or not reading.is_sender_verified:
            return Ignored(f"{reading.sender.value} is not the fax gateway.")
        number = _number_in(reading.sender.value, reading.subject or "")
        pages = [file for file in reading.files if file.content_type in _PAGES]
        known = number or f"anonymous:{reading.external_id[-12:]}"
        return InboundMessage(
            external_id=reading.external_id,
            sender=Address(IdentityKind.PHONE, known),
            text=f"PDF · {sum(map(_pages_of, pages))}",
            subject=None,
            files=tuple(pages),
            thread=(ThreadKey(f"peer:{known}"),),
            keys=(f"peer:{known}",),
            sole_thread=True,
            sent_at=reading.sent_at,
            details={"fax": sum(map(_pages_of, pages))},
        )

    @override
    async def send(self, account: FaxAccount, outgoing: Outgoing) -> Receipt:
        """Send the pages to the gateway; its report of failure comes back as a mail about ours."""
        if not outgoing.files or any(file.content_type != "application/pdf" for file in outgoing.files):
            raise Invalid("A fax is made of PDF pages: attach them.")
        number = outgoing.to.value.lstrip("+")
        if not number.isdigit():
            raise Invalid("A fax goes to a number.")
        to = Address(IdentityKind.EMAIL, f"{number}@{account.settings.gateway}")
        mail = replace(outgoing, to=to, more_to=(), cc=(), bcc=(), subject=f"Fax {number}", html=None, signature="")
        receipt = await super().send(account, mail)
        return replace(receipt, keys=(*receipt.keys, f"peer:{outgoing.to.value}"))


def _number_in(address: str, subject: str) -> str | None:
    """Find who sent the fax: gateways write it before the @, or into the subject."""
    for text in (address.partition("@")[0], subject):
        for found in _NUMBER.finditer(text):
            digits = re.sub(r"[^\d+]", "", found[0])
            number = e164(digits if digits.startswith("+") else f"+{digits.removeprefix('00')}")
            if number is not None:
                return number
    return None


def _pages_of(file: InboundFile) -> int:
    """Count pages as they stand in the file; at least the one that it is."""
    return max(1, len(_PAGE.findall(file.content)))


CHANNEL = FaxChannel
