import { phrasebook } from "../../i18n/phrases";

/** The words of files that came and went with a customer's messages. */
export const storedFileWords = phrasebook({
  en: {
    "choose": "Attach a stored file",
    "title": "Files of this customer",
    "search": "Part of the name",
    "loading": "Loading files",
    "none": "No file came or went with this customer's messages yet.",
    "none_found": "No file of this name.",
    "ours": "sent",
    "theirs": "received",
    "attach": "Attach",
    "cancel": "Cancel",
  },
  ar: {
    "choose": "إرفاق ملف محفوظ",
    "title": "ملفات هذا العميل",
    "search": "جزء من الاسم",
    "loading": "تحميل الملفات",
    "none": "لم يُرسل أو يُستلم أي ملف مع رسائل هذا العميل بعد.",
    "none_found": "لا ملف بهذا الاسم.",
    "ours": "مُرسل",
    "theirs": "مستلم",
    "attach": "إرفاق",
    "cancel": "إلغاء",
  },
  fa: {
    "choose": "پیوست فایل ذخیره‌شده",
    "title": "فایل‌های این مشتری",
    "search": "بخشی از نام",
    "loading": "در حال بارگیری فایل‌ها",
    "none": "هنوز فایلی با پیام‌های این مشتری رد و بدل نشده است.",
    "none_found": "فایلی با این نام نیست.",
    "ours": "فرستاده",
    "theirs": "دریافتی",
    "attach": "پیوست",
    "cancel": "انصراف",
  },
});
