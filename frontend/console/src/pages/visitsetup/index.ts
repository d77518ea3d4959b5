import { IconListCheck } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "visitsetup",
  word: { en: "Visits and their texts", ar: "الزيارات ونصوصها", fa: "بازدیدها و متن‌هایشان" },
  permission: "visit.manage",
  group: "settings",
  order: 37,
  icon: IconListCheck,
  component: onDemand(() => import("./VisitSetupPage").then((module) => module.VisitSetupPage)),
};
