"""Rules of work: about whom they are, and that they only ever ask for more."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from access.model import Permission
from chat.model import Answers, Choice, FormField, WidgetSettings
from chat.opening import Known, begin
from interactions.conversations import attributes_of
from routing.rules import NOTHING, ActiveRule, RuleSettings, WorkRule, apply, most, relaxed

FRENCH, CHAT = uuid4(), uuid4()
QUEUE, BRANCH = uuid4(), uuid4()


def rule(branches: frozenset[Any] | None = None, **said: Any) -> ActiveRule:
    known = {"id": uuid4(), "version": 1, "name": "Rule", "priority": 1}
    return ActiveRule(WorkRule.model_validate({**known, **said}), branches)


def holds(found: ActiveRule, **attributes: str) -> bool:
    return found.holds(attributes, QUEUE, BRANCH)


def test_a_rule_without_conditions_is_about_everything():
    assert holds(rule())
    assert holds(rule(), channel="voice")


def test_all_conditions_must_hold_and_of_each_any_value():
    french = rule(conditions={"language": ["fr", "wo"], "channel": ["voice"]})
    assert holds(french, language="wo", channel="voice")
    assert not holds(french, language="wo", channel="email")
    assert not holds(french, channel="voice")


def test_a_rule_is_about_its_queue_its_branches_and_nothing_while_off():
    assert holds(rule(queue_id=QUEUE))
    assert not holds(rule(queue_id=uuid4()))
    assert holds(rule(frozenset({BRANCH})))
    assert not holds(rule(frozenset({uuid4()})))
    assert not rule(frozenset({BRANCH})).holds({}, QUEUE, None)
    assert not holds(rule(is_active=False))


def test_a_rule_that_asks_for_nothing_is_refused():
    with pytest.raises(ValidationError, match="asks for something"):
        RuleSettings(name="Empty", trust=0, priority=0)


def test_of_everything_the_most_is_asked_for():
    rules = [
        rule(name="A", skills={FRENCH: 3}, trust=2, priority=1, permission=Permission.CUSTOMER_MERGE),
        rule(name="B", skills={FRENCH: 5, CHAT: 1}, trust=1, priority=3),
        rule(name="C", skills={CHAT: 9}, conditions={"language": ["fr"]}),
    ]
    asked = apply(rules, {"language": "en"}, QUEUE, BRANCH)
    assert dict(asked.skills) == {FRENCH: 5, CHAT: 1}
    assert (asked.trust, asked.priority, asked.names) == (2, 3, ("A", "B"))
    assert asked.permissions == {"customer.merge"}


levels = st.dictionaries(st.sampled_from([FRENCH, CHAT]), st.integers(1, 10))
some_rules = st.lists(
    st.builds(lambda skills, trust, priority: rule(skills=skills, trust=trust, priority=priority), levels,
              st.integers(0, 10), st.integers(1, 3)), max_size=5,
)  # fmt: skip


@given(some_rules)
def test_the_order_of_rules_says_nothing_and_another_rule_never_asks_for_less(rules):
    asked, other = apply(rules, {}, QUEUE, BRANCH), apply(rules[::-1], {}, QUEUE, BRANCH)
    assert (asked.skills, asked.trust, asked.priority) == (other.skills, other.trust, other.priority)
    fewer = apply(rules[1:], {}, QUEUE, BRANCH)
    assert asked.trust >= fewer.trust
    assert asked.priority >= fewer.priority
    assert most(asked.skills, fewer.skills) == dict(asked.skills)


@given(st.lists(levels, min_size=1, max_size=4), some_rules)
def test_no_step_asks_for_less_than_its_queue_or_forgets_what_rules_ask_for(own, rules):
    asked = apply(rules, {}, QUEUE, BRANCH)
    found = relaxed(own, asked)
    assert len(found) == len(own)
    for step, full in zip(own, found, strict=True):
        assert most(step, full) == full, "a rule never asks for less"
        assert set(asked.skills) <= set(full), "somebody still knows it at all"


def test_a_rule_s_skill_is_full_until_the_last_step_and_then_the_lowest():
    asked = apply([rule(skills={FRENCH: 5})], {}, QUEUE, BRANCH)
    assert relaxed([{CHAT: 3}, {CHAT: 1}, {}], asked) == [{CHAT: 3, FRENCH: 5}, {CHAT: 1, FRENCH: 5}, {FRENCH: 1}]
    assert relaxed([{CHAT: 3}], asked) == [{CHAT: 3, FRENCH: 5}], "without steps nothing is relaxed"
    assert relaxed([{CHAT: 3}, {}], NOTHING) == [{CHAT: 3}, {}]


# --- what rules look at


def test_a_conversation_tells_its_channel_its_language_and_what_was_chosen():
    details = {"locale": "fa", "choices": {"topic": "billing"}, "form": [{"key": "topic", "value": "صورتحساب"}]}
    told = attributes_of("webchat", "inbound", details)
    assert told == {"channel": "webchat", "direction": "inbound", "language": "fa", "form.topic": "billing"}
    assert attributes_of("voice", "inbound", {}) == {"channel": "voice", "direction": "inbound"}


def test_what_was_chosen_is_kept_as_the_site_calls_it_in_any_language():
    topic = FormField(key="topic", kind="select", options=[Choice(value="billing", label={"fa": "صورتحساب"})])
    chosen = begin(WidgetSettings(fields=[topic]), Answers(form={"topic": "billing"}), Known(), "fa", is_offline=False)
    assert chosen.details["choices"] == {"topic": "billing"}
    silent = begin(WidgetSettings(fields=[topic]), Answers(), Known(), "fa", is_offline=False)
    assert "choices" not in silent.details


def test_the_skills_that_a_contact_asks_for_are_those_of_its_queue_alone_and_rules_may_ask_for_more():
    here, there, skill = uuid4(), uuid4(), uuid4()
    asked = {"queue_id": str(here), "skills": {str(skill): 5}}
    attributes = attributes_of("voice", "inbound", {"asked": asked})
    assert apply([], attributes, here, None).skills == {skill: 5}
    assert apply([], attributes, there, None).skills == {}
    assert apply([rule(skills={skill: 8})], attributes, here, None).skills == {skill: 8}
    assert apply([rule(skills={skill: 3})], attributes, here, None).skills == {skill: 5}
