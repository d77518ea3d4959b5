"""What the complainant is told by the system, in their language. Pure."""

from __future__ import annotations

from access.model import Locale
from complaints.model import ShownStage

SUBJECT: dict[Locale, str] = {
    "en": "Your complaint is registered",
    "ar": "سُجّلت شكواك",
    "fa": "شکایت شما ثبت شد",
}
# The code stands apart in its own direction, so that it is read in one order in every script.
RECEIPT: dict[Locale, str] = {
    "en": (
        "We have registered your complaint.\n\nIts tracking code is \u2066{code}\u2069.\n\n"
        "Keep it: whoever knows it can ask how far the complaint is."
    ),
    "ar": "سجّلنا شكواك.\n\nرمز المتابعة: \u2066{code}\u2069\n\nاحتفظ به؛ فبه يمكن معرفة المرحلة التي بلغتها الشكوى.",
    "fa": (
        "شکایت شما را ثبت کردیم.\n\nکد رهگیری: \u2066{code}\u2069\n\n"
        "آن را نگه دارید؛ با آن می‌توان دید شکایت در چه مرحله‌ای است."
    ),
}

# How far it is, as whoever complained is told.
STAGES: dict[ShownStage, dict[Locale, str]] = {
    "registered": {"en": "registered", "ar": "مسجّلة", "fa": "ثبت شده"},
    "acknowledged": {"en": "registered", "ar": "مسجّلة", "fa": "ثبت شده"},
    "investigation": {"en": "under investigation", "ar": "قيد التحقيق", "fa": "در حال رسیدگی"},
    "referred": {"en": "under investigation", "ar": "قيد التحقيق", "fa": "در حال رسیدگی"},
    "decided": {"en": "decided", "ar": "بُتّ فيها", "fa": "تصمیم گرفته شد"},
    "answered": {"en": "answered", "ar": "أُجيب عنها", "fa": "پاسخ داده شد"},
    "review": {"en": "under review", "ar": "قيد المراجعة", "fa": "در حال بازبینی"},
    "closed": {"en": "closed", "ar": "مغلقة", "fa": "بسته"},
}


def receipt(code: str) -> dict[Locale, str]:
    return {locale: text.format(code=code) for locale, text in RECEIPT.items()}


# Words of exported figures.
FIGURES: dict[Locale, dict[str, str]] = {
    "en": {
        "title": "Complaints", "type": "Type", "source": "Source", "cause": "Cause", "subject": "About",
        "employee": "Employee", "branch": "Branch", "queue": "Team", "day": "Day", "number": "Complaints",
        "unsaid": "Not said",
    },
    "ar": {
        "title": "الشكاوى", "type": "التصنيف", "source": "المصدر", "cause": "السبب", "subject": "موضوع الشكوى",
        "employee": "الموظف", "branch": "الفرع", "queue": "الفريق", "day": "اليوم", "number": "عدد الشكاوى",
        "unsaid": "غير محدد",
    },
    "fa": {
        "title": "شکایت‌ها", "type": "نوع", "source": "منبع", "cause": "علت", "subject": "مورد شکایت",
        "employee": "کارمند", "branch": "شعبه", "queue": "گروه", "day": "روز", "number": "تعداد شکایت‌ها",
        "unsaid": "گفته نشده",
    },
}  # fmt: skip
