"""What mails to agents say, in the agent's language. Pure."""

from __future__ import annotations

from access.model import Locale

_SUBJECT: dict[Locale, str] = {
    "en": "{name} has written (conversation {number})",
    "ar": "كتب {name} (المحادثة {number})",
    "fa": "{name} نوشته است (گفت‌وگوی {number})",
}
_TOLD: dict[Locale, str] = {
    "en": "{name} has written to you:\n\n{text}\n\nAnswer this mail, and your answer goes to the customer.\n{link}",
    "ar": "كتب إليك {name}:\n\n{text}\n\nأجب على هذه الرسالة ليصل ردك إلى العميل.\n{link}",
    "fa": "{name} برای شما نوشته است:\n\n{text}\n\nبه همین ایمیل پاسخ دهید تا پاسختان به مشتری برسد.\n{link}",
}
_REFUSAL: dict[Locale, str] = {
    "en": "Your answer by mail was not sent",
    "ar": "لم يُرسل ردك بالبريد",
    "fa": "پاسخ ایمیلی شما فرستاده نشد",
}
_BECAUSE: dict[Locale, dict[str, str]] = {
    "en": {
        "sender": "It came from another address than yours. If that was not you, somebody uses your name.",
        "doubt": "Its sender cannot be believed. If that was not you, somebody uses your name.",
        "unproven": "Nothing shows that it is from you. Answer to the address that our mail names.",
        "old": "Our mail is too old to be answered. Use the console.",
        "permission": "You may not answer in this conversation any more.",
        "not_yours": "Somebody else has the conversation by now, or it is closed.",
        "empty": "There was nothing new in it.",
    },
    "ar": {
        "sender": "جاء من عنوان غير عنوانك. إن لم تكن أنت المرسل فهناك من ينتحل اسمك.",
        "doubt": "لا يمكن الوثوق بمرسله. إن لم تكن أنت المرسل فهناك من ينتحل اسمك.",
        "unproven": "لا شيء يثبت أنه منك. أرسل الرد إلى العنوان المذكور في رسالتنا.",
        "old": "رسالتنا أقدم من أن يُرد عليها. استخدم لوحة العمل.",
        "permission": "لم تعد مخولًا بالرد في هذه المحادثة.",
        "not_yours": "أصبحت المحادثة لدى غيرك أو أُغلقت.",
        "empty": "لم يكن فيه شيء جديد.",
    },
    "fa": {
        "sender": "از نشانی دیگری جز نشانی شما آمده است. اگر شما نبودید، کسی به نام شما می‌نویسد.",
        "doubt": "به فرستندهٔ آن نمی‌توان اعتماد کرد. اگر شما نبودید، کسی به نام شما می‌نویسد.",
        "unproven": "چیزی نشان نمی‌دهد که از شماست. به نشانی‌ای که در ایمیل ما آمده پاسخ دهید.",
        "old": "ایمیل ما کهنه‌تر از آن است که پاسخ داده شود. از کنسول استفاده کنید.",
        "permission": "دیگر اجازهٔ پاسخ در این گفت‌وگو را ندارید.",
        "not_yours": "گفت‌وگو اکنون نزد دیگری است یا بسته شده است.",
        "empty": "چیز تازه‌ای در آن نبود.",
    },
}


def subject(locale: Locale, name: str, number: int) -> str:
    return _SUBJECT[locale].format(name=" ".join(name.split()), number=number)


def told(locale: Locale, name: str, text: str, link: str) -> str:
    return _TOLD[locale].format(name=name, text=text, link=link)


def refusal_subject(locale: Locale) -> str:
    return _REFUSAL[locale]


def refused(locale: Locale, reason: str) -> str:
    return f"{_REFUSAL[locale]}. {_BECAUSE[locale][reason]}"
