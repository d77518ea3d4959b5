import { IconHeadset } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "agents",
  word: { en: "Skills and agents", ar: "المهارات والموظفون", fa: "مهارت‌ها و کارشناسان" },
  permission: "agent.manage",
  group: "settings",
  order: 50,
  icon: IconHeadset,
  component: onDemand(() => import("./AgentsPage").then((module) => module.AgentsPage)),
};
