import { IconMusic } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "callsounds",
  word: { en: "Sounds of calls", ar: "أصوات المكالمات", fa: "صداهای تماس" },
  permission: "flow.manage",
  group: "settings",
  order: 49,
  icon: IconMusic,
  component: onDemand(() => import("./SoundsPage").then((module) => module.SoundsPage)),
};
