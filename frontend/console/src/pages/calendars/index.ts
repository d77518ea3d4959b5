import { IconCalendarTime } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "calendars",
  word: { en: "Calendars", ar: "التقاويم وأوقات العمل", fa: "تقویم‌ها و ساعت‌های کاری" },
  permission: "sla.manage",
  group: "settings",
  order: 48,
  icon: IconCalendarTime,
  component: onDemand(() => import("./CalendarsPage").then((module) => module.CalendarsPage)),
};
