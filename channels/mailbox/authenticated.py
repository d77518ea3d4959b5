"""What our own mail server found out about a sender (RFC 8601): only its header counts, and only the topmost.

Anybody can write an Authentication-Results header; a server that adds its own removes those that bear its name, so
that the first one with the name that the administrator trusts is the server's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LIMIT = 4_000
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc|arc)\s*=\s*([a-z]{2,12})\b", re.IGNORECASE)


def results(headers: Sequence[str], trusted: str) -> dict[str, str]:
    """Return method -> result of the trusted server's topmost header; nothing without one.

    >>> results(["mx.a.example; spf=pass smtp.mailfrom=x; dmarc=fail (p=reject)"], "mx.a.example")
    {'spf': 'pass', 'dmarc': 'fail'}
    """
    if not trusted:
        return {}
    for header in headers:
        plain = _COMMENT.sub(" ", " ".join(header[:_LIMIT].split()))
        server, _, rest = plain.partition(";")
        if server.strip().split(" ")[0].lower() == trusted.lower():
            return _parsed(rest)
    return {}


def _parsed(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in rest.split(";"):
        result = _RESULT.match(piece)
        if result:
            method, value = result.group(1).lower(), result.group(2).lower()
            # Of several signatures one good one is enough.
            found[method] = "pass" if "pass" in (value, found.get(method)) else value
    return found


def doubt_of(found: dict[str, str]) -> str:
    """Return why a sender must not be believed by what the server found; empty when nothing speaks against it.

    SPF or DKIM alone say nothing about From: forwarders break the one, lists the other. DMARC is about From.
    """
    return "The domain of the sender disowns this mail (DMARC)" if found.get("dmarc") in {"fail", "reject"} else ""
