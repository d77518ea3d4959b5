import { phrasebook } from "../../../i18n/phrases";

export const words = phrasebook({
  en: {
    "title": "The caller's path",
    "began": "Called",
    "after": "after {time}",
    "typed": "Typed: {digits}",
    "hidden": "Secret, {count} digits",
    "hung_up": "Hung up here",
    "message": "Left a message",
    "show": { one: "Show {n} step", other: "Show {n} steps" },
    "hide": "Hide the steps",
  },
  ar: {
    "title": "مسار المتصل",
    "began": "اتصل",
    "after": "بعد {time}",
    "typed": "أدخل: {digits}",
    "hidden": "سرّي، عدد الأرقام: {count}",
    "hung_up": "أنهى المكالمة هنا",
    "message": "ترك رسالة",
    "show": { zero: "لا خطوات", one: "عرض خطوة واحدة", two: "عرض خطوتين", few: "عرض {n} خطوات", many: "عرض {n} خطوة", other: "عرض {n} خطوة" },
    "hide": "إخفاء الخطوات",
  },
  fa: {
    "title": "مسیر تماس‌گیرنده",
    "began": "تماس گرفت",
    "after": "پس از {time}",
    "typed": "وارد کرد: {digits}",
    "hidden": "محرمانه، {count} رقم",
    "hung_up": "اینجا قطع کرد",
    "message": "پیام گذاشت",
    "show": { one: "نمایش {n} گام", other: "نمایش {n} گام" },
    "hide": "پنهان کردن گام‌ها",
  },
});
