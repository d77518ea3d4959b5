import { IconUsers } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "people",
  word: { en: "People", ar: "الأشخاص", fa: "افراد" },
  permission: "access.manage",
  group: "settings",
  order: 10,
  icon: IconUsers,
  component: onDemand(() => import("./PeoplePage").then((module) => module.PeoplePage)),
};
