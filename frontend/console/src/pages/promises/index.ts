import { IconHourglass } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "promises",
  word: { en: "Service levels (SLA)", ar: "اتفاقيات مستوى الخدمة", fa: "سطح خدمت (SLA)" },
  permission: "sla.manage",
  group: "settings",
  order: 49,
  icon: IconHourglass,
  component: onDemand(() => import("./PromisesPage").then((module) => module.PromisesPage)),
};
