"""One normalisation of text for search, matching and de-duplication; the original is always kept beside it."""

from __future__ import annotations

import re
import unicodedata

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


def fold(text: str) -> str:
    """Return the text as it is compared: letters unified over Arabic and Persian, digits ASCII, marks gone, lower case.

    >>> fold("كِتابـــي ۱۲۳") == fold("کتابی 123")
    True
    """
    plain = unicodedata.normalize("NFKC", text).translate(_FOLD)
    decomposed = unicodedata.normalize("NFD", _INVISIBLE.sub("", plain))
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", bare)).strip().casefold()


def ascii_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as ASCII ones, for numbers and codes that people type."""
    return text.translate(_DIGITS)


def printable(text: str) -> str:
    """Return text without what a database or a screen cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def preview(text: str, limit: int = 140) -> str:
    """Return the first words on one line, for lists and cards."""
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
