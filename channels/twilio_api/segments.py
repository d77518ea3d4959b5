"""How many SMS a text costs. Source: 3GPP TS 23.038, section 6."""

from __future__ import annotations

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWICE = frozenset("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """Count segments: 160 septets alone or 153 each in a chain; one character beyond GSM-7 makes it 70 or 67 UCS-2.

    What needs two units (an escaped character, a surrogate pair) is never cut in the middle.
    """
    if is_gsm7(text):
        return _count([2 if letter in _GSM7_TWICE else 1 for letter in text], alone=160, chained=153)
    return _count([2 if ord(letter) > 0xFFFF else 1 for letter in text], alone=70, chained=67)  # noqa: PLR2004 - the end of the basic plane


def is_gsm7(text: str) -> bool:
    """Tell whether the operators' own alphabet has every letter."""
    return all(letter in _GSM7 or letter in _GSM7_TWICE for letter in text)


def _count(units: list[int], *, alone: int, chained: int) -> int:
    if sum(units) <= alone:
        return 1
    count, left = 1, chained
    for unit in units:
        if unit > left:
            count, left = count + 1, chained
        left -= unit
    return count
