"""The path of a complaint: at which stage it is, what it still lacks, when each step is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from complaints.model import AFTER_REVIEW, FROM_REGISTRATION, Lack, Outcome, Stage, Step
from complaints.settings import Days
from sla.hours import Hours
from sla.working import after_days

# What is said where something is missing.
LACKS: dict[Lack, str] = {
    "referral": "A unit still owes its answer: wait for it, or take the referral back.",
    "outcome": "A complaint ends with an outcome: decide it first.",
    "review": "A review was asked for and is not decided.",
    "answer": "The complainant has not been answered since the decision.",
    "arrival": "The answer did not reach the complainant: answer again, or record how it was given.",
    "cause": "A complaint that was founded has a cause: record it first.",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened so far. `outcome` is that of the last decision, which counts."""

    is_acknowledged: bool = False
    is_investigated: bool = False
    open_referrals: int = 0
    outcome: Outcome | None = None
    is_review_open: bool = False
    is_answered: bool = False
    is_answer_lost: bool = False
    has_cause: bool = False


def stage(facts: Facts) -> Stage:
    """Return how far it is: the furthest that happened, and back again when a review is asked for."""
    found: Stage = "registered"
    if facts.open_referrals:
        found = "referred"
    elif facts.is_review_open:
        found = "review"
    elif facts.outcome is not None:
        found = "answered" if facts.is_answered else "decided"
    elif facts.is_investigated:
        found = "investigation"
    elif facts.is_acknowledged:
        found = "acknowledged"
    return found


def lacks(facts: Facts) -> Lack | None:
    """Return what is missing before it can end; None when nothing is."""
    needs_cause = facts.outcome in ("founded", "partly") and not facts.has_cause
    reasons: tuple[tuple[bool, Lack], ...] = (
        (facts.open_referrals > 0, "referral"),
        (facts.outcome is None, "outcome"),
        (facts.is_review_open, "review"),
        (not facts.is_answered, "answer"),
        (facts.is_answer_lost, "arrival"),
        (needs_cause, "cause"),
    )
    return next((lack for is_so, lack in reasons if is_so), None)


def deadlines(days: Days, registered_at: datetime, hours: Hours | None) -> dict[Step, datetime]:
    """Return when each step is due; one that never comes, because nobody ever works, is left out."""
    return _due({step: getattr(days, step) for step in FROM_REGISTRATION}, registered_at, hours)


def review_deadlines(days: Days, asked_at: datetime, hours: Hours | None) -> dict[Step, datetime]:
    """Return what a review makes due anew: its decision, then as much time for the answer and the end as usual."""
    more = {step: days.review + max(getattr(days, step) - days.decision, 1) for step in AFTER_REVIEW}
    return _due({"review": days.review, **more}, asked_at, hours)


def _due(days: Mapping[Step, int], start: datetime, hours: Hours | None) -> dict[Step, datetime]:
    moments = {step: after_days(hours, start, number) for step, number in days.items()}
    return {step: moment for step, moment in moments.items() if moment is not None}
