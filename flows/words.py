"""What flows say of themselves, in three languages. Numbers are read out digit by digit because spaces part them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from access.model import Locale

Phrase = Literal["confirm", "wrong", "language", "callback", "thanks", "voicemail", "request", "missing"]

WORDS: Mapping[Locale, Mapping[Phrase, str]] = {
    "en": {
        "confirm": "You entered {digits}. Press 1 to confirm, or 2 to enter it again.",
        "wrong": "That is not a choice.",
        "language": "For English, press {key}.",
        "callback": "To be called back at {digits}, press 1. Otherwise, press 2.",
        "thanks": "Thank you. We will call you. Goodbye.",
        "voicemail": "Leave a message after the tone, then hang up.",
        "request": "The state of your request is: {stage}.",
        "missing": "We found no request with this number for your telephone.",
    },
    "ar": {
        "confirm": "أدخلت {digits}. للتأكيد اضغط 1، ولإعادة الإدخال اضغط 2.",
        "wrong": "هذا الاختيار غير موجود.",
        "language": "للعربية اضغط {key}.",
        "callback": "لنعاود الاتصال بك على الرقم {digits} اضغط 1، وإلا فاضغط 2.",
        "thanks": "شكرًا لك. سنتصل بك. مع السلامة.",
        "voicemail": "اترك رسالة بعد الصافرة ثم أنهِ المكالمة.",
        "request": "حالة طلبك: {stage}.",
        "missing": "لم نجد طلبًا بهذا الرقم لهاتفك.",
    },
    "fa": {
        "confirm": "شما {digits} را وارد کردید. برای تأیید 1 و برای وارد کردن دوباره 2 را فشار دهید.",
        "wrong": "این گزینه وجود ندارد.",
        "language": "برای فارسی {key} را فشار دهید.",
        "callback": "برای اینکه با شماره {digits} با شما تماس بگیریم 1 و در غیر این صورت 2 را فشار دهید.",
        "thanks": "سپاسگزاریم. با شما تماس می‌گیریم. خدانگهدار.",
        "voicemail": "پس از شنیدن بوق پیام بگذارید و سپس قطع کنید.",
        "request": "وضعیت درخواست شما: {stage}.",
        "missing": "درخواستی با این شماره برای تلفن شما پیدا نشد.",
    },
}
