"""Telephone numbers that may be called: real ones, and none that cost whoever calls them extra."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

from core.text import ascii_digits

_NEVER = frozenset(
    {
        PhoneNumberType.UNKNOWN,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.UAN,
    }
)
_UNKNOWN_ZONE = "Etc/Unknown"


def callable_number(text: str, region: str | None = None) -> str | None:
    """Return `+` and digits of a number that may be called, else None; without + it is one of the region."""
    try:
        parsed = phonenumbers.parse(ascii_digits(text).strip(), region)
    except NumberParseException:
        return None
    # What is of no kind is not valid: the kind alone says both, and finding it is half of the work.
    if phonenumbers.number_type(parsed) in _NEVER:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def e164(number: str) -> str | None:
    """Return `+` and digits, or None for what is no international number (short codes, names, SIP addresses)."""
    try:
        parsed = phonenumbers.parse(ascii_digits(number).strip(), None)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def zone_of(number: str) -> str | None:
    """Return the time zone in which a number most likely rings; the first where its country has several."""
    try:
        zones = time_zones_for_number(phonenumbers.parse(number, None))
    except NumberParseException:
        return None
    return next((zone for zone in zones if zone != _UNKNOWN_ZONE), None)
