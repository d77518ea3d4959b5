import { phrasebook } from "../../i18n/phrases";

/** Files on a ticket itself. */
export const fileWords = phrasebook({
  en: {
    "files": "Files",
    "file_add": "Add a file",
    "none": "No files.",
    "remove": "Take {name} away",
    "remove_sure": "Take this file away from the ticket? Nobody gets it any more; the history keeps its name.",
  },
  ar: {
    "files": "الملفات",
    "file_add": "إضافة ملف",
    "none": "لا توجد ملفات.",
    "remove": "إزالة {name}",
    "remove_sure": "هل تريد إزالة هذا الملف من التذكرة؟ لن يحصل عليه أحد بعد ذلك، ويبقى اسمه في السجل.",
  },
  fa: {
    "files": "پرونده‌ها",
    "file_add": "افزودن پرونده",
    "none": "پرونده‌ای نیست.",
    "remove": "برداشتن {name}",
    "remove_sure": "این پرونده از تیکت برداشته شود؟ دیگر کسی به آن دسترسی ندارد؛ نامش در تاریخچه می‌ماند.",
  },
});
