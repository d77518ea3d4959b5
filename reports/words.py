"""Words of exported reports in the three languages."""

from __future__ import annotations

from access.model import Locale

WORDS: dict[Locale, dict[str, str]] = {
    "en": {
        "title": "Service desk",
        "opened": "Opened", "solved": "Solved", "answered": "Answered", "backlog": "Open at the end",
        "kept": "Promises kept", "breached": "Promises broken", "mean_resolution": "Mean time to resolution (h)",
        "mean_answer": "Mean time to first answer (h)", "total": "Total", "nobody": "None",
        "day": "Day", "week": "Week of", "month": "Month of", "agent": "Agent", "team": "Team", "kind": "Kind",
        "type": "Type", "source": "Source", "priority": "Priority", "branch": "Branch",
        "number": "Number", "subject": "Subject", "customer": "Customer", "stage": "Stage", "sla": "Promises",
        "opened_at": "Opened at (UTC)", "answered_at": "Answered at (UTC)", "solved_at": "Solved at (UTC)",
        "mail": "The report {name} is attached.",
    },
    "ar": {
        "title": "مكتب الخدمة",
        "opened": "المفتوحة", "solved": "المحلولة", "answered": "المُجاب عنها", "backlog": "المتبقية في النهاية",
        "kept": "ضمن الموعد", "breached": "تجاوزت الموعد", "mean_resolution": "متوسط وقت الحل (ساعة)",
        "mean_answer": "متوسط وقت الرد الأول (ساعة)", "total": "المجموع", "nobody": "لا أحد",
        "day": "اليوم", "week": "أسبوع", "month": "شهر", "agent": "الموظف", "team": "الفريق", "kind": "النوع",
        "type": "التصنيف", "source": "المصدر", "priority": "الأولوية", "branch": "الفرع",
        "number": "الرقم", "subject": "الموضوع", "customer": "العميل", "stage": "المرحلة", "sla": "الموعد",
        "opened_at": "وقت الفتح (UTC)", "answered_at": "وقت الرد (UTC)", "solved_at": "وقت الحل (UTC)",
        "mail": "التقرير {name} مرفق.",
    },
    "fa": {
        "title": "میز خدمت",
        "opened": "بازشده", "solved": "حل‌شده", "answered": "پاسخ‌داده", "backlog": "باز در پایان",
        "kept": "در موعد", "breached": "گذشته از موعد", "mean_resolution": "میانگین زمان حل (ساعت)",
        "mean_answer": "میانگین زمان نخستین پاسخ (ساعت)", "total": "جمع", "nobody": "هیچ‌کس",
        "day": "روز", "week": "هفتهٔ", "month": "ماه", "agent": "کارشناس", "team": "گروه", "kind": "گونه",
        "type": "نوع", "source": "منبع", "priority": "اولویت", "branch": "شعبه",
        "number": "شماره", "subject": "موضوع", "customer": "مشتری", "stage": "مرحله", "sla": "موعد",
        "opened_at": "زمان ثبت (UTC)", "answered_at": "زمان پاسخ (UTC)", "solved_at": "زمان حل (UTC)",
        "mail": "گزارش {name} پیوست است.",
    },
}  # fmt: skip
