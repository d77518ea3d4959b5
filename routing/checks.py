"""What settings of a queue must be, held against the other queues. Pure: facts in, faults out, all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from access.model import line_up
from core.errors import Invalid
from core.ids import BranchId
from routing.engine import scores
from routing.model import DEFAULT_BOOSTS, OFFER_STEP_MARGIN, SECOND, check_spread
from routing.rules import only_relax
from routing.values import Overflow, Queue, QueueSettings

_MARGIN_SECONDS = OFFER_STEP_MARGIN // SECOND


class Fault(NamedTuple):
    """What is wrong at which field; a form says `kind` in the reader's words."""

    loc: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a queue is held against. `queues` has the others; `channels` None stands for whatever there may be."""

    queues: Mapping[UUID, Queue] = field(default_factory=dict)
    parents: Mapping[BranchId, BranchId | None] = field(default_factory=dict)
    unknown_skills: AbstractSet[UUID] = frozenset()
    channels: AbstractSet[str] | None = None
    used_channels: AbstractSet[str] = frozenset()
    has_callbacks: bool = False

    def sees(self, branch_id: BranchId | None, other: BranchId | None) -> bool:
        """Tell whether what belongs to a branch may name what belongs to another: its own, below, everyone's."""
        return branch_id is None or other is None or branch_id in line_up(self.parents, other)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Invalid when there is any fault."""
    found = list(faults)
    if found:
        errors = [{"loc": fault.loc, "msg": fault.text, "type": fault.kind} for fault in found]
        raise Invalid(" ".join(fault.text for fault in found), errors=errors)


def faults_of(queue_id: UUID, settings: QueueSettings, around: Around) -> Iterator[Fault]:
    """Yield what is wrong with the settings that a queue shall have."""
    yield from _skills(settings, around.unknown_skills)
    yield from _steps(settings)
    yield from _channels(settings, around)
    yield from _overflow(queue_id, settings, around)
    yield from _spread(settings, around.queues.values())
    if settings.order_by == "custom" and settings.score not in scores.names():
        # The engine would refuse the queue, and with it everybody's.
        known = ", ".join(scores.names())
        yield Fault("score", "score_unknown", f"There is no score {settings.score}; there are {known}.")


def _skills(settings: QueueSettings, unknown: Collection[UUID]) -> Iterator[Fault]:
    for loc, asked in (("skills", [settings.skills]), ("steps", [step.skills for step in settings.steps])):
        if any(skill_id in unknown for skills in asked for skill_id in skills):
            yield Fault(loc, "not_there", "There is no such skill.")


def _steps(settings: QueueSettings) -> Iterator[Fault]:
    ages = [0, *(step.after_seconds for step in settings.steps)]
    least = settings.offer_timeout_seconds + _MARGIN_SECONDS
    if any(later - earlier < least for earlier, later in pairwise(ages)):
        text = f"Between two steps lie at least the time of an offer and {_MARGIN_SECONDS} seconds."
        yield Fault("steps", "steps_close", text)
    if not only_relax([settings.skills, *(step.skills for step in settings.steps)]):
        yield Fault("steps", "steps_more", "A step asks for less than the one before, never for more.")


def _channels(settings: QueueSettings, around: Around) -> Iterator[Fault]:
    if settings.channels is None:
        return
    named = set(settings.channels)
    if not named:
        yield Fault("channels", "channels_none", "A queue takes at least one channel.")
    elif around.channels is not None and not named <= around.channels:
        unknown = ", ".join(sorted(named - around.channels))
        yield Fault("channels", "channels_unknown", f"There is no such channel: {unknown}.")
    if left := around.used_channels - named:
        text = f"Accounts or widgets send contacts here: {', '.join(sorted(left))}."
        yield Fault("channels", "channels_used", text)


def _overflow(queue_id: UUID, settings: QueueSettings, around: Around) -> Iterator[Fault]:
    for rule in settings.overflow:
        yield from _rule(queue_id, settings, rule, around)
    mine = {rule.queue_id for rule in settings.overflow if rule.action == "queue" and rule.queue_id is not None}
    if _returns(queue_id, mine, around.queues):
        yield Fault("overflow", "overflow_cycle", "Work would come back to this queue by way of the others.")
    for other in around.queues.values():
        if any(rule.action == "queue" and rule.queue_id == queue_id for rule in other.overflow):
            yield from _receives(other, settings, around)


def _rule(queue_id: UUID, settings: QueueSettings, rule: Overflow, around: Around) -> Iterator[Fault]:
    if rule.when == "closed" and settings.hours is None:
        yield Fault("overflow", "overflow_hours", "Without hours this queue is never closed.")
    if rule.action == "queue":
        yield from _target(queue_id, settings, rule, around)
    if rule.action == "message" and not any(text.strip() for text in rule.text.values()):
        yield Fault("overflow", "overflow_text", "Say what the customer shall read.")
    if rule.action == "callback" and not around.has_callbacks:
        yield Fault("overflow", "overflow_callback", "Callbacks are not there in this installation.")


def _target(queue_id: UUID, settings: QueueSettings, rule: Overflow, around: Around) -> Iterator[Fault]:
    target = around.queues.get(rule.queue_id) if rule.queue_id else None
    if target is None or rule.queue_id == queue_id or not around.sees(settings.branch_id, target.branch_id):
        yield Fault("overflow", "overflow_queue", "Name another queue of this branch or of everyone.")
    elif not target.takes_all(settings.channels):
        yield Fault("overflow", "overflow_channel", f"{target.name} does not take every channel of this queue.")


def _receives(other: Queue, settings: QueueSettings, around: Around) -> Iterator[Fault]:
    """Yield why another queue, which sends its work here, could do so no longer."""
    if not around.sees(other.branch_id, settings.branch_id):
        yield Fault("branch_id", "overflow_queue", f"{other.name} overflows into this queue.")
    if not settings.takes_all(other.channels):
        yield Fault(
            "channels", "overflow_channel", f"{other.name} overflows into this queue with every channel it has."
        )


def _returns(queue_id: UUID, targets: AbstractSet[UUID], queues: Mapping[UUID, Queue]) -> bool:
    """Tell whether overflow that begins with these targets comes to the queue again."""
    seen: set[UUID] = set()
    ahead = set(targets) - {queue_id}
    while ahead:
        at = ahead.pop()
        seen.add(at)
        known = queues.get(at)
        following = {rule.queue_id for rule in known.overflow if rule.action == "queue"} if known else set()
        if queue_id in following:
            return True
        ahead |= {each for each in following if each is not None} - seen
    return False


def _spread(settings: QueueSettings, others: Iterable[Queue]) -> Iterator[Fault]:
    if not settings.is_active:
        return
    targets = [settings.target_seconds, *(other.target_seconds for other in others if other.is_active)]
    try:
        check_spread((target * SECOND for target in targets), DEFAULT_BOOSTS.values())
    except Invalid as error:
        yield Fault("target_seconds", "spread", f"{error.detail}.")
