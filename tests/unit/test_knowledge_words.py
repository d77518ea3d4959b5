"""What a text that is being typed says of the article that it needs, and how tickets become markup. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mailbox.markup import sanitise_own, to_text
from core.ids import uuid7
from core.text import fold
from knowledge.model import ArticleCategory, below, is_in_itself, preferring
from knowledge.words import clues, language_of, stem
from solutions.drafting import paragraphs


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("كيف أطبع الفاتورة؟", "فاتوره"),
        ("والكتاب", "کتاب"),
        ("فاکتورهای چاپ‌نشده", "فاکتور"),
        ("My printers are not printing", "printer"),
        ("صداهای بلند", "صدا"),
        ("خطای ۵۰۲", "502"),
    ],
)
def test_c137_endings_and_the_article_do_not_hide_what_a_text_is_about(text: str, clue: str) -> None:
    assert clue in clues(text)


def test_what_says_nothing_is_no_clue() -> None:
    assert clues("how can you do this? في من هل که این") == []


@given(st.text(max_size=400))
def test_clues_are_few_and_folded_whatever_is_typed(text: str) -> None:
    found = clues(text)
    assert len(found) <= 12
    assert len(set(found)) == len(found)
    assert all(len(each) >= 3 for each in found)


@given(st.text(alphabet="abcdegilnrstال‌وهای کتب", min_size=1, max_size=20).map(fold).filter(bool))
def test_a_stem_is_a_part_of_its_word(word: str) -> None:
    assert stem(word) in word
    assert stem(word)


@pytest.mark.parametrize(
    ("text", "language"),
    [("چاپگر", "fa"), ("الطابعة لا تعمل", "ar"), ("Printer", "en"), ("۱۲۳ …", None)],
)
def test_the_language_of_a_ticket_is_told_by_its_letters(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text(max_size=200))
def test_c138_a_plain_answer_becomes_markup_that_says_the_same_and_runs_nothing(text: str) -> None:
    clean = sanitise_own(paragraphs(text.replace("\x00", "")))
    assert "<script" not in clean
    visible = "".join(letter for letter in text if letter.isalnum() and letter.isprintable())
    assert visible == "".join(letter for letter in to_text(clean) if letter.isalnum() and letter.isprintable())


def test_a_category_holds_what_stands_in_it_at_any_depth_and_never_itself() -> None:
    top, middle, low, other = [uuid7() for _ in range(4)]
    tree = [
        ArticleCategory(id=each, names={"en": "x"}, parent_id=parent, version=1)
        for each, parent in ((top, None), (middle, top), (low, middle), (other, None))
    ]
    assert below(tree, top) == [top, middle, low]
    assert is_in_itself(tree, top, low)
    assert is_in_itself(tree, top, top)
    assert not is_in_itself(tree, top, other)


def test_somebody_reads_in_their_own_language_first() -> None:
    assert preferring("ar")[0] == "ar"
    assert sorted(preferring("ar")) == ["ar", "en", "fa"]
