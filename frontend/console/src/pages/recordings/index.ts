import { IconMicrophone } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "recordings",
  word: { en: "Recordings and costs", ar: "التسجيلات والتكاليف", fa: "ضبط‌ها و هزینه‌ها" },
  permission: "recording.read",
  group: "settings",
  order: 45,
  icon: IconMicrophone,
  component: onDemand(() => import("./RecordingsPage").then((module) => module.RecordingsPage)),
};
