import { useCallback } from "react";
import { useSpeech } from "../../i18n/context";
import { phrasebook, usePhrases } from "../../i18n/phrases";
import { words as complaintWords } from "../complaints/words";

/** Why an action of a rule or a macro was refused. The English words are the server's own, by which the others are found (tests/unit/test_refusal_words.py). */
const refusalWords = phrasebook({
  en: {
    "colleague": "It is a colleague's ticket.",
    "no_way": "There is no conversation in which the customer could be told, and no address to write to.",
    "no_talk": "There is no conversation in which the customer could be told.",
    "stage": "There is no such stage for this kind of ticket.",
    "type": "There is no such type for this kind of ticket.",
    "agent": "There is no such agent.",
    "field": "There is no such field here.",
    "merged": "It is merged into another ticket: take that back, or go on there.",
  },
  ar: {
    "colleague": "هي تذكرة زميل.",
    "no_way": "لا توجد محادثة لإبلاغ العميل ولا عنوان للكتابة إليه.",
    "no_talk": "لا توجد محادثة لإبلاغ العميل فيها.",
    "stage": "لا توجد هذه المرحلة لهذا النوع من التذاكر.",
    "type": "لا يوجد هذا الصنف لهذا النوع من التذاكر.",
    "agent": "لا يوجد هذا الموظف.",
    "field": "لا يوجد هذا الحقل هنا.",
    "merged": "دُمجت في تذكرة أخرى: تراجع عن الدمج أو تابع هناك.",
  },
  fa: {
    "colleague": "تیکت یک همکار است.",
    "no_way": "نه گفتگویی هست که به مشتری خبر داده شود و نه نشانی‌ای برای نوشتن.",
    "no_talk": "گفتگویی نیست که در آن به مشتری خبر داده شود.",
    "stage": "این گونه تیکت چنین مرحله‌ای ندارد.",
    "type": "این گونه تیکت چنین نوعی ندارد.",
    "agent": "چنین کارشناسی نیست.",
    "field": "اینجا چنین فیلدی نیست.",
    "merged": "در تیکت دیگری ادغام شده است: آن را بازگردانید یا همان‌جا ادامه دهید.",
  },
});

/** What a complaint lacks before it ends, which its own page says. */
const lacks = {
  "A unit still owes its answer: wait for it, or take the referral back.": "lacks.referral",
  "A complaint ends with an outcome: decide it first.": "lacks.outcome",
  "A review was asked for and is not decided.": "lacks.review",
  "The complainant has not been answered since the decision.": "lacks.answer",
  "The answer did not reach the complainant: answer again, or record how it was given.": "lacks.arrival",
  "A complaint that was founded has a cause: record it first.": "lacks.cause",
} as const;

/** A refusal in the reader's words; the server's where we have none, kept apart from the sentence around them. */
export function useRefusal(): (detail: string) => string {
  const { language } = useSpeech();
  const own = usePhrases(refusalWords);
  const complaint = usePhrases(complaintWords);
  return useCallback((detail) => {
    if (language === "en") return detail;
    const known = Object.entries(refusalWords.en).find(([, text]) => text === detail)?.[0];
    if (known !== undefined) return own.say(known as keyof typeof refusalWords.en);
    if (detail in lacks) return complaint.say(lacks[detail as keyof typeof lacks]);
    return `\u2068${detail}\u2069`;
  }, [complaint, language, own]);
}
