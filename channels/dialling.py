"""Whom an account may call or text, and how much in all. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, shortnumberinfo
from pydantic import AfterValidator, Field

from channels.base import AccountSettings
from core.telephone import e164

Refusal = Literal["emergency", "invalid", "premium", "denied"]

# The kinds of accounts by which texts go; all of them are written and read alike.
TEXT_KINDS = frozenset({"sms", "smpp"})
_SHORT = 6
_PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})
# By far the dearest, and no kind of their own to the library: satellites and networks of no country (ITU-T E.164),
# personal numbers of Britain, and what Iran's numbering plan keeps for talking machines.
_COSTLY = ("+870", "+878", "+881", "+882", "+883", "+888", "+979", "+4470", "+98909")
Prefix = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")]


def _international(value: str) -> str:
    number = e164(value)
    if number is None:
        raise ValueError("A telephone number begins with + and its country code.")
    return number


OurNumber = Annotated[str, AfterValidator(_international)]


class DialSettings(AccountSettings):
    """What an administrator allows an account."""

    allows_premium: bool = Field(
        default=False, description="Whether numbers that cost extra may be called, satellites included."
    )
    denied_prefixes: list[Prefix] = Field(default=[], max_length=200, description="Never called, such as +882.")
    allowed_prefixes: list[Prefix] = Field(default=[], max_length=200, description="If any are named, only these.")
    most_per_hour: int = Field(600, ge=1, le=100_000, description="Calls and texts in an hour; more are refused.")
    most_spent_per_day: float | None = Field(
        None, gt=0, description="In the carrier's currency, by its own prices; then nothing more is begun that day."
    )


def refusal(number: str, rules: DialSettings) -> Refusal | None:
    """Return why a number may not be called or texted, or None.

    Emergency numbers are never dialled from here, in whichever country: whoever is in need would be answered by the
    wrong place.
    """
    if is_emergency(number):
        return "emergency"
    parsed = _parsed(number)
    if parsed is None:
        return "invalid"
    is_allowed = not rules.allowed_prefixes or number.startswith(tuple(rules.allowed_prefixes))
    if not is_allowed or number.startswith(tuple(rules.denied_prefixes)):
        return "denied"
    is_premium = phonenumbers.number_type(parsed) in _PREMIUM or number.startswith(_COSTLY)
    return "premium" if is_premium and not rules.allows_premium else None


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    digits = number.removeprefix("+")
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return None
    is_number = digits.isascii() and digits.isdigit() and phonenumbers.is_possible_number(parsed)
    return parsed if is_number else None


def is_emergency(number: str) -> bool:
    """Tell whether a number reaches an emergency service anywhere, alone or behind its country's code."""
    digits = number.strip().lstrip("+")
    if not (digits.isascii() and digits.isdigit()):
        return False
    if len(digits) <= _SHORT and not number.startswith("+"):
        return any(shortnumberinfo.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_REGIONS)
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]), ())
        if any(shortnumberinfo.is_emergency_number(digits[length:], region) for region in regions):
            return True
    return False
