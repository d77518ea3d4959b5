import { IconBrowser } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "widgets",
  word: { en: "Chat widgets", ar: "نوافذ المحادثة", fa: "ابزارک‌های چت" },
  permission: "channel.manage",
  group: "settings",
  order: 70,
  icon: IconBrowser,
  component: onDemand(() => import("./WidgetsPage").then((module) => module.WidgetsPage)),
};
