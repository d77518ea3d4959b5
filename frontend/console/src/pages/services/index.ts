import { IconCalendarRepeat } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "services",
  word: { en: "Periodic service", ar: "الصيانة الدورية", fa: "سرویس دوره‌ای" },
  permission: "visit.read",
  group: "main",
  section: "field",
  order: 7,
  icon: IconCalendarRepeat,
  component: onDemand(() => import("./ServicesPage").then((module) => module.ServicesPage)),
};
