import { IconBolt } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "answers",
  word: { en: "Canned answers", ar: "الردود الجاهزة", fa: "پاسخ‌های آماده" },
  permission: "interaction.reply",
  group: "settings",
  order: 60,
  icon: IconBolt,
  component: onDemand(() => import("./AnswersPage").then((module) => module.AnswersPage)),
};
