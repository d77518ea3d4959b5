import { IconPhoneOff } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "do-not-call",
  word: { en: "Do not call", ar: "عدم الاتصال", fa: "تماس نگیرید" },
  permission: "dnc.manage",
  group: "settings",
  order: 52,
  icon: IconPhoneOff,
  component: onDemand(() => import("./OptOutsPage").then((module) => module.OptOutsPage)),
};
