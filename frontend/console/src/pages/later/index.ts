import { IconClockShare } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "later",
  word: { en: "To be sent", ar: "للإرسال لاحقًا", fa: "فرستادنی‌ها" },
  permission: "interaction.reply",
  group: "main",
  order: 25,
  icon: IconClockShare,
  component: onDemand(() => import("./LaterPage").then((module) => module.LaterPage)),
};
