"""What sorts agents in queues whose order is custom, by name."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Invalid
from routing.model import Order, QueueRules, Requirements, Score, SkillId, surplus


def closest(levels: Mapping[SkillId, int], need: Requirements) -> int:
    """Return how much more somebody can than is asked for: who can just do it comes first, the best stay free."""
    return surplus(levels, need) // max(1, len(need.skills))


_SCORES: dict[str, Score] = {"closest": closest}


def add_score(name: str, score: Score) -> None:
    """Let queues sort agents by a score of your own; add it before the router starts.

    It says a bucket from 0 to 15 by levels and requirements alone and the same every time, since it is asked once for
    all agents alike; what lies outside counts as the nearest bucket. Raises Invalid for a name that is taken.
    """
    if _SCORES.setdefault(name, score) is not score:
        raise Invalid(f"There is another score called {name}")


def names() -> list[str]:
    return sorted(_SCORES)


def score_of(rules: QueueRules) -> Score | None:
    """Return what a queue sorts by, None unless its order is custom. Raises Invalid for an unknown name."""
    if rules.order is not Order.CUSTOM:
        return None
    if rules.score not in _SCORES:
        raise Invalid(f"There is no score called {rules.score!r}")
    return _SCORES[rules.score]
