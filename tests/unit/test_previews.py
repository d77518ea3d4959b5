"""Previews: what is quick on long texts says the same as what is plain."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as some

from core.text import preview

_LETTERS = "aA \t\n\u00a0ée\u0301كيیۀٱءِّ\u064b٤۴\u200c\u200fİ\u0307ß\u0338\U0001d400"
_TEXTS = some.text(some.sampled_from(_LETTERS), max_size=60)


def _plain_preview(text: str, limit: int) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@given(_TEXTS, some.integers(2, 12))
def test_a_preview_is_that_of_the_whole_text(text: str, limit: int) -> None:
    assert preview(text, limit) == _plain_preview(text, limit)


def test_a_preview_finds_words_behind_any_space() -> None:
    assert preview(" " * 100_000 + "here") == "here"
