const en = {
  title: "Chat with us",
  open: "Open the chat",
  close: "Close the chat",
  greeting: "Hello! How can we help?",
  away: "We are not here right now. Leave a message and we will answer.",
  name: "Name",
  email: "Email",
  optional: "optional",
  placeholder: "Write a message…",
  send: "Send",
  attach: "Attach a file",
  messages: "Messages",
  you: "You",
  waiting: "Please wait, somebody will be with you soon.",
  position: "You are number {n} in the queue.",
  connected: "You are talking to {name}.",
  somebody: "our team",
  closed: "This conversation has ended. Write to begin a new one.",
  typing: "{name} is typing…",
  offline: "No connection. Your messages are kept and sent once it is back.",
  pending: "Not sent yet",
  refused: "Could not be sent",
  discard: "Remove",
  uploadFailed: "The file could not be sent.",
  unread: "Unread messages: {n}",
  end: "End the conversation",
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
  optional: "اختياري",
  placeholder: "اكتب رسالة…",
  send: "إرسال",
  attach: "إرفاق ملف",
  messages: "الرسائل",
  you: "أنت",
  waiting: "يُرجى الانتظار، سيرد عليك أحد زملائنا قريبًا.",
  position: "ترتيبك في قائمة الانتظار: {n}",
  connected: "أنت تتحدث مع {name}.",
  somebody: "فريقنا",
  closed: "انتهت هذه المحادثة. اكتب رسالة لبدء محادثة جديدة.",
  typing: "{name} يكتب…",
  offline: "لا يوجد اتصال. رسائلك محفوظة وستُرسَل عند عودة الاتصال.",
  pending: "لم تُرسَل بعد",
  refused: "تعذّر الإرسال",
  discard: "إزالة",
  uploadFailed: "تعذّر إرسال الملف.",
  unread: "رسائل غير مقروءة: {n}",
  end: "إنهاء المحادثة",
};

const fa: Words = {
  title: "گفت‌وگو با ما",
  open: "باز کردن گفت‌وگو",
  close: "بستن گفت‌وگو",
  greeting: "سلام! چطور می‌توانیم کمک کنیم؟",
  away: "اکنون این‌جا نیستیم. پیام بگذارید تا پاسخ دهیم.",
  name: "نام",
  email: "ایمیل",
  optional: "اختیاری",
  placeholder: "پیام خود را بنویسید…",
  send: "ارسال",
  attach: "پیوست فایل",
  messages: "پیام‌ها",
  you: "شما",
  waiting: "لطفاً منتظر بمانید؛ به‌زودی پاسخ می‌دهیم.",
  position: "شما نفر {n} در صف هستید.",
  connected: "در حال گفت‌وگو با {name} هستید.",
  somebody: "تیم ما",
  closed: "این گفت‌وگو پایان یافت. برای شروع دوباره پیام بنویسید.",
  typing: "{name} در حال نوشتن است…",
  offline: "اتصال برقرار نیست. پیام‌های شما نگه داشته و پس از اتصال فرستاده می‌شود.",
  pending: "هنوز فرستاده نشده",
  refused: "فرستاده نشد",
  discard: "برداشتن",
  uploadFailed: "فایل فرستاده نشد.",
  unread: "پیام خوانده‌نشده: {n}",
  end: "پایان گفت‌وگو",
};

const languages = { en, ar, fa };
export type Language = keyof typeof languages;

/** The first of the wishes that we speak. */
export function chooseLanguage(wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const short = wish?.toLowerCase().split(/[-_]/)[0];
    if (short && short in languages) return short as Language;
  }
  return "en";
}

export interface Speech {
  language: Language;
  dir: "ltr" | "rtl";
  /** A word of ours, or of the settings, which bring those of the rarer parts. */
  say: (word: string, gap?: string | number) => string;
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
