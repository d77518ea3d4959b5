"""Names of files that strangers chose: no path, nothing invisible, never empty, never long."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

# No disk takes longer ones.
_LIMIT = 240
_SUFFIX_LIMIT = 12
_FORBIDDEN = re.compile(r"[<>:\"|?*]")
_TYPE = re.compile(r"[a-z0-9][\w.+-]{0,60}/[a-z0-9][\w.+-]{0,80}")
# The joiners are letters' business in Persian and Indic scripts, not tricks.
_JOINERS = "\u200c\u200d"


def safe_name(name: str, content_type: str, number: int) -> str:
    """Return a name that is only a name; one made from the content type when nothing is left of it."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in base if letter in _JOINERS or unicodedata.category(letter)[0] != "C")
    kept = " ".join(_FORBIDDEN.sub("_", kept).split()).lstrip(". ").rstrip(". ")
    if not kept.strip(_JOINERS + "_"):
        return f"attachment-{number}{mimetypes.guess_extension(content_type) or '.bin'}"
    stem, dot, suffix = kept.rpartition(".")
    if len(kept) <= _LIMIT:
        return kept
    return f"{stem[: _LIMIT - len(suffix) - 1]}.{suffix}" if dot and len(suffix) <= _SUFFIX_LIMIT else kept[:_LIMIT]


def safe_type(content_type: str) -> str:
    """Return a content type that may stand in a header of ours."""
    lowered = content_type.strip().lower()
    return lowered if _TYPE.fullmatch(lowered) else "application/octet-stream"
