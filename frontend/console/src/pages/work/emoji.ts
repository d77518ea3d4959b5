/** Common emoji with names to search by: English, Arabic, Persian; a line is one group. */
const table = `
😀 grin|ابتسامة عريضة|خنده
😃 smile|ابتسامة|لبخند
😄 happy|سعيد|شاد
😁 beaming|مبتهج|نیش باز
😅 relief sweat|ارتياح|عرق خوشحالی
😂 laugh tears|ضحك|خنده اشک
🙂 slight smile|ابتسامة خفيفة|لبخند ملایم
😉 wink|غمزة|چشمک
😊 blush|خجل|خجالت
😇 angel|ملاك|فرشته
😍 love eyes|حب|عاشق
😘 kiss|قبلة|بوسه
😎 cool|رائع|عینک دودی
🤔 think|تفكير|فکر
🤗 hug|عناق|آغوش
🤝 handshake deal|مصافحة|دست دادن
😐 neutral|محايد|بی‌تفاوت
😕 confused|حائر|گیج
😟 worried|قلق|نگران
🙁 sad|حزين|غمگین
😢 cry|بكاء|گریه
😭 sob|نحيب|زار زدن
😡 angry|غاضب|عصبانی
😱 shock|صدمة|وحشت
😴 sleep|نوم|خواب
🤒 ill|مريض|بیمار
🙏 thanks please pray|شكرا رجاء|ممنون لطفا
👍 yes good thumb up|جيد موافق|خوب تایید
👎 no bad thumb down|سيئ|بد
👌 ok perfect|تمام|عالی
👏 clap bravo|تصفيق|تشویق
🙌 hooray|مرحى|هورا
👋 hello bye wave|مرحبا وداعا|سلام خداحافظ
✌️ victory|نصر|پیروزی
💪 strong|قوي|قوی
👀 look eyes|نظر|نگاه
👇 below down|أسفل|پایین
👆 above up|أعلى|بالا
👉 right point|يمين|راست
👈 left point|يسار|چپ
✍️ write|كتابة|نوشتن
🤷 shrug dont know|لا أعرف|نمی‌دانم
🙋 question hand|سؤال|سوال
👨‍💻 technician computer|فني|کارشناس فنی
🧑‍🔧 mechanic repair|ميكانيكي|تعمیرکار
❤️ heart love|قلب حب|قلب عشق
💙 blue heart|قلب أزرق|قلب آبی
💚 green heart|قلب أخضر|قلب سبز
💔 broken heart|قلب مكسور|دل شکسته
🌹 rose|وردة|گل رز
🌷 tulip|توليب|لاله
🌸 blossom|زهر|شکوفه
💐 bouquet|باقة|دسته گل
⭐ star|نجمة|ستاره
✨ sparkle|بريق|درخشش
🔥 fire hot|نار|آتش
🎉 party congratulations|تهنئة احتفال|تبریک جشن
🎁 gift|هدية|هدیه
🎂 cake birthday|كعكة عيد ميلاد|کیک تولد
🏆 trophy|كأس|جام
☕ coffee|قهوة|قهوه
🍵 tea|شاي|چای
🌙 moon ramadan|هلال رمضان|ماه رمضان
☀️ sun|شمس|خورشید
🌧️ rain|مطر|باران
❄️ snow cold|ثلج برد|برف سرما
🌍 world|عالم|جهان
✅ done check|تم|انجام شد
✔️ check|صح|تیک
❌ no cross|خطأ لا|نه ضربدر
❗ attention|تنبيه|توجه
❓ question|سؤال|پرسش
⚠️ warning|تحذير|هشدار
⛔ forbidden|ممنوع|ممنوع
🔴 red|أحمر|قرمز
🟢 green|أخضر|سبز
🟡 yellow|أصفر|زرد
🔵 blue|أزرق|آبی
ℹ️ information|معلومات|اطلاعات
🆗 ok|موافق|باشه
🆕 new|جديد|جدید
🔝 top|الأعلى|برترین
💯 hundred|مئة|صد
➡️ arrow right|سهم يمين|پیکان راست
⬅️ arrow left|سهم يسار|پیکان چپ
⬆️ arrow up|سهم أعلى|پیکان بالا
⬇️ arrow down|سهم أسفل|پیکان پایین
🔄 again repeat|إعادة|دوباره
⏰ alarm|منبه|زنگ ساعت
⏳ wait hourglass|انتظار|انتظار
🕐 clock time|ساعة وقت|ساعت
📅 calendar date|تقويم تاريخ|تقویم تاریخ
📞 call phone|اتصال هاتف|تماس تلفن
☎️ telephone|هاتف|تلفن
📱 mobile|جوال|موبایل
💻 laptop|حاسوب|لپ‌تاپ
🖥️ computer|كمبيوتر|رایانه
🖨️ printer|طابعة|چاپگر
📷 camera photo|كاميرا صورة|دوربین عکس
📎 attachment|مرفق|پیوست
📄 document|مستند|سند
📋 list form|قائمة|فهرست
📝 note|ملاحظة|یادداشت
📧 mail|بريد|ایمیل
💬 message chat|رسالة|پیام
📦 parcel package|طرد|بسته
🚚 delivery truck|توصيل|ارسال
🚗 car|سيارة|خودرو
✈️ flight plane|طائرة|هواپیما
🏠 home|بيت|خانه
🏢 office|مكتب|دفتر
🏬 shop|متجر|فروشگاه
🏥 hospital|مستشفى|بیمارستان
🏦 bank|بنك|بانک
📍 place location|موقع|مکان
🗺️ map|خريطة|نقشه
🔑 key|مفتاح|کلید
🔒 locked safe|مقفل آمن|قفل امن
🔓 unlocked|مفتوح|باز
🔧 repair tool|إصلاح|تعمیر
🔨 hammer|مطرقة|چکش
⚙️ settings|إعدادات|تنظیمات
🔌 plug power|قابس كهرباء|برق
🔋 battery|بطارية|باتری
💡 idea light|فكرة|ایده
🧊 ice fridge|جليد ثلاجة|یخ یخچال
🧺 laundry washing|غسيل|لباسشویی
🧹 clean|تنظيف|نظافت
💧 water drop|ماء|آب
🌡️ temperature|حرارة|دما
💰 money|مال|پول
💳 card payment|بطاقة دفع|کارت پرداخت
🧾 invoice receipt|فاتورة|فاکتور
🏷️ price label|سعر|قیمت
📈 rise|ارتفاع|افزایش
📉 fall|انخفاض|کاهش
🛒 cart|سلة|سبد خرید
🔍 search|بحث|جستجو
🔔 bell reminder|تذكير|یادآوری
🔇 mute|صامت|بی‌صدا
🎵 music|موسيقى|موسیقی
⚽ football|كرة قدم|فوتبال
🇮🇷 iran flag|إيران علم|ایران پرچم
🇸🇦 saudi arabia flag|السعودية علم|عربستان پرچم
🇦🇪 emirates flag|الإمارات علم|امارات پرچم
🇮🇶 iraq flag|العراق علم|عراق پرچم
🇪🇬 egypt flag|مصر علم|مصر پرچم
🇦🇫 afghanistan flag|أفغانستان علم|افغانستان پرچم
`;

export const emoji: { sign: string; names: string }[] = table
  .trim()
  .split("\n")
  .map((line) => ({ sign: line.slice(0, line.indexOf(" ")), names: line.slice(line.indexOf(" ") + 1) }));
