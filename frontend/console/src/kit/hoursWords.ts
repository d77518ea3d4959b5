import { phrasebook } from "../i18n/phrases";

export const hoursWords = phrasebook({
  en: {
    "has_hours": "Business hours",
    "zone": "Time zone",
    "add_interval": "Add hours",
    "holidays": "Days off",
    "holidays_hint": "One a line, as 2027-03-21.",
    "day": "Day",
    "from": "From",
    "to": "To",
  },
  ar: {
    "has_hours": "أوقات العمل",
    "zone": "المنطقة الزمنية",
    "add_interval": "إضافة وقت",
    "holidays": "أيام العطل",
    "holidays_hint": "يوم في كل سطر، مثل 2027-03-21.",
    "day": "اليوم",
    "from": "من",
    "to": "إلى",
  },
  fa: {
    "has_hours": "ساعت‌های کاری",
    "zone": "منطقهٔ زمانی",
    "add_interval": "افزودن ساعت",
    "holidays": "روزهای تعطیل",
    "holidays_hint": "هر خط یکی، مانند 2027-03-21.",
    "day": "روز",
    "from": "از",
    "to": "تا",
  },
});
