import { phrasebook } from "../i18n/phrases";

export const dateWords = phrasebook({
  en: { "day": "Day", "month": "Month", "year": "Year", "no_such_day": "This month has no such day." },
  ar: { "day": "اليوم", "month": "الشهر", "year": "السنة", "no_such_day": "لا يوجد هذا اليوم في هذا الشهر." },
  fa: { "day": "روز", "month": "ماه", "year": "سال", "no_such_day": "این ماه چنین روزی ندارد." },
});
