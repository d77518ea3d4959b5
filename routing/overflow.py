"""Which rule of a queue is due for a work that waits. Pure: facts in, rules out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from routing.values import Overflow


class Ripe(NamedTuple):
    """A rule whose moment has come for a work; `name` tells it from every other rule, also of other queues."""

    work_id: UUID
    rule: Overflow
    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """How long it has waited, whether its queue is open, and for how long nobody online could have taken it."""

    work_id: UUID
    queue_id: UUID
    waited_seconds: float
    is_open: bool
    deserted_seconds: float | None
    ran: Sequence[str] = ()


def name_of(queue_id: UUID, rule: Overflow) -> str:
    """Name a rule by what it says, so that changing another one of the queue does not run it again."""
    return f"{queue_id}:{rule.when}:{rule.after_seconds}:{rule.action}:{rule.queue_id or ''}"


def ripe(wait: Wait, rules: Sequence[Overflow]) -> Iterator[Ripe]:
    """Yield what is due, in the order of the rules; nothing after one that lets it wait elsewhere."""
    for rule in rules:
        name = name_of(wait.queue_id, rule)
        if name in wait.ran or not _is_due(wait, rule):
            continue
        yield Ripe(wait.work_id, rule, name)
        if rule.action == "queue":
            return


def _is_due(wait: Wait, rule: Overflow) -> bool:
    match rule.when:
        case "waited":
            return wait.waited_seconds >= rule.after_seconds
        case "closed":
            return not wait.is_open and wait.waited_seconds >= rule.after_seconds
        case "no_agent":
            return wait.deserted_seconds is not None and wait.deserted_seconds >= rule.after_seconds
