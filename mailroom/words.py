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

# What a customer learns by a text; numbers stand in their own direction.
ABOUT_REQUESTS: dict[Locale, str] = {"en": "Your requests", "ar": "طلباتك", "fa": "درخواست‌های شما"}
REQUEST: dict[Locale, str] = {
    "en": "{number}{subject}: {stage}",
    "ar": "\u2066{number}\u2069{subject}: {stage}",
    "fa": "\u2066{number}\u2069{subject}: {stage}",
}
OPEN_REQUESTS: dict[Locale, str] = {
    "en": "There is no open request under this phone number. Write what it is about, and somebody will answer.",
    "ar": "لا يوجد طلب مفتوح بهذا الرقم. اكتب ما تريد وسيجيبك أحد موظفينا.",
    "fa": "درخواست بازی با این شماره نیست. موضوع را بنویسید تا همکاران ما پاسخ دهند.",
}
NO_REQUEST: dict[Locale, str] = {
    "en": "There is no such request under this phone number. Write what it is about, and somebody will answer.",
    "ar": "لا يوجد طلب كهذا بهذا الرقم. اكتب ما تريد وسيجيبك أحد موظفينا.",
    "fa": "چنین درخواستی با این شماره نیست. موضوع را بنویسید تا همکاران ما پاسخ دهند.",
}


def usual(locale: Locale, *, is_promised: bool) -> str:
    return "\n\n".join([TEXT[locale], *([PROMISE[locale]] if is_promised else [])])
