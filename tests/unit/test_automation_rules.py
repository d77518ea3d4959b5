"""What conditions of rules hold against, and what a rule must not say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import Condition, Conditions, OnTime, RuleSettings, SetValue, TellCustomer, hold

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
