import { phrasebook } from "../i18n/phrases";

export const dateWords = phrasebook({
  en: {
    "previous_month": "Previous month",
    "next_month": "Next month",
    "open": "Choose from a calendar: {name}",
    "clear": "Clear: {name}",
    "today": "Today",
    "time": "Time",
    "from": "From",
    "to": "To",
    "no_date": "Write a date such as {example}.",
  },
  ar: {
    "previous_month": "الشهر السابق",
    "next_month": "الشهر التالي",
    "open": "الاختيار من التقويم: {name}",
    "clear": "مسح: {name}",
    "today": "اليوم",
    "time": "الوقت",
    "from": "من",
    "to": "إلى",
    "no_date": "اكتب تاريخًا مثل {example}.",
  },
  fa: {
    "previous_month": "ماه پیش",
    "next_month": "ماه بعد",
    "open": "انتخاب از تقویم: {name}",
    "clear": "پاک کردن: {name}",
    "today": "امروز",
    "time": "ساعت",
    "from": "از",
    "to": "تا",
    "no_date": "تاریخی مانند {example} بنویسید.",
  },
});
