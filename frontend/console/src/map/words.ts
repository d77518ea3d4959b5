import { phrasebook } from "../i18n/phrases";

export const mapWords = phrasebook({
  en: {
    "map": "Map",
    "place": "Place",
    "click_map": "Click where it is. Drag to move the map, and use + and - to come closer.",
    "take_place": "Take this place",
    "no_place": "Not on the map",
    "close": "Close",
    "zoom_in": "Closer",
    "zoom_out": "Farther",
  },
  ar: {
    "map": "الخريطة",
    "place": "الموقع",
    "click_map": "انقر على الموقع. اسحب لتحريك الخريطة، واستخدم + و- للتقريب والتبعيد.",
    "take_place": "اعتماد هذا الموقع",
    "no_place": "إزالة من الخريطة",
    "close": "إغلاق",
    "zoom_in": "تقريب",
    "zoom_out": "تبعيد",
  },
  fa: {
    "map": "نقشه",
    "place": "مکان",
    "click_map": "روی مکان کلیک کنید. برای جابه‌جایی نقشه بکشید و برای نزدیک و دور شدن + و - را بزنید.",
    "take_place": "همین مکان",
    "no_place": "حذف از نقشه",
    "close": "بستن",
    "zoom_in": "نزدیک‌تر",
    "zoom_out": "دورتر",
  },
});
