import { IconSearch } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "search",
  word: { en: "Search", ar: "بحث", fa: "جست‌وجو" },
  permission: "interaction.read",
  group: "main",
  order: 90,
  icon: IconSearch,
  component: onDemand(() => import("./SearchPage").then((module) => module.SearchPage)),
};
