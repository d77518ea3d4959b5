"""Sending by SMTP: one mail, and a clear word on what became of it."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from channels.base import BouncedTo, NoSuchAddress, Uncertain
from channels.mailbox.bounces import blames_address
from channels.mailbox.faults import of_connection, of_sign_in
from channels.mailbox.pool import Pool
from channels.mailbox.settings import EmailSettings, Security
from channels.mailbox.tokens import Tokens
from core.errors import Invalid, Unavailable
from core.log import clean

_STEP_SECONDS = 30.0
_DATA_SECONDS = 120.0
_WORDS = 300
_FINAL = 500
_IS_ABOUT_SENDER = re.compile(r"send as|sender|5\.7\.60|5\.7\.1\b|from address", re.IGNORECASE)


async def connect(settings: EmailSettings, tokens: Tokens) -> SMTP:
    """Return a signed-in connection. Whatever fails here is about the account, not the mail: Unavailable."""
    if not settings.smtp_host:
        raise Unavailable(f"{settings.address} has no SMTP server to send through.")
    client = SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        local_hostname=settings.domain,
        timeout=_STEP_SECONDS,
        use_tls=settings.smtp_security is Security.TLS,
        start_tls=settings.smtp_security is Security.STARTTLS,
        tls_context=None if settings.smtp_security is Security.NONE else ssl.create_default_context(),
    )
    server = f"The SMTP server {settings.smtp_host}:{settings.smtp_port}"
    try:
        await client.connect()
        if settings.smtp_user:
            await _sign_in(client, settings, tokens)
    except SMTPResponseException as error:
        client.close()
        tokens.forget(settings)
        is_token = settings.sign_in == "oauth2"
        fault = of_sign_in(settings.smtp_host, words(error), is_token=is_token)
        raise Unavailable(f"{server} refuses us: {words(error)}", fault=fault) from error
    except (SMTPException, OSError, ValueError) as error:
        client.close()
        fault = of_connection(error)
        raise Unavailable(f"{server} cannot be used: {clean(str(error))[:_WORDS]}", fault=fault) from error
    except (Unavailable, asyncio.CancelledError):
        client.close()
        raise
    return client


async def _sign_in(client: SMTP, settings: EmailSettings, tokens: Tokens) -> None:
    if settings.sign_in == "oauth2":
        await client.auth_xoauth2(settings.smtp_user, await tokens.of(settings))
    else:
        await client.login(settings.smtp_user, settings.smtp_password.get_secret_value())


async def submit(
    pool: Pool, settings: EmailSettings, recipients: list[str], content: bytes, *, is_patient: bool = True
) -> tuple[SMTPRecipientRefused, ...]:
    """Hand one mail over; returns whom the server refused while it took the mail for others.

    4xx and a connection lost before the content: Unavailable. 5xx for the first recipient, or for all: Invalid with the
    server's words. A connection lost while or after the content goes over: Uncertain, the server may have it.
    `is_patient`: a 4xx for one of several is waited out; otherwise the mail goes to the others.
    """
    async with pool.use(settings) as client:
        refused = await _address(client, settings.address, recipients, is_patient=is_patient)
        try:
            await client.data(content, timeout=_DATA_SECONDS)
        except SMTPDataError as error:
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            raise Uncertain("The SMTP server went away before it said whether it took the mail.") from error
        return refused


async def _address(
    client: SMTP, sender: str, recipients: list[str], *, is_patient: bool
) -> tuple[SMTPRecipientRefused, ...]:
    """Name sender and recipients; return who was refused while others were taken."""
    refused: list[SMTPRecipientRefused] = []
    try:
        await client.mail(sender)
        for recipient in recipients:
            try:
                await client.rcpt(recipient)
            except SMTPRecipientRefused as error:
                # Without the first recipient the mail is not what it was meant to be.
                if recipient == recipients[0] or (is_patient and error.code < _FINAL):
                    raise
                refused.append(error)
    except SMTPRecipientRefused as error:
        raise _no_such(error.recipient, error) from error
    except SMTPSenderRefused as error:
        raise _refusal(error) from error
    except (SMTPException, OSError) as error:
        raise Unavailable(f"The SMTP server went away: {clean(str(error))[:_WORDS]}") from error
    return tuple(refused)


def gone(refused: Sequence[SMTPRecipientRefused]) -> tuple[BouncedTo, ...]:
    """Return those that do not exist, as the server says."""
    found = ((error, _no_such(error.recipient, error)) for error in refused)
    return tuple(said.bounced for _, said in found if isinstance(said, NoSuchAddress))


def words(error: SMTPResponseException) -> str:
    """Return the server's own words, fit for a screen and a log line."""
    return f"{error.code} {clean(' '.join(error.message.split()))}"[:_WORDS]


def _refusal(error: SMTPResponseException) -> Invalid | Unavailable:
    kind = Invalid if error.code >= _FINAL else Unavailable
    fault = "sender" if isinstance(error, SMTPSenderRefused) or _IS_ABOUT_SENDER.search(words(error)) else "recipient"
    return kind(f"The SMTP server refuses this mail: {words(error)}", fault=fault)


def _no_such(recipient: str, error: SMTPRecipientRefused) -> Invalid | Unavailable:
    refusal = _refusal(error)
    if error.code < _FINAL or not blames_address(words(error)):
        return refusal
    return NoSuchAddress(refusal.detail, BouncedTo((recipient,), is_hard=True, reason=words(error)))
