import { IconClipboardCheck } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "assigned",
  word: { en: "Assigned", ar: "المسند إليّ", fa: "سپرده‌ها" },
  permission: null,
  group: "main",
  order: 20,
  icon: IconClipboardCheck,
  component: onDemand(() => import("./AssignedPage").then((module) => module.AssignedPage)),
};
