"""Which number of ours somebody sees, and what a text of ours has to carry. Only the account's own are shown. Pure."""

from __future__ import annotations

import re
from itertools import takewhile

from core.text import fold
from dialer.compliance.model import Callers
from dialer.compliance.zones import country_of

_STOPS = re.compile(r"[\W_]+$")


def shown_to(number: str, country: str | None, chosen: str, callers: Callers, *, is_local: bool) -> str:
    """Return what is shown: the chosen one if it is ours, else as the account's table says, else its own.

    `is_local`: of ours in the called number's country the one that begins most like it, and that alone. Empty: none.
    """
    if is_local:
        here = [each for each in callers.owned if country is not None and country_of(each) == country]
        if chosen in here:
            return chosen
        return max(here, key=lambda each: _alike(each, number), default="")
    if chosen in callers.owned:
        return chosen
    fitting = [prefix for prefix in callers.by_prefix if number.startswith(prefix)]
    return callers.by_prefix[max(fitting, key=len)] if fitting else callers.number


def _alike(ours: str, theirs: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))


def is_marked(sender: str, suffix: str) -> bool:
    """Tell whether the name or number that a text comes from ends as it has to."""
    return sender.casefold().endswith(suffix.casefold())


def signed(text: str, endings: str) -> str:
    """Return a text that ends with what it has to say, each of the lines once.

    What stands at its end already counts in any spelling: case, Arabic or Persian letters, marks, a full stop.
    """
    missing = [line.strip() for line in endings.splitlines() if line.strip()]
    left = fold(text)
    while found := [(line, ahead) for line in missing if (ahead := _ahead(left, line)) is not None]:
        # A sign stands behind words whose stops are not looked at; of two ends the longer one holds the shorter.
        line, left = max(found, key=lambda each: (not _words(fold(each[0])), len(each[0])))
        missing.remove(line)
    return " ".join([text.rstrip(), *missing]).lstrip() if missing else text


def _ahead(folded: str, line: str) -> str | None:
    """Return what stands before this ending; None where it is not, or is the end of a longer word."""
    end = fold(line)
    words = _words(end)
    whole, end = (_words(folded), words) if words else (folded, end)
    ahead = whole.removesuffix(end)
    is_there = bool(end) and len(ahead) < len(whole) and not (words and ahead[-1:].isalnum())
    return ahead.strip() if is_there else None


def _words(folded: str) -> str:
    """Return it without stops and signs at its end."""
    return _STOPS.sub("", folded)
