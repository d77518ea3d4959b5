import { IconMap2 } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "map",
  word: { en: "Map", ar: "الخريطة", fa: "نقشه" },
  permission: "geo.view",
  group: "main",
  section: "field",
  order: 7,
  icon: IconMap2,
  component: onDemand(() => import("./MapPage").then((module) => module.MapPage)),
};
