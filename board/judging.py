"""When an alarm is raised, and when it is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from board.model import MOST_PERCENT, RATES, TOO_LITTLE, Metric, QueueFigures

# Below so many contacts in 30 minutes a percentage says nothing.
LEAST_CONTACTS = 5
# Counts step; ages and percentages have to come back by a tenth of the threshold.
_MARGIN = 0.1
_COUNTS: frozenset[Metric] = frozenset({"contacts_in_queue", "agents_available"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands: raised or not, and since when the figure says otherwise."""

    is_raised: bool = False
    otherwise_since: datetime | None = None


def value_of(metric: Metric, figures: QueueFigures, now: datetime) -> float | None:
    """Return a queue's figure; rates are those of the last 30 minutes, None where there was too little to tell."""
    recent = figures.recent
    match metric:
        case "oldest_contact_age":
            return 0.0 if figures.oldest_contact_at is None else (now - figures.oldest_contact_at).total_seconds()
        case "contacts_in_queue":
            return float(figures.contacts_in_queue)
        case "agents_available":
            return float(figures.agents_available)
        case "service_level" | "abandonment_rate":
            if recent.contacts_answered + recent.contacts_abandoned < LEAST_CONTACTS:
                return None
            return recent.service_level if metric == "service_level" else recent.abandonment_rate


def is_beyond(metric: Metric, threshold: float, value: float | None) -> bool:
    """Tell whether a figure is what the rule warns of: below the threshold, or from the threshold on."""
    if value is None:
        return False
    return value < threshold if metric in TOO_LITTLE else value >= threshold


def is_back(metric: Metric, threshold: float, value: float | None) -> bool:
    """Tell whether a figure is clearly on the other side, so that one at the threshold does not ring on and off."""
    if value is None:
        return True
    margin = 0.0 if metric in _COUNTS else threshold * _MARGIN
    if metric in TOO_LITTLE:
        return value >= (min(threshold + margin, MOST_PERCENT) if metric in RATES else threshold)
    return value < threshold - margin


def judge(
    standing: Standing, metric: Metric, threshold: float, for_seconds: int, value: float | None, now: datetime
) -> Standing:
    """Return how a rule stands now: it changes once the figure has said otherwise for long enough."""
    says_otherwise = (is_back if standing.is_raised else is_beyond)(metric, threshold, value)
    if not says_otherwise:
        return Standing(standing.is_raised)
    since = standing.otherwise_since or now
    if now - since >= timedelta(seconds=for_seconds):
        return Standing(not standing.is_raised)
    return Standing(standing.is_raised, since)
