import { IconPuzzle } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "extensions",
  word: { en: "Extensions", ar: "الإضافات", fa: "افزونه‌ها" },
  permission: "extension.manage",
  group: "settings",
  order: 75,
  icon: IconPuzzle,
  component: onDemand(() => import("./ExtensionsPage").then((module) => module.ExtensionsPage)),
};
