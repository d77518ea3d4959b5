"""One normalisation of text for search, matching and de-duplication; the original is always kept beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.errors import Invalid

_FOLD = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ـ": "", "\u200c": " ", "\u200d": "", "ء": "",
        **{chr(0x0660 + n): str(n) for n in range(10)},
        **{chr(0x06F0 + n): str(n) for n in range(10)},
    }
)  # fmt: skip
_DIGITS = str.maketrans({chr(base + n): str(n) for base in (0x0660, 0x06F0) for n in range(10)})
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_WIDE = 8


def fold(text: str) -> str:
    """Return the text as it is compared: letters unified over Arabic and Persian, digits ASCII, marks gone, lower case.

    >>> fold("كِتابـــي ۱۲۳") == fold("کتابی 123")
    True
    """
    return _SPACES.sub(" ", text.casefold() if text.isascii() else _bare(text)).strip()


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_FOLD)
    decomposed = unicodedata.normalize("NFD", _INVISIBLE.sub("", plain))
    # A text has some dozens of letters, however long it is.
    marks = [letter for letter in set(decomposed) if unicodedata.category(letter) == "Mn"]
    bare = decomposed.translate(dict.fromkeys(map(ord, marks))) if marks else decomposed
    return unicodedata.normalize("NFC", bare).casefold()


_bare_letter = lru_cache(maxsize=4096)(_bare)


def words_of(search: str, most: int = 8) -> list[str]:
    """Return the folded words that somebody looks for, each once, the longest first."""
    words = dict.fromkeys(fold(search).split())
    return sorted(words, key=len, reverse=True)[:most]


def for_like(word: str) -> str:
    """Return the word as a piece of a LIKE pattern that means just it."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def spans(text: str, words: Sequence[str], most: int = 40) -> list[tuple[int, int]]:
    """Return where the folded words lie in the text, as half-open ranges of its characters, in order and apart.

    >>> spans("الكِتاب ٤٢", ["کتاب", "42"])
    [(2, 7), (8, 10)]
    """
    folded, places = _with_places(text)
    found = sorted(
        (places[at], places[at + len(word) - 1] + 1)
        for word in words
        if word
        for at in _occurrences(folded, word, most)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return [(start, _behind_marks(text, end)) for start, end in apart[:most]]


def _with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text and from which character each of its letters comes."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for each in _bare_letter(letter):
            letters.append(" " if each.isspace() else each)
            places.append(place)
    return "".join(letters), places


def _occurrences(folded: str, word: str, most: int) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0 and most > 0:
        yield at
        most -= 1
        at = folded.find(word, at + len(word))


def _behind_marks(text: str, end: int) -> int:
    while end < len(text) and unicodedata.category(text[end]) == "Mn":
        end += 1
    return end


def ascii_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as ASCII ones, for numbers and codes that people type."""
    return text.translate(_DIGITS)


def printable(text: str) -> str:
    """Return text without what a database or a screen cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def preview(text: str, limit: int = 140) -> str:
    """Return the first words on one line, for lists and cards."""
    # Of a megabyte the beginning is enough, unless there is hardly more than space in it.
    line = _SPACES.sub(" ", text[: limit * _WIDE]).strip()
    if len(line) <= limit < len(text):
        line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def must_be_seen(place: str, *texts: str) -> None:
    """Raise Invalid at a place for a text of which nobody sees anything, such as blanks."""
    if not all(fold(text).strip() for text in texts):
        raise Invalid("This is empty.", field=place)
