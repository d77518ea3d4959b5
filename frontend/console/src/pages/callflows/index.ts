import { IconPhoneCall } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "callflows",
  word: { en: "Call flows", ar: "مسارات المكالمات", fa: "جریان‌های تماس" },
  permission: "flow.manage",
  group: "settings",
  order: 48,
  icon: IconPhoneCall,
  component: onDemand(() => import("./CallFlowsPage").then((module) => module.CallFlowsPage)),
};
