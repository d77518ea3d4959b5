"""What a text asks the machine: a word, and at most the number of a request behind it. Pure.

Whatever else stands there is for people: `state` alone asks, `the state of my fridge` does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access.model import Locale
from complaints import codes
from core.text import fold
from tickets.model import Kind, parse_number

WORDS: dict[Locale, list[str]] = {
    "en": ["STATE", "STATUS", "APPOINTMENT"],
    "ar": ["حالة", "الحالة", "موعد", "الموعد"],
    "fa": ["وضعیت", "پیگیری", "نوبت"],
}
# Who says one of these wants to hear nothing; the carrier sees to it, and the machine keeps silent.
OPT_OUT = frozenset(
    fold(word)
    for word in (
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        *("إيقاف", "توقف", "إلغاء", "لغو", "انصراف"),
    )
)
_LONGEST = 80
_ASIDE = " \t\r\n.,;:!?#*-،؛؟«»\"'()[]\u2066\u2069\u200e\u200f"


@dataclass(frozen=True, slots=True)
class Asked:
    """In which language, and of which request: all that are open unless a number or a tracking code is named."""

    locale: Locale
    kind: Kind | None = None
    serial: int | None = None
    code: str | None = None


def is_opt_out(word: str) -> bool:
    return fold(word).strip(_ASIDE) in OPT_OUT


def read(text: str, words: Mapping[Locale, Sequence[str]]) -> Asked | None:
    """Return what a text asks; None when it is for people."""
    if len(text) > _LONGEST:
        return None
    said = fold(text).strip(_ASIDE)
    if said in OPT_OUT or said.split(" ")[0] in OPT_OUT:
        return None
    for locale, of_language in words.items():
        for word in of_language:
            rest = _behind(fold(word), said)
            if rest is not None:
                return _named(locale, rest)
    return None


def _behind(word: str, said: str) -> str | None:
    found = re.fullmatch(rf"{re.escape(word)}(?!\w)(.*)", said)
    return None if found is None else found[1].strip(_ASIDE)


def _named(locale: Locale, rest: str) -> Asked | None:
    if not rest:
        return Asked(locale)
    if rest.isascii() and rest.isdigit() and len(rest) <= _DIGITS:
        return Asked(locale, serial=int(rest))
    number = parse_number(rest)
    if number is not None:
        return Asked(locale, *number)
    code = codes.parse(rest)
    return None if code is None else Asked(locale, code=code)


_DIGITS = 18
