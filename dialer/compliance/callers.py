"""Which number of ours somebody sees, and what a text of ours has to carry. Only the account's own are shown. Pure."""

from __future__ import annotations

from itertools import takewhile

from dialer.compliance.model import Callers
from dialer.compliance.zones import country_of


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


def signed(text: str, suffix: str) -> str:
    """Return a text that ends with what it has to say, once."""
    return text if not suffix or text.rstrip().endswith(suffix) else f"{text.rstrip()} {suffix}"
