import { IconMessages } from "@tabler/icons-react";
import type { PageEntry } from "../page";
import { WorkPage } from "./WorkPage";

export const page: PageEntry = {
  path: "work",
  word: { en: "My work", ar: "أعمالي", fa: "کارهای من" },
  permission: null,
  group: "main",
  order: 0,
  icon: IconMessages,
  component: WorkPage,
};
