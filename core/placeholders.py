"""Texts with names in braces: `{customer.name}`, or `{customer.name|dear customer}` for when there is none. Pure.

Nothing in a text runs: a name is one of a fixed list or the text is refused when it is saved, a value is put in once
and never looked through again, and each value is one line, so that none can begin a header or a paragraph of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from core.text import printable

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)(?:\|([^{}|\r\n]{0,100}))?\}")
_VALUE = 200


def must_be_known(text: str, known: Collection[str]) -> str:
    """Return the text; ValueError names the first placeholder that there is not."""
    unknown = sorted({found[1] for found in _NAME.finditer(text)} - set(known))
    if unknown:
        raise ValueError(f"There is no {{{unknown[0]}}}; there are {', '.join(sorted(known))}.")
    return text


def filled(text: str, values: Mapping[str, str], usual: Mapping[str, str] | None = None) -> str:
    """Return the text with its values; for a missing one its own words after `|`, then the usual ones, then nothing.

    >>> filled("Dear {customer.name|customer},", {"customer.name": ""})
    'Dear customer,'
    """
    otherwise = usual or {}

    def value(found: re.Match[str]) -> str:
        own = one_line(values.get(found[1], ""))
        return own or (otherwise.get(found[1], "") if found[2] is None else found[2])

    return _NAME.sub(value, text)


def one_line(value: str) -> str:
    return " ".join(printable(value).split())[:_VALUE]
