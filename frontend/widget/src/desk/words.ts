export type Language = "en" | "ar" | "fa";

const en = {
  kind: "What is it about?",
  "kind.support_request": "Support",
  "kind.complaint": "Complaint",
  "kind.suggestion": "Suggestion",
  "kind.development_request": "Development",
  "kind.inquiry": "Question",
  "kind.service_case": "Service",
  "kind.lead": "Sales",
  name: "Your name",
  email: "Your email",
  subject: "Subject",
  text: "Message",
  send: "Send",
  sending: "Sending…",
  done: "We have it. Its number is {number}.",
  code: "Tracking code of your complaint: {code}. Keep it: with it you can ask how far the complaint is.",
  more: "Send another",
  required: "Please fill this in.",
  refused: "It could not be sent.",
  later: "These are many at once. Please try again later.",
  offline: "No connection. Please try again.",
  closed: "This form is not available.",
  choose: "Choose…",
  yes: "Yes",
  no: "No",
  optional: "optional",
  language: "Language",
};

export type DeskWords = typeof en;

const ar: DeskWords = {
  kind: "ما موضوع الطلب؟",
  "kind.support_request": "دعم",
  "kind.complaint": "شكوى",
  "kind.suggestion": "اقتراح",
  "kind.development_request": "تطوير",
  "kind.inquiry": "استفسار",
  "kind.service_case": "خدمة",
  "kind.lead": "المبيعات",
  name: "الاسم",
  email: "البريد الإلكتروني",
  subject: "العنوان",
  text: "الرسالة",
  send: "إرسال",
  sending: "جارٍ الإرسال…",
  done: "استلمنا طلبك، ورقمه {number}.",
  code: "رمز متابعة الشكوى: {code}. احتفظ به؛ فبه تعرف المرحلة التي بلغتها.",
  more: "إرسال طلب آخر",
  required: "هذا الحقل مطلوب.",
  refused: "تعذّر الإرسال.",
  later: "الطلبات كثيرة الآن. حاول لاحقًا.",
  offline: "لا يوجد اتصال. حاول مرة أخرى.",
  closed: "هذا النموذج غير متاح.",
  choose: "اختر…",
  yes: "نعم",
  no: "لا",
  optional: "اختياري",
  language: "اللغة",
};

const fa: DeskWords = {
  kind: "موضوع چیست؟",
  "kind.support_request": "پشتیبانی",
  "kind.complaint": "شکایت",
  "kind.suggestion": "پیشنهاد",
  "kind.development_request": "توسعه",
  "kind.inquiry": "پرسش",
  "kind.service_case": "خدمات",
  "kind.lead": "فروش",
  name: "نام شما",
  email: "ایمیل شما",
  subject: "عنوان",
  text: "پیام",
  send: "ارسال",
  sending: "در حال ارسال…",
  done: "درخواست شما رسید. شمارهٔ آن {number} است.",
  code: "کد رهگیری شکایت: {code}. آن را نگه دارید؛ با آن می‌توانید مرحلهٔ شکایت را ببینید.",
  more: "ارسال درخواستی دیگر",
  required: "این را پر کنید.",
  refused: "ارسال نشد.",
  later: "درخواست‌ها زیاد است. بعداً دوباره تلاش کنید.",
  offline: "اتصال برقرار نیست. دوباره تلاش کنید.",
  closed: "این فرم در دسترس نیست.",
  choose: "انتخاب کنید…",
  yes: "بله",
  no: "خیر",
  optional: "اختیاری",
  language: "زبان",
};

export const deskWords: Record<Language, DeskWords> = { en, ar, fa };
export const languageNames: Record<Language, string> = { en: "English", ar: "العربية", fa: "فارسی" };

export function asLanguage(text: string | null | undefined): Language | null {
  const short = text?.toLowerCase().split(/[-_]/)[0];
  return short === "en" || short === "ar" || short === "fa" ? short : null;
}

/** A code or a number among words of the other direction is read in its own. */
export const apart = (text: string): string => `\u2066${text}\u2069`;
