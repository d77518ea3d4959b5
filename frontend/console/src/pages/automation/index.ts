import { IconBolt } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "automation",
  word: { en: "Automation", ar: "الأتمتة", fa: "خودکارسازی" },
  permission: "automation.manage",
  group: "settings",
  order: 47,
  icon: IconBolt,
  component: onDemand(() => import("./AutomationPage").then((module) => module.AutomationPage)),
};
