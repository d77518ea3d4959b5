import { IconScale } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "complaints",
  word: { en: "Complaints", ar: "الشكاوى", fa: "شکایت‌ها" },
  permission: "complaint.handle",
  group: "main",
  section: "customers",
  order: 8,
  icon: IconScale,
  component: onDemand(() => import("./ComplaintsPage").then((module) => module.ComplaintsPage)),
};
