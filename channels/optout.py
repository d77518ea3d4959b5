"""The words by which somebody wants no more texts, or wants them again, in the languages of our users. Pure.

The whole text has to be such a word: "please stop calling my brother" is for people.
"""

from __future__ import annotations

from typing import Literal

from core.text import fold

_STOP = (
    *("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"),
    *("توقف", "وقف", "أوقف", "إيقاف", "ايقاف", "إلغاء", "الغاء", "إلغاء الاشتراك", "لا ترسل", "لا ترسلوا"),
    *("لغو", "لغو اشتراک", "انصراف", "قطع", "ارسال نکنید", "نفرستید", "لغو۱۱", "لغو11"),
)
_START = (
    *("start", "unstop", "subscribe", "yes"),
    *("ابدأ", "ابدا", "اشتراك", "استئناف", "نعم"),
    *("شروع", "عضویت", "فعال", "بله"),
)
STOP = frozenset(fold(word) for word in _STOP)
START = frozenset(fold(word) for word in _START)


def word_of(text: str) -> Literal["stop", "start"] | None:
    """Return what a text asks for when it is nothing but the word, in any spelling."""
    said = fold(text).strip(" .!؟?،,\"'")
    return "stop" if said in STOP else "start" if said in START else None
