import { phrasebook } from "../../i18n/phrases";

/** Settings of an Asterisk. */
export const ariWords = phrasebook({
  en: {
    "field.url": "Address of Asterisk", "hint.url": "Its HTTP server, such as http://pbx.example:8088.",
    "field.user": "User", "hint.user": "As in ari.conf.",
    "field.password": "Password", "hint.password": "",
    "field.application": "Stasis application", "hint.application": "The name in Stasis(…) of the dialplan.",
    "field.customer_endpoint": "How a number is reached", "hint.customer_endpoint": "{number} stands for it with +, {digits} for it without.",
    "field.agent_endpoint": "How an agent is reached", "hint.agent_endpoint": "{address} is what stands before the @ of their SIP address.",
    "field.language": "Language of Asterisk's sounds", "hint.language": "As installed there, such as en, ar or fa.",
    "field.greeting_sound": "Sound when a call comes in", "hint.greeting_sound": "Name of a sound of Asterisk; empty: none.",
    "field.announce_seconds": "Seconds between announcements", "hint.announce_seconds": "",
    "field.says_place": "Tell who waits their place and about how long", "hint.says_place": "",
    "field.callback_sound": "Sound that offers to be called back", "hint.callback_sound": "It says that 1 has to be pressed; empty: it is not offered.",
    "field.voicemail_sound": "Sound before a message is left", "hint.voicemail_sound": "",
    "hint.most_spent_per_day": "Asterisk tells no prices: it never applies.",
    "field.is_recorded": "Record calls", "hint.is_recorded": "Say so in the sound when a call comes in.",
  },
  ar: {
    "field.url": "عنوان Asterisk", "hint.url": "خادم HTTP فيه، مثل http://pbx.example:8088.",
    "field.user": "المستخدم", "hint.user": "كما في ari.conf.",
    "field.password": "كلمة المرور", "hint.password": "",
    "field.application": "تطبيق Stasis", "hint.application": "الاسم في ‎Stasis(…)‎ ضمن خطة الاتصال.",
    "field.customer_endpoint": "كيف يُطلب رقم", "hint.customer_endpoint": "‏{number} هو الرقم مع +، و{digits} بدونها.",
    "field.agent_endpoint": "كيف يُطلب موظف", "hint.agent_endpoint": "‏{address} هو ما قبل @ في عنوان SIP الخاص به.",
    "field.language": "لغة أصوات Asterisk", "hint.language": "كما هي مثبّتة هناك، مثل en أو ar أو fa.",
    "field.greeting_sound": "صوت عند ورود مكالمة", "hint.greeting_sound": "اسم صوت في Asterisk؛ فارغ: لا شيء.",
    "field.announce_seconds": "الثواني بين الإعلانات", "hint.announce_seconds": "",
    "field.says_place": "إخبار المنتظر بترتيبه وبالمدة التقريبية", "hint.says_place": "",
    "field.callback_sound": "صوت يعرض معاودة الاتصال", "hint.callback_sound": "يقول إن المطلوب ضغط 1؛ فارغ: لا يُعرض.",
    "field.voicemail_sound": "صوت قبل ترك رسالة", "hint.voicemail_sound": "",
    "hint.most_spent_per_day": "لا يذكر Asterisk أسعارًا: لا يسري أبدًا.",
    "field.is_recorded": "تسجيل المكالمات", "hint.is_recorded": "اذكر ذلك في صوت الاستقبال.",
  },
  fa: {
    "field.url": "نشانی Asterisk", "hint.url": "سرور HTTP آن، مانند http://pbx.example:8088.",
    "field.user": "کاربر", "hint.user": "همان که در ari.conf است.",
    "field.password": "گذرواژه", "hint.password": "",
    "field.application": "برنامهٔ Stasis", "hint.application": "نام در ‎Stasis(…)‎ در dialplan.",
    "field.customer_endpoint": "راه رسیدن به یک شماره", "hint.customer_endpoint": "‏{number} شماره با + است و {digits} بی آن.",
    "field.agent_endpoint": "راه رسیدن به کارشناس", "hint.agent_endpoint": "‏{address} آن است که در نشانی SIP پیش از @ می‌آید.",
    "field.language": "زبان صداهای Asterisk", "hint.language": "آن‌گونه که آن‌جا نصب است، مانند en، ar یا fa.",
    "field.greeting_sound": "صدا هنگام آمدن تماس", "hint.greeting_sound": "نام صدایی در Asterisk؛ خالی: هیچ.",
    "field.announce_seconds": "ثانیه‌های میان اعلام‌ها", "hint.announce_seconds": "",
    "field.says_place": "گفتن جایگاه و زمان تقریبی به منتظران", "hint.says_place": "",
    "field.callback_sound": "صدایی که تماس دوباره را پیشنهاد می‌کند", "hint.callback_sound": "می‌گوید که 1 فشرده شود؛ خالی: پیشنهاد نمی‌شود.",
    "field.voicemail_sound": "صدا پیش از گذاشتن پیام", "hint.voicemail_sound": "",
    "hint.most_spent_per_day": "‏Asterisk بهایی نمی‌گوید: هرگز به کار نمی‌آید.",
    "field.is_recorded": "ضبط تماس‌ها", "hint.is_recorded": "در صدای آغاز تماس گفته شود.",
  },
});

/** What an account may call and text. */
export const limitWords = phrasebook({
  en: {
    "field.allows_premium": "Call numbers that cost extra", "hint.allows_premium": "",
    "field.denied_prefixes": "Never call numbers that begin with", "hint.denied_prefixes": "Such as +882.",
    "field.allowed_prefixes": "Call only numbers that begin with", "hint.allowed_prefixes": "Empty: all.",
    "field.most_per_hour": "Most calls and texts an hour", "hint.most_per_hour": "More are refused, or wait.",
    "field.most_spent_per_day": "Most spent a day", "hint.most_spent_per_day": "By the carrier's own prices; empty: no limit.",
  },
  ar: {
    "field.allows_premium": "طلب الأرقام ذات التكلفة الإضافية", "hint.allows_premium": "",
    "field.denied_prefixes": "لا تُطلب أبدًا أرقام تبدأ بـ", "hint.denied_prefixes": "مثل ‎+882.",
    "field.allowed_prefixes": "لا تُطلب إلا أرقام تبدأ بـ", "hint.allowed_prefixes": "فارغ: الكل.",
    "field.most_per_hour": "أقصى عدد مكالمات ورسائل في الساعة", "hint.most_per_hour": "ما زاد يُرفض أو ينتظر.",
    "field.most_spent_per_day": "أقصى إنفاق في اليوم", "hint.most_spent_per_day": "بأسعار المشغّل نفسه؛ فارغ: بلا حد.",
  },
  fa: {
    "field.allows_premium": "تماس با شماره‌های پرهزینه", "hint.allows_premium": "",
    "field.denied_prefixes": "هرگز با شماره‌هایی تماس نگیر که آغازشان این است", "hint.denied_prefixes": "مانند ‎+882.",
    "field.allowed_prefixes": "تنها با شماره‌هایی تماس بگیر که آغازشان این است", "hint.allowed_prefixes": "خالی: همه.",
    "field.most_per_hour": "بیشترین تماس و پیامک در ساعت", "hint.most_per_hour": "بیش از آن پذیرفته نمی‌شود یا منتظر می‌ماند.",
    "field.most_spent_per_day": "بیشترین هزینه در روز", "hint.most_spent_per_day": "به بهای خود اپراتور؛ خالی: بی‌حد.",
  },
});
