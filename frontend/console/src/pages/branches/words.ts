import { phrasebook } from "../../i18n/phrases";

export const words = phrasebook({
  en: {
    "title": "Branches",
    "about": "Whoever belongs to a branch sees its data and that of the branches below it.",
    "add": "Add a branch",
    "parent": "Lies below",
    "top": "Nothing: it is at the top",
  },
  ar: {
    "title": "الأفرع",
    "about": "من ينتمي إلى فرع يرى بياناته وبيانات الأفرع التي تحته.",
    "add": "إضافة فرع",
    "parent": "يتبع",
    "top": "لا شيء: في القمة",
  },
  fa: {
    "title": "شعب",
    "about": "هر کس از یک شعبه باشد داده‌های آن و شعب زیر آن را می‌بیند.",
    "add": "افزودن شعبه",
    "parent": "زیرمجموعهٔ",
    "top": "هیچ: در بالاترین سطح است",
  },
});
