import { IconDoorEnter } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "portal",
  word: { en: "Customers' portal", ar: "بوابة العملاء", fa: "درگاه مشتریان" },
  permission: "portal.manage",
  group: "settings",
  order: 72,
  icon: IconDoorEnter,
  component: onDemand(() => import("./PortalPage").then((module) => module.PortalPage)),
};
