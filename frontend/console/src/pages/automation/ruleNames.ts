import { useCallback } from "react";
import { phrasebook, usePhrases } from "../../i18n/phrases";

/** Rules that every installation has from the beginning. The name that they came with is their key: whoever gives them another one is shown that one. */
const shipped: Record<string, string> = {
  "Service case registered: tell the customer": "case_registered",
  "Service case closed: tell the customer": "case_closed",
};

export const ruleWords = phrasebook({
  en: {
    "rule.case_registered": "Service case registered: tell the customer",
    "rule.case_closed": "Service case closed: tell the customer",
  },
  ar: {
    "rule.case_registered": "تسجيل حالة خدمة: إبلاغ العميل",
    "rule.case_closed": "إغلاق حالة خدمة: إبلاغ العميل",
  },
  fa: {
    "rule.case_registered": "ثبت پروندهٔ خدمات: خبر به مشتری",
    "rule.case_closed": "بسته شدن پروندهٔ خدمات: خبر به مشتری",
  },
});

/** What a rule is called for this reader. */
export function useRuleName(): (name: string) => string {
  const { sayAny } = usePhrases(ruleWords);
  return useCallback((name) => sayAny("rule", shipped[name] ?? "", name), [sayAny]);
}
