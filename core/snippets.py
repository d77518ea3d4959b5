"""What a search asks of an index, and what it shows: one line around the first hit, as plain text with ranges."""

from __future__ import annotations

from collections.abc import Sequence

from core.text import for_like, spans
from core.values import Value

# A shorter word has no trigram of its own: it is looked for as a whole word.
_TRIGRAM = 3
_SNIPPET = 180
_BEFORE = 50
# Where a hit is looked for in a long text to be shown; it is found everywhere.
_SHOWN_OF = 20_000


class Snippet(Value):
    """A piece of the text around the first hit; `marks` are half-open ranges of its Unicode characters."""

    text: str
    marks: list[tuple[int, int]]


def like(word: str) -> str:
    """Return the pattern of a folded word: anywhere, also within others; below three letters only as a whole word."""
    escaped = for_like(word)
    return f"%{escaped}%" if len(word) >= _TRIGRAM else f"% {escaped} %"


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """Return one line around the first hit with all hits in it."""
    line = "".join(" " if letter.isspace() else letter for letter in text[:_SHOWN_OF])
    marks = spans(line, words)
    start = max(0, marks[0][0] - _BEFORE) if marks else 0
    if start:
        start = line.find(" ", start, marks[0][0]) + 1 or start
    end = min(len(line), start + _SNIPPET)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    inside = [(mark[0] + shift, min(mark[1], end) + shift) for mark in marks if mark[0] < end]
    return Snippet(text=before + line[start:end] + after, marks=inside)
