"""Texts with names in braces: what is unknown is refused, what is missing is said otherwise, nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.placeholders import filled, must_be_known, one_line
from interactions.answers import NewAnswer
from interactions.signatures import PLACEHOLDERS, USUAL, NewSignature

EVERYTHING = dict.fromkeys(PLACEHOLDERS, "x")


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"There is no \{customer.nmae\}; there are agent.name, customer.name"):
        must_be_known("Dear {customer.nmae}", PLACEHOLDERS)
    for text in ("{customer.__class__}", "{agent.password|x}", "{customer}"):
        with pytest.raises(ValidationError):
            NewSignature(texts={"en": text})
        with pytest.raises(ValidationError):
            NewAnswer(title="t", shortcut="s", texts={"en": text})


def test_a_missing_value_is_said_as_the_text_says_else_as_is_usual() -> None:
    assert filled("Dear {customer.name|friend},", {}) == "Dear friend,"
    assert filled("Dear {customer.name|friend},", {"customer.name": "Lena"}) == "Dear Lena,"
    assert filled("{customer.name}", {}, USUAL["fa"]) == "مشتری گرامی"
    assert filled("{customer.name|}", {}, USUAL["fa"]) == "", "an empty word of its own is a word"
    assert filled("{date}", {}) == ""


@given(st.text(max_size=60))
def test_what_a_value_brings_is_one_line_and_never_filled_again(value: str) -> None:
    whole = filled("{customer.name}|{interaction.number}", {"customer.name": value, "interaction.number": "7"})
    assert whole == f"{one_line(value)}|7"
    assert len(whole.splitlines()) == 1


@given(st.text(max_size=80))
def test_a_text_without_names_stays_as_it_is(text: str) -> None:
    bare = text.replace("{", "(")
    assert filled(bare, EVERYTHING) == bare


@given(st.text(alphabet="{}|.ab \n", max_size=40))
def test_no_text_raises(text: str) -> None:
    filled(text, {"a.b": "{a.b}"})
