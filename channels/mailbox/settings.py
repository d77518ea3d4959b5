"""What an administrator fills in for one mailbox."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from channels.base import AccountSettings

# One plain address; quoted local parts and address literals are nobody's help desk.
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*/=?^_`{|}~+-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class Security(StrEnum):
    """How a connection is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class EmailSettings(AccountSettings):
    """One address. IMAP brings mail that lies elsewhere, SMTP sends; each is optional, the listener needs neither."""

    address: str = Field(description="Address of this mailbox; mail comes to it and is sent from it.")
    from_name: str = Field("", max_length=120, description="Name beside the address; empty: the agent's name.")
    is_listening: bool = Field(default=True, description="Whether the embedded SMTP listener takes mail for it.")
    has_plus_addresses: bool = Field(default=True, description="Whether name+anything@domain reaches this mailbox too.")

    trusted_server: str = Field(
        "",
        max_length=253,
        description="Name of your own mail server in Authentication-Results; its word on DMARC counts, others' never.",
    )

    imap_host: str = Field("", description="IMAP server to fetch from; empty: nothing is fetched.")
    imap_port: int = Field(993, ge=1, le=65535)
    imap_security: Security = Security.TLS
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    imap_start: Literal["beginning", "now"] = Field(
        "beginning", description="Whether mail that lies in the folder already is taken the first time."
    )
    imap_mark_seen: bool = Field(default=True, description="Whether mail is marked as read once it is stored here.")

    smtp_host: str = Field("", description="SMTP server to send through; empty: this mailbox only receives.")
    smtp_port: int = Field(465, ge=1, le=65535)
    smtp_security: Security = Security.TLS
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")

    @field_validator("address", mode="after")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        lowered = value.strip().lower()
        if not _ADDRESS.fullmatch(lowered) or ".." in lowered:
            raise ValueError("is not a mail address")
        return lowered

    @field_validator(
        "from_name", "trusted_server", "imap_host", "imap_user", "imap_folder", "smtp_host", "smtp_user", mode="after"
    )
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be one line of printable characters")
        return value.strip()

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.imap_host and not (self.imap_user and self.imap_password.get_secret_value() and self.imap_folder):
            raise ValueError("Fetching by IMAP needs a user, a password and a folder.")
        if not self.imap_host and self.imap_user:
            raise ValueError("An IMAP user without an IMAP server fetches nothing.")
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("Signing in to the SMTP server needs both user and password, or neither.")
        if not self.smtp_host and self.smtp_user:
            raise ValueError("An SMTP user without an SMTP server sends nothing.")
        return self

    @property
    def local(self) -> str:
        return self.address.partition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.partition("@")[2]

    def is_own(self, address: str) -> bool:
        """Whether mail to this address is for this mailbox: the address itself, or with a plus and a token."""
        local, _, domain = address.strip().lower().rpartition("@")
        plain = local.partition("+")[0] if self.has_plus_addresses and "+" not in self.local else local
        return f"{plain}@{domain}" == self.address
