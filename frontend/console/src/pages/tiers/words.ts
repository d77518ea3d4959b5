import { phrasebook } from "../../i18n/phrases";

export const words = phrasebook({
  en: {
    "title": "Loyalty",
    "about": "Tiers of loyalty that customers can have. What a tier is worth, rules of work say.",
    "add": "Add a tier",
    "position": "Place",
    "position_hint": "The lowest number is the most loyal.",
    "remove": "Remove this tier",
  },
  ar: {
    "title": "الولاء",
    "about": "درجات الولاء التي يمكن أن تكون للعملاء. أما قيمة كل درجة فتحددها قواعد العمل.",
    "add": "إضافة درجة",
    "position": "الترتيب",
    "position_hint": "أصغر رقم هو الأكثر ولاءً.",
    "remove": "إزالة هذه الدرجة",
  },
  fa: {
    "title": "وفاداری",
    "about": "رده‌های وفاداری که مشتریان می‌توانند داشته باشند. ارزش هر رده را قاعده‌های کار می‌گویند.",
    "add": "افزودن رده",
    "position": "جایگاه",
    "position_hint": "کوچک‌ترین عدد وفادارترین است.",
    "remove": "برداشتن این رده",
  },
});
