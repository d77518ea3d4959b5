import { phrasebook } from "../i18n/phrases";

export const words = phrasebook({
  en: {
    "customer": "Customer",
    "tabs": "Beside the conversation",
    "waiting": "Waiting for the page…",
    "silent": "The page does not answer. It may need you to sign in there, or it is not reachable.",
    "blocked": "This page was added after the console was loaded.",
    "reload": "Load the console anew",
    "own": "This is our own address and is not shown in a frame.",
    "refused": "The page asked for something that needs a click in it first.",
  },
  ar: {
    "customer": "العميل",
    "tabs": "بجانب المحادثة",
    "waiting": "في انتظار الصفحة…",
    "silent": "لا تستجيب الصفحة. ربما تحتاج إلى تسجيل الدخول فيها، أو لا يمكن الوصول إليها.",
    "blocked": "أُضيفت هذه الصفحة بعد تحميل الواجهة.",
    "reload": "إعادة تحميل الواجهة",
    "own": "هذا عنواننا نحن ولا يُعرض داخل إطار.",
    "refused": "طلبت الصفحة شيئًا يحتاج إلى نقرة فيها أولًا.",
  },
  fa: {
    "customer": "مشتری",
    "tabs": "کنار گفت‌وگو",
    "waiting": "در انتظار صفحه…",
    "silent": "صفحه پاسخ نمی‌دهد. شاید باید آن‌جا وارد شوید یا در دسترس نیست.",
    "blocked": "این صفحه پس از بارگذاری میز کار افزوده شده است.",
    "reload": "بارگذاری دوبارهٔ میز کار",
    "own": "این نشانی از خود ماست و در قاب نشان داده نمی‌شود.",
    "refused": "صفحه چیزی خواست که نخست کلیکی در آن لازم دارد.",
  },
});
