"""What an administrator fills in for one mailbox."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import Field, SecretStr, field_validator, model_validator

from channels.base import AccountSettings

# One plain address; quoted local parts and address literals are nobody's help desk.
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*/=?^_`{|}~+-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


# Loopback is for whoever runs a token server beside this one.
_TOKEN_URL = re.compile(r"https://[^/\s]+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?/")


def _is_rsa(pem: str) -> bool:
    try:
        return isinstance(serialization.load_pem_private_key(pem.encode(), None), rsa.RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


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
    is_catch_all: bool = Field(
        default=False,
        description="Whether our own listener takes mail for all addresses of its domain that no other mailbox has.",
    )
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

    sign_in: Literal["password", "oauth2"] = Field(
        "password", description="How we sign in to the servers: with the passwords here, or with OAuth 2 (XOAUTH2)."
    )
    oauth_token_url: str = Field("", max_length=500, description="Where access tokens are got; https.")
    oauth_client_id: str = Field("", max_length=300)
    oauth_client_secret: SecretStr = SecretStr("")
    oauth_refresh_token: SecretStr = SecretStr("")
    oauth_scope: str = Field("", max_length=1000, description="What the token is for, where the provider asks.")

    dkim_selector: str = Field("", max_length=63, pattern=r"^[a-z0-9.-]*$", description="Name of the key in DNS.")
    dkim_key: SecretStr = Field(SecretStr(""), description="Private RSA key in PEM; signs what leaves.")

    smtp_host: str = Field("", description="SMTP server to send through; empty: this mailbox only receives.")
    smtp_port: int = Field(465, ge=1, le=65535)
    smtp_security: Security = Security.TLS
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")

    sent_folder: str = Field(
        "", max_length=200, description="IMAP folder that also gets a copy of what was sent, such as Sent; empty: none."
    )
    most_per_hour: int = Field(
        0, ge=0, le=1_000_000, description="Most mails that leave in an hour, as your provider allows; 0: no limit."
    )

    @field_validator("address", mode="after")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        lowered = value.strip().lower()
        if not _ADDRESS.fullmatch(lowered) or ".." in lowered:
            raise ValueError("is not a mail address")
        return lowered

    @field_validator(
        "from_name", "trusted_server", "imap_host", "imap_user", "imap_folder", "smtp_host", "smtp_user",
        "sent_folder", mode="after",
    )  # fmt: skip
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be one line of printable characters")
        return value.strip()

    @field_validator("imap_password", "smtp_password", "oauth_client_secret", "oauth_refresh_token", mode="after")
    @classmethod
    def _ends_no_line(cls, value: SecretStr) -> SecretStr:
        """A line end in a password would begin a command of its own (M14)."""
        if any(letter < " " for letter in value.get_secret_value()):
            raise ValueError("must be one line")
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        is_by_token = self.sign_in == "oauth2"
        has_password = is_by_token or bool(self.imap_password.get_secret_value())
        if self.sent_folder and not self.imap_host:
            raise ValueError("A folder for copies needs an IMAP server.")
        if self.imap_host and not (self.imap_user and has_password and self.imap_folder):
            raise ValueError("Fetching by IMAP needs a user, a password and a folder.")
        if not self.imap_host and self.imap_user:
            raise ValueError("An IMAP user without an IMAP server fetches nothing.")
        if not is_by_token and bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("Signing in to the SMTP server needs both user and password, or neither.")
        if not self.smtp_host and self.smtp_user:
            raise ValueError("An SMTP user without an SMTP server sends nothing.")
        return self

    @model_validator(mode="after")
    def _can_get_tokens(self) -> Self:
        if self.sign_in == "oauth2":
            if not (self.oauth_client_id and self.oauth_refresh_token.get_secret_value()):
                raise ValueError("OAuth 2 needs the token server, a client id and a refresh token.")
            if not _TOKEN_URL.match(self.oauth_token_url):
                raise ValueError("The token server is an https:// address.")
        return self

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        key = self.dkim_key.get_secret_value()
        if bool(key) != bool(self.dkim_selector):
            raise ValueError("Signing by DKIM needs both a key and its selector.")
        if key and not _is_rsa(key):
            raise ValueError("The DKIM key is no RSA private key in PEM.")
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

    def catches(self, address: str) -> bool:
        """Whether mail to this address comes here for want of another mailbox."""
        return self.is_catch_all and address.strip().lower().rpartition("@")[2] == self.domain
