"""What the portal writes to its customers, in their language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access.model import Locale

# Codes and numbers stand apart in their own direction, so that they are read in one order in every script.
_LTR = "\u2066{}\u2069"
_CODE: dict[Locale, tuple[str, str]] = {
    "en": (
        "Your code for {name}",
        (
            "Your code is {code}.\n\nIt works once, for {minutes} minutes, where you asked for it. You can open this "
            "address instead:\n{link}\n\nIf you did not ask for it, you need not do anything."
        ),
    ),
    "ar": (
        "رمز الدخول إلى {name}",
        (
            "رمز الدخول: {code}\n\nيصلح مرة واحدة ولمدة {minutes} دقائق حيث طلبته. ويمكنك بدلًا منه فتح هذا العنوان:\n"
            "{link}\n\nإن لم تكن قد طلبته فلا حاجة لفعل شيء."
        ),
    ),
    "fa": (
        "کد ورود به {name}",
        (
            "کد ورود شما: {code}\n\nیک بار و تا {minutes} دقیقه، همان‌جا که آن را خواسته‌اید، کار می‌کند. به‌جای آن "
            "می‌توانید این نشانی را باز کنید:\n{link}\n\nاگر شما آن را نخواسته‌اید، لازم نیست کاری بکنید."
        ),
    ),
}
_SHORT: dict[Locale, str] = {
    "en": "{name}: your code is {code} ({minutes} minutes).",
    "ar": "{name}: رمز الدخول {code} ({minutes} دقائق).",
    "fa": "{name}: کد ورود شما {code} ({minutes} دقیقه).",
}
_RECEIPT: dict[Locale, tuple[str, str]] = {
    "en": (
        "We have your request {number}",
        "We have your request. Its number is {number}.\n\nWe answer as soon as we can.",
    ),
    "ar": ("استلمنا طلبك {number}", "استلمنا طلبك، ورقمه {number}.\n\nسنجيب في أقرب وقت."),
    "fa": (
        "درخواست {number} رسید",
        "درخواست شما رسید. شمارهٔ آن {number} است.\n\nدر نخستین فرصت پاسخ می‌دهیم.",
    ),
}
_ANSWER: dict[Locale, tuple[str, str, str]] = {
    "en": ("Our answer: {subject}", "Files: {names}", "You can answer this mail, or here:"),
    "ar": ("ردّنا: {subject}", "ملفات: {names}", "يمكنك الرد على هذه الرسالة أو من هنا:"),
    "fa": ("پاسخ ما: {subject}", "فایل‌ها: {names}", "می‌توانید به همین ایمیل یا در این نشانی پاسخ دهید:"),
}
_ANSWER_SHORT: dict[Locale, str] = {
    "en": "{name}: there is an answer to your request {number}: {link}",
    "ar": "{name}: وصل رد على طلبك {number}: {link}",
    "fa": "{name}: به درخواست {number} پاسخ داده شد: {link}",
}
FORM_TITLE: dict[Locale, str] = {"en": "Write to us", "ar": "راسلنا", "fa": "برای ما بنویسید"}
HOUSE: dict[Locale, str] = {"en": "our portal", "ar": "بوابتنا", "fa": "درگاه ما"}


@dataclass(frozen=True, slots=True)
class Note:
    subject: str
    text: str


def code_mail(locale: Locale, name: str, code: str, link: str, minutes: int) -> Note:
    subject, text = _CODE[locale]
    named = name or HOUSE[locale]
    return Note(subject.format(name=named), text.format(code=ltr(code), link=link, minutes=minutes))


def code_text(locale: Locale, name: str, code: str, minutes: int) -> str:
    return _SHORT[locale].format(name=name or HOUSE[locale], code=ltr(code), minutes=minutes)


def receipt(number: str) -> tuple[dict[Locale, str], dict[Locale, str]]:
    """Return subjects and texts; nothing of what the customer wrote is in them."""
    named = ltr(number)
    subjects = {locale: subject.format(number=named) for locale, (subject, _) in _RECEIPT.items()}
    return subjects, {locale: text.format(number=named) for locale, (_, text) in _RECEIPT.items()}


def answer_mail(locale: Locale, subject: str, said: Sequence[tuple[str, Sequence[str]]], link: str) -> Note:
    """Return what was said to a customer, each with the names of its files. `link` is empty where they cannot look."""
    head, files, where = _ANSWER[locale]
    parts: list[str] = []
    for text, names in said:
        parts += [text] if text else []
        parts += [files.format(names=(", " if locale == "en" else "، ").join(names))] if names else []
    return Note(head.format(subject=subject), "\n\n".join([*parts, *([f"{where}\n{link}"] if link else [])]))


def answer_text(locale: Locale, name: str, number: str, link: str) -> str:
    return _ANSWER_SHORT[locale].format(name=name or HOUSE[locale], number=ltr(number), link=link)


def ltr(text: str) -> str:
    return _LTR.format(text)
