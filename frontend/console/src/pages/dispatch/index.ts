import { IconRoute } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "dispatch",
  word: { en: "Dispatch", ar: "الإيفاد", fa: "اعزام" },
  permission: "visit.read",
  group: "main",
  section: "field",
  order: 7,
  icon: IconRoute,
  component: onDemand(() => import("./DispatchPage").then((module) => module.DispatchPage)),
};
