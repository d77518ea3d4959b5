import { IconTool } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "visits",
  word: { en: "Visits", ar: "الزيارات", fa: "بازدیدها" },
  permission: "visit.read",
  group: "main",
  section: "field",
  order: 7,
  icon: IconTool,
  component: onDemand(() => import("./VisitsPage").then((module) => module.VisitsPage)),
};
