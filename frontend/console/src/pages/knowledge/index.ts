import { IconBook2 } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "knowledge",
  word: { en: "Articles", ar: "المعرفة", fa: "دانش‌نامه" },
  permission: null,
  group: "main",
  section: "knowledge",
  order: 25,
  icon: IconBook2,
  component: onDemand(() => import("./KnowledgePage").then((module) => module.KnowledgePage)),
};
