"""Tracking codes: said on the telephone, typed in any keyboard's digits, guessed by nobody. Pure.

Ten signs out of 23 that neither look nor sound alike in print (no 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V), nine by chance
and one to check: 1.8 million million codes. Each place weighs differently modulo a prime, so that every single wrong
sign and every two neighbours swapped are noticed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

SIGNS = "34679ACDEFGHJKMNPRTVWXY"
LENGTH = 10
_PRIME = len(SIGNS)
_WEIGHTS = range(1, LENGTH + 1)

Choose = Callable[[Sequence[str]], str]


def new(choose: Choose) -> str:
    """Return a code; `choose` takes one of a sequence by chance, `secrets.choice` where it counts."""
    chosen = "".join(choose(SIGNS) for _ in range(LENGTH - 1))
    return next(code for code in (chosen + sign for sign in SIGNS) if is_right(code))


def is_right(code: str) -> bool:
    """Tell whether it can be a code at all: its length, its signs and their sum."""
    if len(code) != LENGTH or any(sign not in SIGNS for sign in code):
        return False
    return sum(weight * SIGNS.index(sign) for weight, sign in zip(_WEIGHTS, code, strict=True)) % _PRIME == 0


def parse(text: str) -> str | None:
    """Read what somebody typed, in any digits and with or without spaces; None when it is no code."""
    plain = "".join(_plain(sign) for sign in text.upper() if sign.isalnum())
    return plain if is_right(plain) else None


def spoken(code: str) -> str:
    """Return it in two groups, as it is read aloud and written down.

    >>> spoken("ACD3EFGH4J")
    'ACD3E-FGH4J'
    """
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def _plain(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)
