"""Words of a text that somebody is still typing, as clues to what it is about: endings matter little. Pure."""

from __future__ import annotations

from core.text import fold, words_of

_MOST = 12
_LEAST = 3
# What is left of a word must still say something.
_STEM = 3
_COMMON = frozenset(
    fold(
        "the and for you your are was not with have has can how what why this that from does did will would please "
        "hello "
        "في من على عن الى هذا هذه هل كيف ما لماذا لا لم لن مع انا لدي عندي ان كان التي الذي يا مرحبا السلام عليكم "
        "از به در با را که این آن است چه چرا چطور چگونه من برای تا هم یا نه می شود کنم سلام لطفا هست شده دارم یک"
    ).split()
)
_BEGINNINGS = ("وال", "بال", "کال", "فال", "لل", "ال")
# Plurals that are written apart are never a part of a word; the others leave more of it.
_PLURALS = ("هایی", "های", "ها")
_ENDINGS = ("مان", "تان", "شان", "ات", "ین", "ون", "ing", "ed", "es", "s")


def clues(text: str) -> list[str]:
    """Return the stems of what a text is about, each once, the longest first.

    >>> clues("How are the الفاتورة printed?")
    ['فاتوره', 'print']
    """
    bare = "".join(letter if letter.isalnum() else " " for letter in fold(text))
    words = [word for word in words_of(bare, most=4 * _MOST) if len(word) >= _LEAST and word not in _COMMON]
    return list(dict.fromkeys(stem(word) for word in words))[:_MOST]


def stem(word: str) -> str:
    """Return a folded word without the article and the commonest endings, where enough is left.

    >>> [stem(word) for word in ("والکتاب", "فاکتورها", "printers", "gas")]
    ['کتاب', 'فاکتور', 'printer', 'gas']
    """
    for beginning in _BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) >= _STEM:
            word = word.removeprefix(beginning)
            break
    for ending in (*_PLURALS, *_ENDINGS):
        left = len(word) - len(ending)
        if word.endswith(ending) and (left > _STEM or (left == _STEM and ending in _PLURALS)):
            return word.removesuffix(ending)
    return word


def language_of(text: str) -> str | None:
    """Guess the language of a text: None when no letter says it."""
    persian = sum(letter in "پچژگکی\u200c" for letter in text)
    arabic = sum(letter in "كيىةأإؤئ" for letter in text)
    if any("\u0600" <= letter <= "\u06ff" and letter.isalpha() for letter in text):
        return "fa" if persian > arabic else "ar"
    return "en" if any(letter.isascii() and letter.isalpha() for letter in text) else None
