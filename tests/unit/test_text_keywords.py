"""What a text asks the machine, what it leaves to people, and what is answered."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from complaints import codes
from mailroom.answering import answer
from mailroom.keywords import OPT_OUT, WORDS, Asked, read
from mailroom.model import SelfServiceChange

# The same in every worker: it stands in names of tests.
CODE = codes.new(random.Random(17).choice)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("STATE", Asked("en")),
        ("  status? ", Asked("en")),
        ("وضعیت", Asked("fa")),
        ("وضعيت", Asked("fa")),
        ("حالة؟", Asked("ar")),
        ("Status SR-17", Asked("en", "support_request", 17)),
        ("state #17", Asked("en", serial=17)),
        ("وضعیت ۱۷", Asked("fa", serial=17)),
        ("حالة: CP ١٧", Asked("ar", "complaint", 17)),
        (f"state {codes.spoken(CODE)}", Asked("en", code=CODE)),
        (f"وضعیت \u2066{CODE.lower()}\u2069", Asked("fa", code=CODE)),
    ],
)
def test_c013_a_word_and_at_most_a_number_behind_it_asks_the_machine(text: str, asked: Asked) -> None:
    assert read(text, WORDS) == asked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "state of my fridge is bad",
        "statement",
        "stateful 17",
        "What is the status?",
        "وضعیت خرابه",
        "state SR-",
        "state 12345678901234567890",
        "state ACD3EFGH4X9",
        "state " + "1" * 100,
        "17",
    ],
)
def test_whatever_else_stands_there_is_for_people(text: str) -> None:
    assert read(text, WORDS) is None


@given(st.sampled_from(sorted(OPT_OUT)), st.sampled_from(["", " ", "!", " state", " 17"]))
def test_c013_who_opts_out_is_never_answered_by_the_machine_whatever_words_ask(word: str, behind: str) -> None:
    assert read(word.upper() + behind, {"en": [word, "state"]}) is None


@given(st.text(max_size=90))
def test_any_text_is_read_or_left_to_people(text: str) -> None:
    found = read(text, WORDS)
    assert found is None or found.locale in WORDS


def test_words_that_opt_out_or_stand_there_twice_are_refused() -> None:
    for words in ({"en": ["Stop"]}, {"en": ["State", "STATE"]}, {"ar": ["حالة"], "fa": ["حاله"]}, {"fa": ["لغو"]}):
        with pytest.raises(ValidationError):
            SelfServiceChange.model_validate({"words": words})


def request(**said: Any) -> dict[str, Any]:
    return {
        "kind": "support_request",
        "serial": 7,
        "is_confidential": False,
        "subject": "Fridge",
        "stage_names": {"en": "Open", "fa": "در دست اقدام"},
        "complaint_stage": None,
        **said,
    }


def test_c013_the_answer_names_number_subject_and_stage_in_the_language_of_the_word() -> None:
    assert answer("en", [request(), request(serial=8)], is_named=False) == "SR-7 (Fridge): Open\nSR-8 (Fridge): Open"
    assert answer("fa", [request()], is_named=True) == "\u2066SR-7\u2069 (Fridge): در دست اقدام"
    assert answer("ar", [request()], is_named=True).endswith(": Open"), "a stage without a name in the language"
    assert answer("en", [], is_named=True) != answer("en", [], is_named=False)


def test_what_is_confidential_shows_no_subject_and_a_complaint_no_stage_of_the_house() -> None:
    one = request(kind="complaint", is_confidential=True, complaint_stage="investigation")
    assert answer("en", [one], is_named=True) == "CP-7: under investigation"
