import { IconPhoneOutgoing } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "callbacks",
  word: { en: "Callbacks", ar: "معاودة الاتصال", fa: "تماس‌های برگشتی" },
  permission: "interaction.read",
  group: "main",
  order: 7,
  icon: IconPhoneOutgoing,
  component: onDemand(() => import("./CallbacksPage").then((module) => module.CallbacksPage)),
};
