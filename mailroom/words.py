"""What we say when an account has no words of its own. Pure."""

from __future__ import annotations

from access.model import Locale

SUBJECT: dict[Locale, str] = {
    "en": "We have received your message",
    "ar": "استلمنا رسالتك",
    "fa": "پیام شما رسید",
}
TEXT: dict[Locale, str] = {
    "en": "We have received your message. Its number is {interaction.number}.",
    "ar": "استلمنا رسالتك، ورقمها {interaction.number}.",
    "fa": "پیام شما رسید. شمارهٔ آن {interaction.number} است.",
}
PROMISE: dict[Locale, str] = {
    "en": "You will have our answer by {answer_by}.",
    "ar": "سيصلك ردنا قبل {answer_by}.",
    "fa": "پاسخ ما تا {answer_by} به شما می‌رسد.",
}


def usual(locale: Locale, *, is_promised: bool) -> str:
    return "\n\n".join([TEXT[locale], *([PROMISE[locale]] if is_promised else [])])
