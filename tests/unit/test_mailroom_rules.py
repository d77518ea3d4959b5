"""What sorts a message, and how moments are written in letters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from core.dates import written
from mailroom.model import Actions, Conditions, Facts, NewRule, Rule, first, holds, is_due

FACTS = Facts(
    sender="Lena@Shop.example",
    recipients=("support@markaz.example",),
    subject="سؤال عن الفاتورة رقم ٣٣",
    text="فاكتور من کتابهای درسی",
    is_known=False,
    is_automatic=False,
    has_files=False,
)


@pytest.mark.parametrize(
    ("conditions", "is_so"),
    [
        ({}, True),
        ({"from_any": ["lena@shop.example"]}, True),
        ({"from_any": ["@shop.example"]}, True),
        ({"from_any": ["@other.example", "lena@other.example"]}, False),
        ({"from_any": ["@op.example"]}, False),
        ({"to_any": ["support@markaz.example"]}, True),
        ({"to_any": ["sales@markaz.example"]}, False),
        ({"words_any": ["فاتورة"]}, True),
        ({"words_any": ["الفاتورة"]}, True),
        ({"words_any": ["كتابهاي"]}, True),
        ({"words_any": ["فاکتور"]}, True),
        ({"words_any": ["فاکتور"], "subject_only": True}, False),
        ({"words_any": ["فات"]}, False),
        ({"words_any": ["33"]}, True),
        ({"is_known": True}, False),
        ({"is_known": False, "has_files": False, "is_automatic": False}, True),
        ({"has_files": True}, False),
    ],
)
def test_a_rule_holds_when_all_of_it_does(conditions: dict[str, Any], is_so: bool):
    assert holds(Conditions(**conditions), FACTS) is is_so


def rule(name: str, position: int, **conditions: Any) -> Rule:
    return Rule(
        id=uuid4(), account_id=uuid4(), name=name, position=position, conditions=Conditions(**conditions),
        actions=Actions(priority=1), is_active=True, version=1,
    )  # fmt: skip


def test_the_lowest_number_that_holds_decides():
    rules = [rule("last", 9), rule("never", 1, is_known=True), rule("second", 5), rule("first", 3)]
    off = rule("off", 2).model_copy(update={"is_active": False})
    found = first([*rules, off], FACTS)
    assert found is not None
    assert found.name == "first"
    assert first([], FACTS) is None


def test_a_rule_must_do_something_and_name_addresses():
    with pytest.raises(ValidationError, match="does nothing"):
        NewRule(name="x", conditions=Conditions(), actions=Actions())
    with pytest.raises(ValidationError, match="is not an address"):
        Conditions(from_any=["not an address"])


@pytest.mark.parametrize(
    ("mode", "is_open", "is_asked", "expected"),
    [
        ("never", False, None, False),
        ("closed", False, None, True),
        ("closed", True, None, False),
        ("always", True, None, True),
        ("never", True, True, True),
        ("always", False, False, False),
    ],
)
def test_when_it_is_acknowledged(mode: str, is_open: bool, is_asked: bool | None, expected: bool):
    assert is_due(mode, is_open=is_open, is_asked=is_asked) is expected


def test_moments_are_written_by_language_and_calendar():
    moment = datetime(2026, 3, 20, 20, 35, tzinfo=UTC)
    assert written(moment, "fa", "persian", "Asia/Tehran") == "شنبه ۱ فروردین ۱۴۰۵، ساعت ۰۰:۰۵"
    assert written(moment, "en", "persian", "UTC") == "Friday, 29 Esfand 1404, 20:35"
    assert written(moment, "ar", "islamic-umalqura", "Asia/Riyadh") == "الجمعة ١ شوال ١٤٤٧، ٢٣:٣٥"
    assert written(moment.replace(year=2090), "ar", "islamic-umalqura", "UTC").endswith("٢٠٩٠، ٢٠:٣٥")
