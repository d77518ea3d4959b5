import { IconDashboard } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "board",
  word: { en: "Live board", ar: "اللوحة المباشرة", fa: "تابلوی زنده" },
  permission: "work.supervise",
  group: "main",
  order: 6,
  icon: IconDashboard,
  component: onDemand(() => import("./BoardPage").then((module) => module.BoardPage)),
};
