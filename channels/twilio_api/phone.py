"""Who is at the other end, in the spelling under which a customer is found."""

from __future__ import annotations

from channels.base import Address, IdentityKind
from core.telephone import e164

# What Twilio puts where the caller hides: ANONYMOUS, RESTRICTED, BLOCKED and UNAVAILABLE, spelt on a dial pad.
_HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+86282452253", "anonymous", "restricted", "unknown", ""})


def sender(value: str) -> Address:
    """Return the writer of a text; alphanumeric senders and short codes stay as they are."""
    return Address(IdentityKind.PHONE, e164(value) or value.strip())


def caller(value: str, call_sid: str) -> Address:
    """Return the caller. Who hides the number is a stranger each time: all the hidden must not become one customer."""
    if value.strip().lower() in _HIDDEN:
        return Address(IdentityKind.PHONE, f"anonymous:{call_sid}")
    return sender(value)
