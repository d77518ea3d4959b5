import { IconStars } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "tiers",
  word: { en: "Loyalty", ar: "الولاء", fa: "وفاداری" },
  permission: "settings.manage",
  group: "settings",
  order: 47,
  icon: IconStars,
  component: onDemand(() => import("./TiersPage").then((module) => module.TiersPage)),
};
