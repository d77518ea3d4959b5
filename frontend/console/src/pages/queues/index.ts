import { IconStack2 } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "queues",
  word: { en: "Queues", ar: "قوائم الانتظار", fa: "صف‌ها" },
  permission: "queue.manage",
  group: "settings",
  order: 40,
  icon: IconStack2,
  component: onDemand(() => import("./QueuesPage").then((module) => module.QueuesPage)),
};
