"""What conditions of rules hold against, and what a rule must not say."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

from automation.catalogue import catalogue
from automation.model import (
    FACTS as ALL_FACTS,
)
from automation.model import (
    PLACEHOLDERS,
    Condition,
    Conditions,
    OnTime,
    RuleSettings,
    SetValue,
    TellCustomer,
    hold,
)
from tickets.fields import TicketField
from tickets.model import FieldType

FACTS = {
    "kind": "complaint",
    "priority": "high",
    "subject": "الكتاب لم يصل",
    "is_confidential": False,
    "owner_id": None,
    "changed": ["status_id", "owner_id"],
    "fields": {"shelf": 12, "colours": ["red", "blue"]},
}


@pytest.mark.parametrize(
    ("fact", "operation", "value", "holds"),
    [
        ("kind", "is", "complaint", True),
        ("kind", "is_not", "complaint", False),
        ("kind", "one_of", ["inquiry", "complaint"], True),
        ("kind", "none_of", ["inquiry"], True),
        ("subject", "contains", "کتاب", True),
        ("subject", "lacks", "قلم", True),
        ("owner_id", "empty", None, True),
        ("owner_id", "filled", None, False),
        ("owner_id", "is", "x", False),
        ("priority", "at_least", "high", True),
        ("priority", "at_least", "urgent", False),
        ("priority", "at_most", "urgent", True),
        ("fields.shelf", "at_least", 12, True),
        ("fields.shelf", "at_most", "11.5", False),
        ("fields.colours", "is", "red", True),
        ("fields.colours", "one_of", ["green"], False),
        ("fields.nothing", "at_least", 1, False),
        ("is_confidential", "is", False, True),
        ("is_confidential", "is", "false", False),
        ("changed", "is", "owner_id", True),
    ],
)
def test_a_condition_is_held_against_what_is(fact, operation, value, holds):
    answer, [held] = hold(Conditions(all=(Condition(fact=fact, operation=operation, value=value),)), FACTS)
    assert (answer, held.holds) == (holds, holds)


def test_all_of_these_and_any_of_those():
    yes = Condition(fact="kind", operation="is", value="complaint")
    no = Condition(fact="kind", operation="is", value="inquiry")
    assert hold(Conditions(), FACTS)[0], "nothing is asked for"
    assert hold(Conditions(all=(yes,), any=(no, yes)), FACTS)[0]
    assert not hold(Conditions(all=(yes, no)), FACTS)[0]
    assert not hold(Conditions(all=(yes,), any=(no,)), FACTS)[0]


def test_what_a_rule_cannot_mean_is_refused():
    with pytest.raises(ValidationError, match="There is no colour"):
        Condition(fact="colour", operation="is", value="red")
    with pytest.raises(ValidationError, match="take a list"):
        Condition(fact="kind", operation="one_of", value="complaint")
    with pytest.raises(ValidationError, match="held against"):
        Condition(fact="kind", operation="is")
    with pytest.raises(ValidationError, match="low, normal, high or urgent"):
        SetValue(what="priority", value="highest")
    with pytest.raises(ValidationError, match="always in a stage"):
        SetValue(what="status_id", value=None)
    with pytest.raises(ValidationError, match=r"There is no \{password\}"):
        TellCustomer(texts={"en": "Your {password}"})
    with pytest.raises(ValidationError):
        RuleSettings(name="x", trigger=OnTime(minutes=5), actions=())


def field(key: str, kind: str, **said: Any) -> TicketField:
    return TicketField.model_validate(
        {"id": UUID(int=1), "version": 1, "key": key, "names": {"fa": key}, "type": kind, **said}
    )


def test_the_catalogue_names_every_fact_and_nothing_that_a_rule_could_not_be_made_of() -> None:
    kinds = [field(f"of_{kind}", kind, options=_options(kind)) for kind in get_args(FieldType)]
    found = catalogue([*kinds, field("old", "text", is_active=False)])
    assert {fact.name for fact in found.facts if not fact.name.startswith("fields.")} == ALL_FACTS
    assert {fact.name for fact in found.facts if fact.names} == {f"fields.of_{kind}" for kind in get_args(FieldType)}
    for fact in found.facts:
        for operation in fact.operations:
            value: Any = {"yes_no": True, "number": 1}.get(fact.shape, "x")
            Condition(fact=fact.name, operation=operation, value=["x"] if operation in ("one_of", "none_of") else value)
    for each in found.settable:
        value = {"priority": "high", "yes_no": True}.get(each.shape, str(UUID(int=1)))
        SetValue.model_validate({"what": each.what, "value": value})
    assert set(found.placeholders) == PLACEHOLDERS


def _options(kind: str) -> list[dict[str, Any]]:
    return [{"key": "a", "names": {"en": "A"}}] if kind in ("choice", "choices") else []
