"use strict";

const words = {
  ar: {
    name: "إلكترونيات صحرا",
    products: "المنتجات",
    service: "الصيانة",
    contact: "اتصل بنا",
    headline: "أجهزة منزلية تبقى باردة في عزّ الحر",
    intro: "ثلاجات ومكيفات وغسالات بضمان خمس سنوات، يوصلها ويركّبها فنيّونا.",
    see: "تصفّح المنتجات",
    ask: "اسأل مستشارًا",
    cool: "ثلاجة صحرا 540",
    cool_text: "540 لترًا، بلا صقيع، ضاغط إنفرتر، كفاءة الطاقة A+++.",
    air: "مكيف نسيم 24",
    air_text: "24 ألف وحدة، يبرّد حتى 55 درجة خارج المنزل، وهادئ ليلًا.",
    wash: "غسالة موج 9",
    wash_text: "9 كغ، محرك مباشر، 14 برنامجًا، غسيل سريع في 15 دقيقة.",
    after: "خدمة ما بعد البيع",
    after_text: "صيانة دورية وقطع أصلية وفنيون في كل محافظة. اطلب زيارة عبر المحادثة ليلًا أو نهارًا.",
    demo_desk: "هذا المتجر غير حقيقي. تعرض الصفحة نموذج مكتب الخدمة من مركز.",
    demo: "هذا المتجر غير حقيقي. تعرض الصفحة أداة المحادثة من مركز.",
  },
  fa: {
    name: "الکترونیک صحرا",
    products: "محصولات",
    service: "خدمات",
    contact: "تماس با ما",
    headline: "لوازم خانگی که در گرما هم خنک می‌مانند",
    intro: "یخچال، کولر گازی و ماشین لباسشویی با پنج سال گارانتی، با ارسال و نصب سرویسکاران خودمان.",
    see: "دیدن محصولات",
    ask: "پرسش از کارشناس",
    cool: "یخچال صحرا ۵۴۰",
    cool_text: "۵۴۰ لیتر، بدون برفک، کمپرسور اینورتر، ردهٔ انرژی A+++.",
    air: "کولر گازی نسیم ۲۴",
    air_text: "۲۴ هزار، سرمایش تا دمای بیرونی ۵۵ درجه، کم‌صدا در شب.",
    wash: "ماشین لباسشویی موج ۹",
    wash_text: "۹ کیلوگرم، دایرکت درایو، ۱۴ برنامه، شست‌وشوی سریع ۱۵ دقیقه‌ای.",
    after: "خدمات پس از فروش",
    after_text: "سرویس دوره‌ای، قطعهٔ اصلی و سرویسکار در همهٔ استان‌ها. شب و روز در چت درخواست بازدید بدهید.",
    demo_desk: "این فروشگاه واقعی نیست. این صفحه فرم میز خدمت مرکز را نشان می‌دهد.",
    demo: "این فروشگاه واقعی نیست. این صفحه ابزارک گفت‌وگوی مرکز را نشان می‌دهد.",
  },
};

const asked = new URLSearchParams(location.search).get("lang");
const language = asked in words ? asked : "en";

// Before the body is read, so that the widget finds the page's language.
document.documentElement.lang = language;
document.documentElement.dir = language === "en" ? "ltr" : "rtl";

addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll("[data-word]")) {
    const text = words[language]?.[element.dataset.word];
    if (text) element.textContent = text;
  }
  if (language !== "en") document.title = words[language].name;
  document.querySelector("[data-keep-language]").href = `?lang=${language}`;
  document.querySelector(`.languages [lang="${language}"]`).setAttribute("aria-current", "true");
  document.getElementById("ask")?.addEventListener("click", () => window.Markaz?.open());
});
