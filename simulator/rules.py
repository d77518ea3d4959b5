"""Pure choice of what the people behind called numbers do."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from simulator.settings import CallRule, MessageRule, Outcome


@dataclass(frozen=True, slots=True)
class Reaction:
    outcome: Outcome
    after_seconds: float
    hang_up_after: float | None

    @property
    def answered_by(self) -> str:
        return "machine_start" if self.outcome is Outcome.MACHINE else "human"

    @property
    def picks_up(self) -> bool:
        return self.outcome in (Outcome.ANSWER, Outcome.MACHINE)


def react(rules: Iterable[CallRule], number: str, chance: random.Random) -> Reaction:
    """Take the first rule that matches; where none does, a person answers after two seconds."""
    rule = next((rule for rule in rules if fnmatchcase(number, rule.pattern)), CallRule(pattern="*"))
    if rule.population:
        share = chance.choices(rule.population, [each.weight for each in rule.population])[0]
        hang_up = None if share.hang_up_after is None else chance.uniform(*share.hang_up_after)
        return Reaction(share.outcome, chance.uniform(*share.after_seconds), hang_up)
    return Reaction(rule.outcome, chance.uniform(*rule.after_seconds), rule.hang_up_after)


def delivery_error(rules: Iterable[MessageRule], number: str) -> int | None:
    return next((rule.error_code for rule in rules if fnmatchcase(number, rule.pattern)), None)
