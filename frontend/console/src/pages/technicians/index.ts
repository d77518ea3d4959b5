import { IconTool } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "technicians",
  word: { en: "Technicians", ar: "الفنيون", fa: "سرویسکاران" },
  permission: "geo.manage",
  group: "settings",
  order: 36,
  icon: IconTool,
  component: onDemand(() => import("./TechniciansPage").then((module) => module.TechniciansPage)),
};
