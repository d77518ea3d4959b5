"""What happens to one work in one queue, from what the event log says of it. Pure.

A contact is one stay of a work in a queue, with what came of it: handed over, the same work begins another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

Came = Literal["enqueued", "requeued", "transferred", "overflowed", "taken"]
Outcome = Literal["answered", "abandoned", "transferred", "overflowed", "removed"]
Phase = Literal["waiting", "handling", "wrap_up", "over"]

_CAME: dict[str, Came] = {"requeued": "requeued", "transferred": "transferred", "overflowed": "overflowed"}
_ENDED_WAITING: dict[str, Outcome] = {"abandoned": "abandoned", "overflowed": "overflowed"}


@dataclass(frozen=True, slots=True)
class WorkFact:
    """A work is in another state, and why; `at` is when the log wrote it."""

    seq: int
    at: datetime
    work_id: UUID
    kind: str
    queue_id: UUID
    channel: str
    state: str
    cause: str
    agent_id: UUID | None


@dataclass(frozen=True, slots=True)
class OfferFact:
    """An agent was asked, or did not answer (`outcome` None, "timeout", "declined")."""

    at: datetime
    work_id: UUID
    outcome: str | None


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A caller waits with music, or no longer."""

    at: datetime
    work_id: UUID
    is_held: bool


@dataclass(frozen=True, slots=True)
class AlertFact:
    """Waiting work needs a person: its offers failed, or a rule of its queue says so."""

    at: datetime
    work_id: UUID
    reason: str


Fact = WorkFact | OfferFact | HoldFact | AlertFact


@dataclass(frozen=True, slots=True)
class Contact:
    """One stay. `id` is the position of the event that began it, so that the same log makes the same rows.

    Seconds are sums over what was interrupted: a customer who goes on during the wrap-up is handled further.
    """

    id: int
    work_id: UUID
    kind: str
    queue_id: UUID
    channel: str
    came: Came
    enqueued_at: datetime
    phase: Phase
    phase_since: datetime
    offered_at: datetime | None = None
    offers: int = 0
    misses: int = 0
    declines: int = 0
    left_at: datetime | None = None
    outcome: Outcome | None = None
    agent_id: UUID | None = None
    handling_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    hold_seconds: float = 0.0
    held_since: datetime | None = None
    ended_at: datetime | None = None
    alert: str | None = None
    alerted_at: datetime | None = None
    # As they were when the stay began; the database fills them in.
    branch_id: UUID | None = None
    target_seconds: int = 0


def after(contact: Contact | None, fact: Fact) -> list[Contact]:
    """Return what has changed: the contact as it is now, and the one that a hand-over begins; nothing for no change."""
    if isinstance(fact, WorkFact):
        return _changed(contact, fact)
    if contact is None or contact.phase == "over":
        return []
    if isinstance(fact, OfferFact):
        return _offered(contact, fact)
    if isinstance(fact, AlertFact):
        return [replace(contact, alert=fact.reason, alerted_at=fact.at)] if contact.phase == "waiting" else []
    return _held(contact, fact)


def _changed(contact: Contact | None, fact: WorkFact) -> list[Contact]:
    if contact is None or contact.phase == "over":
        return [_begun(fact)] if fact.state == "queued" else []
    match fact.state:
        case "queued":
            return _waits_again(contact, fact)
        case "assigned":
            return _assigned(contact, fact)
        case "wrap_up":
            return [_moved(contact, "wrap_up", fact.at)] if contact.phase == "handling" else []
        case "done":
            return [_done(contact, fact)]
        case _:
            return []


def _begun(fact: WorkFact) -> Contact:
    return Contact(
        id=fact.seq,
        work_id=fact.work_id,
        kind=fact.kind,
        queue_id=fact.queue_id,
        channel=fact.channel,
        came=_CAME.get(fact.cause, "enqueued"),
        enqueued_at=fact.at,
        phase="waiting",
        phase_since=fact.at,
    )


def _waits_again(contact: Contact, fact: WorkFact) -> list[Contact]:
    if contact.phase != "waiting":
        return [_over(contact, fact.at), _begun(fact)]
    if contact.queue_id == fact.queue_id:
        # Nobody took the offer: it never left the queue.
        return []
    outcome: Outcome = "overflowed" if fact.cause == "overflowed" else "transferred"
    return [_left(contact, fact.at, outcome), _begun(fact)]


def _assigned(contact: Contact, fact: WorkFact) -> list[Contact]:
    if contact.phase == "wrap_up":
        return [_moved(contact, "handling", fact.at)]
    if fact.agent_id is None or fact.cause not in ("answered", "taken"):
        return []
    if contact.phase == "waiting":
        answered = _moved(contact, "handling", fact.at)
        return [replace(answered, left_at=fact.at, outcome="answered", agent_id=fact.agent_id)]
    if contact.agent_id == fact.agent_id:
        return []
    # From one agent to another without waiting: nothing was queued, but somebody else handles it from now on.
    taken = replace(_begun(fact), came="taken", phase="handling", agent_id=fact.agent_id)
    return [_over(contact, fact.at), taken]


def _done(contact: Contact, fact: WorkFact) -> Contact:
    if contact.phase == "waiting":
        return _left(contact, fact.at, _ENDED_WAITING.get(fact.cause, "removed"))
    return _over(contact, fact.at)


def _left(contact: Contact, at: datetime, outcome: Outcome) -> Contact:
    """Leave the queue without having been answered."""
    return replace(_over(contact, at), left_at=at, outcome=outcome)


def _over(contact: Contact, at: datetime) -> Contact:
    return replace(_moved(contact, "over", at), ended_at=at)


def _moved(contact: Contact, phase: Phase, at: datetime) -> Contact:
    """Count what the phase so far took, and begin another one."""
    spent = (at - contact.phase_since).total_seconds()
    released = _released(contact, at)
    return replace(
        released,
        phase=phase,
        phase_since=at,
        handling_seconds=contact.handling_seconds + (spent if contact.phase == "handling" else 0.0),
        wrap_up_seconds=contact.wrap_up_seconds + (spent if contact.phase == "wrap_up" else 0.0),
    )


def _offered(contact: Contact, fact: OfferFact) -> list[Contact]:
    match fact.outcome:
        case None:
            return [replace(contact, offered_at=contact.offered_at or fact.at, offers=contact.offers + 1)]
        case "timeout":
            return [replace(contact, misses=contact.misses + 1)]
        case "declined":
            return [replace(contact, declines=contact.declines + 1)]
        case _:
            return []


def _held(contact: Contact, fact: HoldFact) -> list[Contact]:
    if contact.phase != "handling" or fact.is_held == (contact.held_since is not None):
        return []
    return [replace(contact, held_since=fact.at) if fact.is_held else _released(contact, fact.at)]


def _released(contact: Contact, at: datetime) -> Contact:
    if contact.held_since is None:
        return contact
    held = (at - contact.held_since).total_seconds()
    return replace(contact, hold_seconds=contact.hold_seconds + held, held_since=None)
