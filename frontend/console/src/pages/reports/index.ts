import { IconChartBar } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "reports",
  word: { en: "Reports", ar: "التقارير", fa: "گزارش‌ها" },
  permission: "report.read",
  group: "main",
  section: "reports",
  order: 40,
  icon: IconChartBar,
  component: onDemand(() => import("./ReportsPage").then((module) => module.ReportsPage)),
};
