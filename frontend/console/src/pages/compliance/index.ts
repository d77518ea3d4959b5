import { IconScale } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "compliance",
  word: { en: "Rules of calling", ar: "قواعد الاتصال", fa: "قاعده‌های تماس" },
  permission: "campaign.manage",
  group: "settings",
  order: 53,
  icon: IconScale,
  component: onDemand(() => import("./CompliancePage").then((module) => module.CompliancePage)),
};
