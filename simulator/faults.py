"""The fault plan: which webhooks and REST calls go wrong, how, and how often."""

from __future__ import annotations

import random
from enum import StrEnum
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    DUPLICATE = "duplicate"
    """The webhook comes twice with the same idempotency token."""
    REORDER = "reorder"
    """The status callback comes `seconds` late, and later ones overtake it."""
    DELAY = "delay"
    """The webhook and everything behind it come `seconds` late."""
    DROP = "drop"
    """The webhook never comes."""
    RATE_LIMIT = "rate_limit"
    """Our REST call is refused with 429; `seconds` is its Retry-After. Nothing happened."""
    SERVER_ERROR = "server_error"
    """Our REST call gets 500. Nothing happened, but the caller cannot know."""
    ACCEPT_THEN_DROP = "accept_then_drop"
    """Our REST call has its effect, and the connection is cut before the answer."""
    LATE_CALLBACK = "late_callback"
    """An earlier status comes again `seconds` after the last one."""


class FaultRule(BaseModel):
    """One thing that goes wrong.

    `match` is a glob over `METHOD URL` (webhooks) or `METHOD path` (REST); `times` counts how often it strikes at most.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    match: str = "*"
    probability: float = Field(default=1.0, ge=0, le=1)
    times: int | None = Field(default=None, ge=0)
    seconds: float = Field(default=1.0, ge=0)


class FaultPlan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[FaultRule, ...] = ()


class Faults:
    """The plan in force, and how often each rule has struck."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.plan = FaultPlan()
        self._struck: list[int] = []

    def set(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._struck = [0] * len(plan.rules)

    def struck(self) -> list[int]:
        return list(self._struck)

    def strike(self, kind: FaultKind, target: str) -> FaultRule | None:
        """Return the rule that strikes `target` now, and count it."""
        for place, rule in enumerate(self.plan.rules):
            if rule.kind is not kind or not fnmatchcase(target, rule.match):
                continue
            if rule.times is not None and self._struck[place] >= rule.times:
                continue
            if self._chance.random() < rule.probability:
                self._struck[place] += 1
                return rule
        return None
