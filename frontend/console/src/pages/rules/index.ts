import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "rules",
  word: { en: "Rules of work", ar: "قواعد العمل", fa: "قاعده‌های کار" },
  permission: "queue.manage",
  group: "settings",
  order: 45,
  icon: IconAdjustmentsHorizontal,
  component: onDemand(() => import("./RulesPage").then((module) => module.RulesPage)),
};
