"""Rules as administrators write them: a trigger, what must hold, what is done. With the check of each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Locale, Name
from core.events import Event
from core.placeholders import must_be_known
from core.text import fold
from core.values import Value
from tickets.model import Kind, Names

# What happened, and how long something has lasted.
Happening = Literal["opened", "changed", "assigned", "customer_wrote", "answered", "sla_near", "sla_late"]
Lasting = Literal["opened", "stage"]
Operation = Literal["is", "is_not", "one_of", "none_of", "contains", "lacks", "empty", "filled", "at_least", "at_most"]

# What a condition may ask for besides `fields.<key>`.
FACTS = frozenset(
    {
        "kind", "priority", "category", "status_id", "type_id", "owner_id", "queue_id", "branch_id", "customer_id",
        "tier_id", "requester_kind", "source", "is_confidential", "sla", "subject", "description", "changed", "metric",
    }
)  # fmt: skip
PLACEHOLDERS = frozenset(
    {
        "customer.name",
        "ticket.number",
        "ticket.subject",
        "ticket.stage",
        "ticket.due",
        "agent.name",
        "organisation.name",
    }
)
_FIELD = "fields."
_ORDERED = {"low": 0, "normal": 1, "high": 2, "urgent": 3}


def _is_fact(name: str) -> str:
    if name not in FACTS and not name.startswith(_FIELD):
        raise ValueError(f"There is no {name}; there are {', '.join(sorted(FACTS))} and fields.<key>.")
    return name


def _has_known_names(text: str) -> str:
    return must_be_known(text, PLACEHOLDERS)


class OnEvent(Value):
    on: Literal["event"] = "event"
    happening: Happening


class OnTime(Value):
    """Something has lasted for so long: since it was opened, or in its stage; once for each beginning."""

    on: Literal["time"] = "time"
    since: Lasting = "stage"
    minutes: int = Field(ge=1, le=1_000_000)
    in_business_time: bool = Field(default=True, description="By the hours of the ticket's branch.")


Trigger = Annotated[OnEvent | OnTime, Field(discriminator="on")]


class Condition(Value):
    """One thing that must hold. `value`: a text, a number, yes or no, or for one_of and none_of a list."""

    fact: Annotated[str, Field(max_length=60), AfterValidator(_is_fact)]
    operation: Operation
    value: str | float | bool | list[str] | None = None

    @model_validator(mode="after")
    def _has_its_value(self) -> Condition:
        if (self.operation in ("one_of", "none_of")) != isinstance(self.value, list):
            raise ValueError("One of and none of take a list, and nothing else does.")
        if self.operation not in ("empty", "filled") and self.value is None:
            raise ValueError("This needs a value to be held against.")
        return self


class Conditions(Value):
    """`all` of these hold, and `any` of those unless there are none."""

    all: tuple[Condition, ...] = Field((), max_length=30)
    any: tuple[Condition, ...] = Field((), max_length=30)

    @property
    def facts(self) -> frozenset[str]:
        """What they ask for."""
        return frozenset(each.fact for each in (*self.all, *self.any))


class SetValue(Value):
    do: Literal["set"] = "set"
    what: Literal["status_id", "priority", "queue_id", "owner_id", "type_id", "is_confidential"]
    value: str | bool | None

    @property
    def said(self) -> Any:
        return UUID(self.value) if self.what.endswith("_id") and isinstance(self.value, str) else self.value

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> SetValue:
        if self.what.endswith("_id") and isinstance(self.value, str):
            UUID(self.value)
        if self.what == "priority" and self.value not in _ORDERED:
            raise ValueError("A priority is low, normal, high or urgent.")
        if (self.what == "is_confidential") != isinstance(self.value, bool):
            raise ValueError("Yes or no is for confidence, and for nothing else.")
        if self.value is None and self.what == "status_id":
            raise ValueError("A ticket is always in a stage.")
        return self


class SetField(Value):
    do: Literal["set_field"] = "set_field"
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    value: str | float | bool | list[str] | None


class RaisePriority(Value):
    do: Literal["raise_priority"] = "raise_priority"


class AddCheck(Value):
    do: Literal["add_check"] = "add_check"
    text: Annotated[str, Field(min_length=1, max_length=500)]


class Notify(Value):
    """Ring somebody's bell; of who may not see the ticket nobody hears."""

    do: Literal["notify"] = "notify"
    to: Literal["owner", "followers", "supervisors", "people"]
    people: tuple[UUID, ...] = Field((), max_length=50)
    text: Annotated[str, Field(min_length=1, max_length=500)]


class TellCustomer(Value):
    """Write to the customer in their language, where they want to be reached; a machine's word is no answer."""

    do: Literal["tell_customer"] = "tell_customer"
    texts: dict[Locale, Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_has_known_names)]] = Field(
        min_length=1, description="With {customer.name}, {ticket.number} and the like."
    )


Action = Annotated[SetValue | SetField | RaisePriority | AddCheck | Notify | TellCustomer, Field(discriminator="do")]
Actions = Annotated[tuple[Action, ...], Field(min_length=1, max_length=20)]


class RuleSettings(Value):
    name: Name
    position: int = Field(0, ge=0, le=10_000, description="Rules act one after another, the lowest number first.")
    trigger: Trigger
    conditions: Conditions = Conditions()
    actions: Actions
    is_active: bool = True


class RuleChange(RuleSettings):
    version: int = Field(ge=1, description="The one that was read.")


class AutomationRule(RuleSettings):
    id: UUID
    version: int


class MacroSettings(Value):
    """What an agent does with one click."""

    names: Names
    kinds: tuple[Kind, ...] | None = None
    actions: Actions
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True


class MacroChange(MacroSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Macro(MacroSettings):
    id: UUID
    version: int


class Did(Value):
    """What one action did, or why it was refused."""

    do: str
    detail: str = ""
    is_refused: bool = False


class Run(Value):
    """Once a rule acted on a ticket."""

    id: UUID
    rule_id: UUID | None
    rule_name: str
    ticket_id: UUID
    number: str
    cause: str
    at: datetime
    did: tuple[Did, ...]
    is_refused: bool


class Held(Value):
    """One condition held against a ticket."""

    fact: str
    operation: str
    found: Any
    holds: bool


class RuleSaved(Event, kind="automation.rule_saved"):
    rule_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"automation_rule:{self.rule_id}"


class MacroSaved(Event, kind="automation.macro_saved"):
    macro_id: UUID
    is_removed: bool = False

    def subject(self) -> str:
        return f"macro:{self.macro_id}"


def fact(name: str, facts: Mapping[str, Any]) -> Any:
    """Return what is known: a custom field by its key, everything else by its name."""
    if name.startswith(_FIELD):
        return facts.get("fields", {}).get(name.removeprefix(_FIELD))
    return facts.get(name)


def hold(conditions: Conditions, facts: Mapping[str, Any]) -> tuple[bool, list[Held]]:
    """Hold what must hold against what is; returns the answer, and each condition with what was found."""
    every, some = ([_held(each, facts) for each in group] for group in (conditions.all, conditions.any))
    answer = all(each.holds for each in every) and (not some or any(each.holds for each in some))
    return answer, [*every, *some]


def _held(condition: Condition, facts: Mapping[str, Any]) -> Held:
    found = fact(condition.fact, facts)
    holds = _OPERATIONS[condition.operation](found, condition.value)
    return Held(fact=condition.fact, operation=condition.operation, found=found, holds=holds)


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, list):
        return any(_same(each, value) for each in found)
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    return found is not None and (found == value or fold(str(found)) == fold(str(value)))


def _one_of(found: Any, values: Any) -> bool:
    return any(_same(found, each) for each in values)


def _contains(found: Any, value: Any) -> bool:
    return fold(str(value)) in fold(str(found or ""))


def _is_empty(found: Any, _: Any) -> bool:
    return found is None or found in ("", [])


def _rank(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(_ORDERED.get(value, value))
    except (TypeError, ValueError):
        return None


def _at_least(found: Any, value: Any) -> bool:
    one, other = _rank(found), _rank(value)
    return one is not None and other is not None and one >= other


def _at_most(found: Any, value: Any) -> bool:
    one, other = _rank(found), _rank(value)
    return one is not None and other is not None and one <= other


def _not(operation: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda found, value: not operation(found, value)


_OPERATIONS: dict[Operation, Callable[[Any, Any], bool]] = {
    "is": _same,
    "is_not": _not(_same),
    "one_of": _one_of,
    "none_of": _not(_one_of),
    "contains": _contains,
    "lacks": _not(_contains),
    "empty": _is_empty,
    "filled": _not(_is_empty),
    "at_least": _at_least,
    "at_most": _at_most,
}
