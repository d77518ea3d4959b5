"""Check digits of what states and banks call people by. Pure: text in, the plain form or Invalid out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from core.errors import Invalid
from core.text import ascii_digits

IdentifierKind = Literal["iran_national_id", "iran_company_id", "saudi_id", "emirates_id", "iban", "other"]

# Lengths of the SWIFT IBAN registry for the countries that our users pay from; others are held to the general bounds.
_IBAN_LENGTHS = {"IR": 26, "SA": 24, "AE": 23, "BH": 22, "KW": 30, "QA": 29, "OM": 23, "JO": 30, "IQ": 23, "TR": 26,
                 "GB": 22, "DE": 22, "FR": 27, "NL": 18}  # fmt: skip
_COMPANY_WEIGHTS = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)


def plain(text: str) -> str:
    """Return letters and digits only, digits as ASCII: what is printed in groups is one number."""
    return "".join(letter for letter in ascii_digits(text).upper() if letter.isascii() and letter.isalnum())


def luhn(digits: str) -> bool:
    """Tell whether the last digit is right by ISO/IEC 7812-1 annex B (Luhn)."""
    total = 0
    for place, letter in enumerate(reversed(digits)):
        digit = int(letter) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit  # noqa: PLR2004 - the sum of the two digits
    return total % 10 == 0


def is_iran_national_id(text: str) -> bool:
    """Tell whether a national code of Iran (کد ملی) is one.

    Ten digits; the nine before the last, weighted 10 to 2, modulo 11 are the check digit, or 11 less it from 2 on
    (National Organization for Civil Registration). Ten equal digits satisfy the sum and are not given to anybody.
    """
    if not (_is_digits(text, 10) and len(set(text)) > 1):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, range(10, 1, -1), strict=False)) % 11
    return int(text[9]) == (rest if rest < 2 else 11 - rest)  # noqa: PLR2004 - as above


def is_iran_company_id(text: str) -> bool:
    """Tell whether a national id of a legal person of Iran (شناسه ملی) is one.

    Eleven digits; the tenth plus two is added to each of the first ten, which are weighted 29, 27, 23, 19, 17 twice;
    the sum modulo 11, ten counting as nought, is the last (Registration Organization for Deeds and Properties).
    """
    if not (_is_digits(text, 11) and len(set(text)) > 1):
        return False
    added = int(text[9]) + 2
    total = sum((int(digit) + added) * weight for digit, weight in zip(text, _COMPANY_WEIGHTS, strict=False))
    return total % 11 % 10 == int(text[10])


def is_saudi_id(text: str) -> bool:
    """Tell whether a Saudi national id (1...) or iqama (2...) is one: ten digits with Luhn's check (Absher)."""
    return _is_digits(text, 10) and text[0] in "12" and luhn(text)


def is_emirates_id(text: str) -> bool:
    """Tell whether an Emirates id is one: 784, year of birth, seven digits and Luhn's check (ICP)."""
    return _is_digits(text, 15) and text.startswith("784") and luhn(text)


def is_iban(text: str) -> bool:
    """Tell whether an IBAN is one by ISO 13616: the country's length, and 1 as the remainder modulo 97 (ISO 7064).

    An Iranian Sheba is an IBAN of IR with 26 characters.
    """
    if not (15 <= len(text) <= 34 and text[:2].isalpha() and text[2:4].isdigit() and text.isalnum()):  # noqa: PLR2004 - the standard's bounds
        return False
    if len(text) != _IBAN_LENGTHS.get(text[:2], len(text)):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


_CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "iran_national_id": (is_iran_national_id, "a national code of Iran"),
    "iran_company_id": (is_iran_company_id, "a national id of an Iranian company"),
    "saudi_id": (is_saudi_id, "a Saudi national id or iqama"),
    "emirates_id": (is_emirates_id, "an Emirates id"),
    "iban": (is_iban, "an IBAN"),
}


def checked(kind: IdentifierKind, text: str) -> str:
    """Return an identifier as it is stored; Invalid, saying which, when its check digits are wrong."""
    if kind == "other":
        return text.strip()
    is_right, name = _CHECKS[kind]
    value = plain(text)
    if kind == "iban" and _is_digits(value, 24):
        # People in Iran write the Sheba without its IR.
        value = f"IR{value}"
    if not is_right(value):
        raise Invalid(f"{text!r} is not {name}: its digits do not agree.", errors=[_at(kind, text)])
    return value


def _at(kind: str, text: str) -> dict[str, str]:
    return {"loc": "identifiers", "msg": f"{text[:40]} ({kind})", "type": "check_digits"}
