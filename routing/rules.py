"""Rules of work: what contacts of a kind need besides what their queue asks. Pure.

A rule looks at the attributes of a work (channel, language, tier of the customer, ...) and asks for more than the queue
does: a skill, a permission, trust, a higher priority. It never asks for less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from access.model import Name, Permission
from core.events import Event
from core.ids import BranchId
from core.values import Value
from routing.model import MIN_LEVEL, Priority
from routing.values import Levels

Attribute = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")]
Said = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Values = Annotated[list[Said], Field(min_length=1, max_length=50)]


class RuleSettings(Value):
    """What an administrator says of a kind of work. All conditions must hold; of one, any of its values."""

    name: Name
    queue_id: UUID | None = Field(None, description="Only in this queue; null is every queue.")
    branch_id: BranchId | None = Field(None, description="Only work of this branch and of those below it.")
    conditions: Annotated[dict[Attribute, Values], Field(max_length=10)] = Field(
        default={}, description="Attribute to the values of which one must hold; none: every contact."
    )
    skills: Levels = Field(default={}, description="Skill id to the least level, 1 to 10.")
    permission: Permission | None = None
    trust: int | None = Field(None, ge=0, le=10)
    priority: int | None = Field(None, ge=0, le=3, description="At least this priority, 0 to 3.")
    is_active: bool = True

    @model_validator(mode="after")
    def _asks(self) -> RuleSettings:
        if not (self.skills or self.permission or self.trust or self.priority):
            raise ValueError("A rule asks for something: a skill, a permission, trust or a priority.")
        return self


class RuleChange(RuleSettings):
    version: int = Field(ge=1, description="The one that was read.")


class WorkRule(RuleSettings):
    id: UUID
    version: int


class RuleSaved(Event, kind="work_rule.saved"):
    """A rule is as it says, or gone; the router looks at everything that waits anew."""

    rule_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"work_rule:{self.rule_id}"


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule as the router applies it; `branches` are the rule's and those below, None is every branch."""

    settings: WorkRule
    branches: AbstractSet[UUID] | None = None

    def holds(self, attributes: Mapping[str, str], queue_id: UUID, branch_id: UUID | None) -> bool:
        """Tell whether the rule is about a work with these attributes."""
        said = self.settings
        if not said.is_active or said.queue_id not in (None, queue_id):
            return False
        if self.branches is not None and branch_id not in self.branches:
            return False
        return all(attributes.get(name) in values for name, values in said.conditions.items())


@dataclass(frozen=True, slots=True)
class Demand:
    """What rules ask for together: of everything the most. `names` are the rules that asked."""

    skills: Mapping[UUID, int] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    trust: int = 0
    priority: Priority = Priority.NORMAL
    names: tuple[str, ...] = ()

    def and_(self, rule: WorkRule) -> Demand:
        return replace(
            self,
            skills=most(self.skills, rule.skills),
            permissions=self.permissions | ({str(rule.permission)} if rule.permission else frozenset()),
            trust=max(self.trust, rule.trust or 0),
            priority=max(self.priority, Priority(rule.priority or 0)),
            names=(*self.names, rule.name),
        )


NOTHING = Demand()


def apply(rules: Iterable[ActiveRule], attributes: Mapping[str, str], queue_id: UUID, branch_id: UUID | None) -> Demand:
    """Return what all rules that are about a work ask for together, with what it asks for itself."""
    demand = replace(NOTHING, skills=asked_skills(attributes, queue_id))
    for rule in rules:
        if rule.holds(attributes, queue_id, branch_id):
            demand = demand.and_(rule.settings)
    return demand


def asked_skills(attributes: Mapping[str, str], queue_id: UUID) -> dict[UUID, int]:
    """Return the levels that a work asks for in this queue: `skill.<id>` says `<level> <queue id>`."""
    found = {}
    for name, said in attributes.items():
        level, _, of = said.partition(" ")
        if name.startswith("skill.") and of == str(queue_id):
            found[UUID(name.removeprefix("skill."))] = int(level)
    return found


def most(one: Mapping[UUID, int], other: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return the skills of both, each with the higher level."""
    return {skill: max(one.get(skill, 0), other.get(skill, 0)) for skill in (*one, *other)}


def relaxed(levels: Iterable[Mapping[UUID, int]], demand: Demand) -> list[dict[UUID, int]]:
    """Return the levels of each step of a queue together with what rules ask for.

    Until the last step a rule's skills are asked for in full; there, where the queue has relaxed all that it does, at
    the lowest level: whoever speaks a little French is better than nobody, whoever speaks none is not. A queue without
    steps relaxes nothing, neither its own skills nor a rule's.
    """
    steps = list(levels)
    full = [most(step, demand.skills) for step in steps]
    if len(steps) > 1:
        full[-1] = most(steps[-1], dict.fromkeys(demand.skills, MIN_LEVEL))
    return full


def only_relax(levels: Iterable[Mapping[UUID, int]]) -> bool:
    """Tell whether no step asks for more than the one before."""
    return all(level <= earlier.get(skill, 0) for earlier, later in pairwise(levels) for skill, level in later.items())
