import { useSpeech } from "../../i18n/context";
import { phrasebook, usePhrases } from "../../i18n/phrases";
import type { Preset } from "./preset";

/** What the rules that Markaz brings are called, by their ids. */
export const names = phrasebook({
  en: {
    "preset.us_ftc_fcc": "United States: FTC and FCC telemarketing rules",
    "preset.us_debt_reg_f": "United States: debt collection, Regulation F",
    "preset.uk_ofcom_2017": "United Kingdom: Ofcom 2017",
    "preset.uk_legacy_3pct": "United Kingdom: before March 2017, 3 % in 24 hours",
    "preset.fr_2022_1313": "France: decree 2022-1313",
    "preset.fr_2026_opt_in": "France: only with consent, from 11 August 2026",
    "preset.de_uwg7": "Germany: UWG section 7",
    "preset.it_2024": "Italy: 2024",
    "preset.ae_2024_56": "United Arab Emirates: resolution 56 of 2024",
    "preset.sa_cst": "Saudi Arabia: CST, calls",
    "preset.sa_cst_sms": "Saudi Arabia: CST, promotional texts",
    "preset.ir_cra_marketing": "Iran: CRA, no marketing calls",
    "preset.ir_cra_service": "Iran: CRA, service calls",
    "preset.ir_cra_sms": "Iran: CRA, promotional texts",
  },
  ar: {
    "preset.us_ftc_fcc": "الولايات المتحدة: قواعد FTC وFCC للتسويق الهاتفي",
    "preset.us_debt_reg_f": "الولايات المتحدة: تحصيل الديون، اللائحة F",
    "preset.uk_ofcom_2017": "المملكة المتحدة: Ofcom 2017",
    "preset.uk_legacy_3pct": "المملكة المتحدة: قبل مارس 2017، 3 % في 24 ساعة",
    "preset.fr_2022_1313": "فرنسا: المرسوم 2022-1313",
    "preset.fr_2026_opt_in": "فرنسا: بالموافقة فقط، ابتداءً من 11 أغسطس 2026",
    "preset.de_uwg7": "ألمانيا: المادة 7 من قانون UWG",
    "preset.it_2024": "إيطاليا: 2024",
    "preset.ae_2024_56": "الإمارات العربية المتحدة: القرار 56 لسنة 2024",
    "preset.sa_cst": "السعودية: هيئة الاتصالات، المكالمات",
    "preset.sa_cst_sms": "السعودية: هيئة الاتصالات، الرسائل الترويجية",
    "preset.ir_cra_marketing": "إيران: هيئة الاتصالات، لا مكالمات تسويقية",
    "preset.ir_cra_service": "إيران: هيئة الاتصالات، مكالمات الخدمة",
    "preset.ir_cra_sms": "إيران: هيئة الاتصالات، الرسائل الترويجية",
  },
  fa: {
    "preset.us_ftc_fcc": "ایالات متحده: قواعد بازاریابی تلفنی FTC و FCC",
    "preset.us_debt_reg_f": "ایالات متحده: وصول بدهی، مقررات F",
    "preset.uk_ofcom_2017": "بریتانیا: Ofcom 2017",
    "preset.uk_legacy_3pct": "بریتانیا: پیش از مارس 2017، 3 ٪ در 24 ساعت",
    "preset.fr_2022_1313": "فرانسه: فرمان 2022-1313",
    "preset.fr_2026_opt_in": "فرانسه: تنها با رضایت، از 11 اوت 2026",
    "preset.de_uwg7": "آلمان: بند 7 قانون UWG",
    "preset.it_2024": "ایتالیا: 2024",
    "preset.ae_2024_56": "امارات متحدهٔ عربی: مصوبهٔ 56 سال 2024",
    "preset.sa_cst": "عربستان سعودی: CST، تماس‌ها",
    "preset.sa_cst_sms": "عربستان سعودی: CST، پیامک‌های تبلیغاتی",
    "preset.ir_cra_marketing": "ایران: سازمان تنظیم مقررات، بدون تماس تبلیغاتی",
    "preset.ir_cra_service": "ایران: سازمان تنظیم مقررات، تماس‌های خدماتی",
    "preset.ir_cra_sms": "ایران: سازمان تنظیم مقررات، پیامک‌های تبلیغاتی",
  },
});

/** What a rule is called: a shipped one in the reader's language, unless somebody here named it anew. */
export function usePresetName(): (preset: Pick<Preset, "id" | "name">) => string {
  const { sayAny } = usePhrases(names);
  const { keys } = useSpeech();
  const shipped: Record<string, string> = names.en;
  return ({ id, name }) => (shipped[`preset.${id}`] === name ? keys(sayAny("preset", id, name)) : name);
}
