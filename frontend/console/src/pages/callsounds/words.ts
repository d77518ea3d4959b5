import { phrasebook } from "../../i18n/phrases";

export const words = phrasebook({
  en: {
    "title": "Sounds of calls",
    "about": "Recordings that call flows play instead of the carrier's voice: WAV or MP3, at most 8 MB and 10 minutes. What was published keeps the sound that it had.",
    "upload": "Upload a sound", "replace": "Replace it with another file", "length": "Length", "size": "Size", "uploaded": "Uploaded", "used_in": "Played by", "unused": "Nobody plays it", "listen": "Listen to {name}", "delete": "Delete",
    "delete_hint": "Only a sound that no call flow and no published version names can be deleted.",
    "replaced": "Drafts play the new content from their next publishing on.",
  },
  ar: {
    "title": "أصوات المكالمات",
    "about": "تسجيلات تشغّلها مسارات المكالمات بدل صوت المشغّل: WAV أو MP3، بحد أقصى ٨ ميغابايت و١٠ دقائق. ما نُشر يحتفظ بالصوت الذي نُشر به.",
    "upload": "رفع صوت", "replace": "استبداله بملف آخر", "length": "المدة", "size": "الحجم", "uploaded": "رُفع", "used_in": "يشغّله", "unused": "لا يشغّله أحد", "listen": "الاستماع إلى {name}", "delete": "حذف",
    "delete_hint": "لا يُحذف إلا صوت لا يذكره أي مسار ولا أي نسخة منشورة.",
    "replaced": "تشغّل المسودات المحتوى الجديد ابتداءً من نشرها التالي.",
  },
  fa: {
    "title": "صداهای تماس",
    "about": "صداهایی که جریان‌های تماس به جای صدای اپراتور پخش می‌کنند: WAV یا MP3، حداکثر ۸ مگابایت و ۱۰ دقیقه. آنچه منتشر شده همان صدای زمان انتشار را نگه می‌دارد.",
    "upload": "بارگذاری صدا", "replace": "جایگزینی با فایلی دیگر", "length": "مدت", "size": "حجم", "uploaded": "بارگذاری", "used_in": "پخش در", "unused": "جایی پخش نمی‌شود", "listen": "شنیدن {name}", "delete": "حذف",
    "delete_hint": "تنها صدایی حذف می‌شود که هیچ جریان و هیچ نسخهٔ منتشرشده‌ای نامش را نبرده باشد.",
    "replaced": "پیش‌نویس‌ها از انتشار بعدی محتوای تازه را پخش می‌کنند.",
  },
});
