import { useCallback } from "react";
import { useSpeech } from "../../i18n/context";
import { phrasebook, usePhrases } from "../../i18n/phrases";

/** Whence tickets come: by hand, from another system, through the portal or a form, or out of a conversation by its channel. */
export const sources = ["console", "api", "portal", "form", "email", "webchat", "voice", "sms", "telegram", "fax"] as const;

const sourceWords = phrasebook({
  en: { "source.console": "Console", "source.api": "Another system", "source.form": "Form on a site" },
  ar: { "source.console": "لوحة الموظف", "source.api": "نظام آخر", "source.form": "نموذج على موقع" },
  fa: { "source.console": "کنسول", "source.api": "سامانهٔ دیگر", "source.form": "فرم سایت" },
});

export function useSourceName(): (source: string) => string {
  const { sayAny } = usePhrases(sourceWords);
  const speech = useSpeech();
  return useCallback((source) => speech.sayAny("channel", source, sayAny("source", source, source)), [sayAny, speech]);
}
