import { IconSitemap } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "branches",
  word: { en: "Branches", ar: "الأفرع", fa: "شعب" },
  permission: "access.manage",
  group: "settings",
  order: 30,
  icon: IconSitemap,
  component: onDemand(() => import("./BranchesPage").then((module) => module.BranchesPage)),
};
