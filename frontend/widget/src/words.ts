const en = {
  title: "Chat with us",
  open: "Open the chat",
  close: "Close the chat",
  greeting: "Hello! How can we help?",
  away: "We are not here right now. Leave a message and we will answer.",
  name: "Name",
  email: "Email",
  placeholder: "Write a message…",
  send: "Send",
  attach: "Attach a file",
  messages: "Messages",
  you: "You",
  somebody: "our team",
  offline: "No connection. Your messages are kept and sent once it is back.",
  pending: "Not sent yet",
  refused: "Could not be sent",
  discard: "Remove",
  uploadFailed: "The file could not be sent.",
  unread: "Unread messages: {n}",
  more: "More",
};

export type Words = typeof en;

const ar: Words = {
  title: "تحدّث معنا",
  open: "فتح المحادثة",
  close: "إغلاق المحادثة",
  greeting: "مرحبًا! كيف يمكننا مساعدتك؟",
  away: "لسنا هنا الآن. اترك رسالة وسنرد عليك.",
  name: "الاسم",
  email: "البريد الإلكتروني",
  placeholder: "اكتب رسالة…",
  send: "إرسال",
  attach: "إرفاق ملف",
  messages: "الرسائل",
  you: "أنت",
  somebody: "فريقنا",
  offline: "لا يوجد اتصال. رسائلك محفوظة وستُرسَل عند عودة الاتصال.",
  pending: "لم تُرسَل بعد",
  refused: "تعذّر الإرسال",
  discard: "إزالة",
  uploadFailed: "تعذّر إرسال الملف.",
  unread: "رسائل غير مقروءة: {n}",
  more: "المزيد",
};

const fa: Words = {
  title: "گفت‌وگو با ما",
  open: "باز کردن گفت‌وگو",
  close: "بستن گفت‌وگو",
  greeting: "سلام! چطور می‌توانیم کمک کنیم؟",
  away: "اکنون این‌جا نیستیم. پیام بگذارید تا پاسخ دهیم.",
  name: "نام",
  email: "ایمیل",
  placeholder: "پیام خود را بنویسید…",
  send: "ارسال",
  attach: "پیوست فایل",
  messages: "پیام‌ها",
  you: "شما",
  somebody: "تیم ما",
  offline: "اتصال برقرار نیست. پیام‌های شما نگه داشته و پس از اتصال فرستاده می‌شود.",
  pending: "هنوز فرستاده نشده",
  refused: "فرستاده نشد",
  discard: "برداشتن",
  uploadFailed: "فایل فرستاده نشد.",
  unread: "پیام خوانده‌نشده: {n}",
  more: "بیشتر",
};

export const languages = { en, ar, fa };
export type Language = keyof typeof languages;

/** The first of the wishes that we speak. */
export function chooseLanguage(wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const short = wish?.toLowerCase().split(/[-_]/)[0];
    if (short && short in languages) return short as Language;
  }
  return "en";
}

/** Those that the settings bring, in chat/words.py; a test holds the two against each other. */
export type Rare =
  | "begin" | "required" | "notEmail" | "choose" | "department" | "consentMissing" | "offlineTitle" | "offlineText" | "offlineOpen" | "contact"
  | "message" | "leave" | "left" | "leftOpen" | "rate" | "stars" | "comment" | "rateSend" | "rated" | "transcript" | "emailAgain" | "notSame"
  | "transcriptSend" | "transcriptSent" | "transcriptRefused" | "transcriptLater" | "cancel" | "reply" | "dismiss" | "transferring" | "seen"
  | "waiting" | "position" | "connected" | "closed" | "typing" | "optional" | "end" | "wait" | "soundOn" | "soundOff" | "language" | "fresh" | "slow"
  | "callMe" | "callText" | "callNumber" | "callConsent" | "callSend" | "callKept" | "callCancel" | "callOff" | "callWrong" | "callLate"
  | "articles" | "helped" | "yes" | "no" | "thanks" | "back";

export interface Speech {
  language: Language;
  dir: "ltr" | "rtl";
  /** A word of ours, or of the settings, which bring those of the rarer parts. */
  say: (word: keyof Words | Rare, gap?: string | number) => string;
  moment: (at: string) => string;
  time: (at: string | number) => string;
}

export function speechIn(language: Language, more: Record<string, string> = {}): Speech {
  const locale = `${language}-u-nu-${{ en: "latn", ar: "arab", fa: "arabext" }[language]}`;
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const numbers = new Intl.NumberFormat(locale);
  const calendar = { en: "gregory", ar: "islamic-umalqura", fa: "persian" }[language];
  const moment = new Intl.DateTimeFormat(`${locale}-ca-${calendar}`, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const words: Record<string, string> = { ...languages[language], ...more };
  return {
    language,
    dir: language === "en" ? "ltr" : "rtl",
    // The isolate keeps a name in the other direction from turning the sentence around.
    say: (word, gap = "") =>
      (words[word] ?? "").replace(/\{\w+\}/, () => (typeof gap === "number" ? numbers.format(gap) : `\u2068${gap}\u2069`)),
    moment: (at) => moment.format(new Date(at)),
    time: (at) => clock.format(new Date(at)),
  };
}
