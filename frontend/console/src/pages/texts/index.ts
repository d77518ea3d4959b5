import { IconMessages } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "texts",
  word: { en: "Text messages", ar: "الرسائل النصية", fa: "پیامک‌ها" },
  permission: "interaction.read",
  group: "main",
  section: "outbound",
  order: 8,
  icon: IconMessages,
  component: onDemand(() => import("./TextsPage").then((module) => module.TextsPage)),
};
