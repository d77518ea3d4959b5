import { IconListDetails } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "lists",
  word: { en: "Contact lists", ar: "قوائم الاتصال", fa: "فهرست‌های مخاطبان" },
  permission: "list.manage",
  group: "settings",
  order: 51,
  icon: IconListDetails,
  component: onDemand(() => import("./ListsPage").then((module) => module.ListsPage)),
};
