"""What follows from an attempt for its contact: another number, another time, or the end. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import Field

from core.values import Value
from dialer.compliance.model import Ended

Outcome = Literal[
    "talked",
    "abandoned",
    "hung_up",
    "machine",
    "busy",
    "no_answer",
    "failed",
    "invalid",
    "skipped",
    "withdrawn",
    "played",
    "sent",
    "opted_out",
]
# What may be tried again.
RecycledOutcome = Literal["abandoned", "hung_up", "machine", "busy", "no_answer", "failed", "skipped"]
# The carrier never rang anybody, so that no cap counts it.
NEVER_RANG: frozenset[Outcome] = frozenset({"withdrawn", "skipped", "invalid"})
_FINAL: frozenset[Outcome] = frozenset({"talked", "played", "sent", "opted_out"})
_NEXT_NUMBER = timedelta(seconds=60)
_WITHDRAWN = timedelta(seconds=15)
_PAST: Mapping[Outcome, Ended] = {
    "talked": "talked",
    "played": "talked",
    "sent": "talked",
    "abandoned": "abandoned",
    "machine": "machine",
    "opted_out": "refused",
}

# What a text comes to that did not arrive, by why; any other is `failed`.
UNDELIVERED: Mapping[str, Outcome] = {"opted_out": "opted_out", "dead_number": "invalid", "sender": "withdrawn"}
# What pauses a campaign, since no text of it would fare better, and what its page says then.
PAUSING: Mapping[str, str] = {"filtered": "filtered", "sender": "sender_refused"}


class Recycle(Value):
    """How often an outcome is tried again, and after how long."""

    outcome: RecycledOutcome
    minutes: int = Field(ge=1, le=60 * 24 * 90)
    most: int = Field(3, ge=0, le=50)


USUAL = (
    Recycle(outcome="busy", minutes=10, most=4),
    Recycle(outcome="no_answer", minutes=120, most=3),
    Recycle(outcome="machine", minutes=240, most=2),
    Recycle(outcome="hung_up", minutes=1440, most=1),
    Recycle(outcome="abandoned", minutes=4320, most=1),
    Recycle(outcome="failed", minutes=30, most=2),
    Recycle(outcome="skipped", minutes=60, most=2),
)


class Contacted(NamedTuple):
    """How far a contact was: which number comes, how many numbers it has, what was tried how often."""

    place: int
    places: tuple[int, ...]
    tries: Mapping[str, int]
    attempts: int


class Next(NamedTuple):
    """What a contact is now; with a disposition it is over."""

    disposition: str | None
    at: datetime | None
    place: int
    tries: dict[str, int]
    attempts: int
    is_number_dead: bool = False


def ended(outcome: Outcome, *, is_refusal: bool) -> Ended:
    """Return what an attempt counts as, when another is judged."""
    return "refused" if is_refusal else _PAST.get(outcome, "unanswered")


def follows(  # noqa: PLR0911 - one line for each way on
    outcome: Outcome, contact: Contacted, recycling: tuple[Recycle, ...], most: int, now: datetime
) -> Next:
    """Return what follows for a contact. `most` bounds its attempts in all."""
    if outcome == "withdrawn":
        return Next(None, now + _WITHDRAWN, contact.place, dict(contact.tries), contact.attempts)
    tries = {**contact.tries, outcome: contact.tries.get(outcome, 0) + 1}
    attempts = contact.attempts + 1
    if outcome in _FINAL:
        return Next(outcome, None, contact.place, tries, attempts)
    later = [place for place in contact.places if place > contact.place]
    if outcome == "invalid":
        others = later or [place for place in contact.places if place < contact.place]
        if not others:
            return Next("invalid", None, contact.place, tries, attempts, is_number_dead=True)
        return Next(None, now + _NEXT_NUMBER, others[0], tries, attempts, is_number_dead=True)
    rule = next((each for each in recycling if each.outcome == outcome), None)
    if rule is None or tries[outcome] > rule.most or attempts >= most:
        return Next(outcome, None, contact.place, tries, attempts)
    if later and outcome not in ("abandoned", "hung_up", "skipped"):
        return Next(None, now + _NEXT_NUMBER, later[0], tries, attempts)
    first = contact.places[0] if contact.places else contact.place
    return Next(None, now + timedelta(minutes=rule.minutes), first, tries, attempts)
