"""Signing what leaves with the domain's key (RFC 6376)."""

from __future__ import annotations

import re
from typing import cast

import dkim

from channels.mailbox.settings import EmailSettings
from core.errors import Invalid

_SIGNED = [
    b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to", b"mime-version",
    b"content-type", b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post",
]  # fmt: skip
_FROM = b"from"


def signed(settings: EmailSettings, content: bytes) -> bytes:
    """Return the mail with a DKIM-Signature above it, as it is where no key is configured. Raises Invalid."""
    key = settings.dkim_key.get_secret_value()
    if not key:
        return content
    head = content.partition(b"\r\n\r\n")[0]
    present = {name.strip().lower() for name in re.findall(rb"(?m)^([!-9;-~]+):", head)}
    # From is signed once more than it is there, so that nobody adds a second.
    headers = [name for name in _SIGNED if name in present] + [_FROM]
    try:
        signature = dkim.sign(
            content,
            settings.dkim_selector.encode(),
            settings.domain.encode("idna"),
            key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=headers,
        )
    except dkim.DKIMException as error:
        raise Invalid(f"The DKIM key of {settings.address} does not sign: {error}.") from error
    return cast("bytes", signature) + content
