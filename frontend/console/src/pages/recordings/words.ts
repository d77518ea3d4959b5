import { phrasebook } from "../../i18n/phrases";

export const words = phrasebook({
  en: {
    title: "Recordings", about: "What was recorded of calls and left as messages, for as long as the rule says.", costs: "Costs", recordings: "Recordings", rule: "How long they are kept", view: "View",
    kind: "Kind", "kind.call": "Call", "kind.voicemail": "Voice message", all: "All", customer: "Customer", agent: "Agent", made: "Recorded", length: "Length", state: "State", kept_until: "Kept until", number: "Number",
    "state.waiting": "is being fetched", "state.kept": "here", "state.failed": "not received", "state.discarded": "deleted: a pause was not confirmed", "state.expired": "deleted",
    play: "Listen to the recording", hold: "Keep whatever its time", hold_hint: "For a dispute: it stays until somebody releases it.", remove: "Delete for good", open: "Open the conversation",
    keep_days: "Calls, days", voicemail_days: "Voice messages, days", rule_hint: "What is here already follows the new rule at once.",
    day: "Day (UTC)", account: "Account", count: "Number of them", minutes: "Minutes", segments: "SMS", price: "Price", direction: "Direction", inbound: "In", outbound: "Out", "kind.text": "Texts", "kind.calls": "Calls", from: "From", to: "To", no_costs: "The carrier has named no price for these days yet.",
  },
  ar: {
    title: "التسجيلات", about: "ما سُجّل من المكالمات وما تُرك من رسائل صوتية، للمدة التي تحددها القاعدة.", costs: "التكاليف", recordings: "التسجيلات", rule: "مدة الاحتفاظ", view: "العرض",
    kind: "النوع", "kind.call": "مكالمة", "kind.voicemail": "رسالة صوتية", all: "الكل", customer: "العميل", agent: "الموظف", made: "وقت التسجيل", length: "المدة", state: "الحالة", kept_until: "يُحفظ حتى", number: "الرقم",
    "state.waiting": "قيد الجلب", "state.kept": "محفوظ", "state.failed": "لم يصل", "state.discarded": "حُذف: لم يتأكد الإيقاف المؤقت", "state.expired": "حُذف",
    play: "استمع إلى التسجيل", hold: "احتفظ به مهما طالت المدة", hold_hint: "عند النزاع: يبقى حتى يحرره أحد.", remove: "حذف نهائي", open: "فتح المحادثة",
    keep_days: "المكالمات، أيام", voicemail_days: "الرسائل الصوتية، أيام", rule_hint: "يسري فورًا على المحفوظ أيضًا.",
    day: "اليوم (UTC)", account: "الحساب", count: "العدد", minutes: "الدقائق", segments: "رسائل", price: "السعر", direction: "الاتجاه", inbound: "واردة", outbound: "صادرة", "kind.text": "رسائل نصية", "kind.calls": "مكالمات", from: "من", to: "إلى", no_costs: "لم تحدد شركة الاتصالات سعرًا لهذه الأيام بعد.",
  },
  fa: {
    title: "ضبط‌ها", about: "آنچه از تماس‌ها ضبط شده و پیام‌های صوتی، تا زمانی که قاعده می‌گوید.", costs: "هزینه‌ها", recordings: "ضبط‌ها", rule: "مدت نگهداری", view: "نما",
    kind: "نوع", "kind.call": "تماس", "kind.voicemail": "پیام صوتی", all: "همه", customer: "مشتری", agent: "کارشناس", made: "زمان ضبط", length: "مدت", state: "وضعیت", kept_until: "نگهداری تا", number: "شماره",
    "state.waiting": "در حال دریافت", "state.kept": "موجود", "state.failed": "دریافت نشد", "state.discarded": "پاک شد: توقف ضبط تأیید نشد", "state.expired": "پاک شد",
    play: "شنیدن ضبط", hold: "نگهداری فارغ از مهلت", hold_hint: "برای اختلاف: تا کسی آزادش کند می‌ماند.", remove: "پاک‌کردن همیشگی", open: "بازکردن گفت‌وگو",
    keep_days: "تماس‌ها، روز", voicemail_days: "پیام‌های صوتی، روز", rule_hint: "آنچه اکنون هست نیز از قاعدهٔ تازه پیروی می‌کند.",
    day: "روز (UTC)", account: "حساب", count: "تعداد", minutes: "دقیقه", segments: "پیامک", price: "بها", direction: "جهت", inbound: "دریافتی", outbound: "ارسالی", "kind.text": "پیامک", "kind.calls": "تماس", from: "از", to: "تا", no_costs: "اپراتور هنوز بهایی برای این روزها نگفته است.",
  },
});
