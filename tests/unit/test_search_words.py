"""What a search asks for, and how a hit is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.snippets import snippet
from core.text import fold, spans, words_of
from customers.model import like_patterns
from interactions.search import patterns

LETTERS = st.text(alphabet="کكيیىئهةۀاأإآءؤوـ\u200c\u200dَّٰ ۱٢3aZß\n\t\u200f#%_\\", max_size=40)


@given(LETTERS)
def test_folding_letter_by_letter_finds_what_folding_the_whole_finds(text: str) -> None:
    for word in words_of(text):
        assert spans(text, [word]), (text, word)


@given(LETTERS, LETTERS)
def test_a_marked_piece_is_the_word_in_some_spelling(text: str, search: str) -> None:
    words = words_of(search)
    for start, end in spans(text, words):
        assert any(word in fold(text[start:end]) for word in words) or end - start > max(map(len, words))


@pytest.mark.parametrize(
    ("text", "search", "marked"),
    [
        ("سفارش كتابِ من", "کتاب", ["كتابِ"]),
        ("می\u200cخواهم بروم", "می خواهم", ["می", "خواهم"]),
        ("رقم الطلب ١٠٤٢", "1042", ["١٠٤٢"]),
        ("شمارهٔ ۱۰۴۲ و 1042", "۱۰۴۲", ["۱۰۴۲", "1042"]),
        ("مـرحـبـا بكم", "مرحبا", ["مـرحـبـا"]),
        ("Where is my ORDER?", "order", ["ORDER"]),
        ("والكتاب", "كتاب", ["كتاب"]),
    ],
)
def test_a_hit_is_marked_in_the_words_of_the_original(text: str, search: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, words_of(search))] == marked


def test_a_snippet_begins_near_its_first_hit_and_keeps_the_marks_right() -> None:
    text = "word " * 200 + "the needle is here 😀 " + "tail " * 200
    found = snippet(text, ["needle"])
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) < 200
    assert [found.text[start:end] for start, end in found.marks] == ["needle"]


def test_the_longest_word_leads_and_a_short_one_stands_alone() -> None:
    asked = patterns("no payment")
    assert asked.longest == "%payment%"
    assert asked.others == ["% no %"]


@pytest.mark.parametrize("q", ["#۱۰۴۲", "1042", "١٠٤٢"])
def test_a_number_is_read_in_any_digits(q: str) -> None:
    assert patterns(q).number == 1042


def test_what_stands_for_anything_in_like_stands_for_itself() -> None:
    assert patterns("100%_\\x").longest == "%100\\%\\_\\\\x%"


@pytest.mark.parametrize("q", [" ", "\u200c", "ِ"])
def test_a_search_without_a_word_is_refused(q: str) -> None:
    with pytest.raises(Invalid):
        patterns(q)


@pytest.mark.parametrize("typed", ["0912 345 6789", "۰۹۱۲-۳۴۵-۶۷۸۹", "+98 (912) 345 6789", "9123456789"])
def test_a_number_as_people_write_it_finds_the_international_form(typed: str) -> None:
    [pattern] = like_patterns(typed)
    assert pattern is not None
    assert pattern.strip("%") in "+989123456789"
