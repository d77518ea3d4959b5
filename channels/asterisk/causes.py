"""Why a call ended that nobody answered, by Asterisk's cause (Q.850). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Unanswered = Literal["no_answer", "busy", "canceled", "failed"]
_KNOWN: Mapping[int, Unanswered] = {
    **dict.fromkeys((0, 16, 18, 19, 127), "no_answer"),
    17: "busy",
    26: "canceled",
}


def unanswered(event: Mapping[str, Any]) -> Unanswered:
    """Say how it ended; whatever else ends a call is a failure."""
    return _KNOWN.get(int(event.get("cause") or 0), "failed")
