"""What is wrong with a mailbox, in one word that the console can explain in the reader's language. Pure."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Literal

Fault = Literal[
    "no_host", "refused", "unreachable", "certificate", "no_tls", "tls", "protocol", "password", "app_password",
    "token", "folder", "sender", "recipient", "other",
]  # fmt: skip

_CAUSES = 8
# The big providers take no passwords of people from programs; their servers say so in words of their own.
_APP_PASSWORDS = (
    "gmail.com", "googlemail.com", "outlook.com", "office365.com", "yahoo.com", "yahoodns.net", "icloud.com", "me.com",
    "aol.com", "fastmail.com", "yandex.com", "yandex.ru", "zoho.com", "zoho.eu",
)  # fmt: skip
_APP_WORDS = (
    "app password",
    "application-specific",
    "application specific",
    "basic authentication",
    "5.7.9",
    "5.7.139",
)


def of_connection(error: BaseException) -> Fault:
    """Return why a server was not reached, from whatever the libraries wrapped it in."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "no_host"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate"
        if isinstance(cause, ssl.SSLError):
            return "no_tls" if cause.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"} else "tls"
    said = str(error).lower()
    if "starttls" in said:
        return "no_tls"
    return "unreachable" if isinstance(error, OSError) or "time" in said or "connect" in said else "protocol"


def of_sign_in(host: str, said: str, *, is_token: bool) -> Fault:
    """Return why a server does not let us in: its words, and which provider it is."""
    if is_token:
        return "token"
    name, lowered = host.lower().rstrip("."), said.lower()
    is_big = any(name == known or name.endswith(f".{known}") for known in _APP_PASSWORDS)
    return "app_password" if is_big or any(word in lowered for word in _APP_WORDS) else "password"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__
