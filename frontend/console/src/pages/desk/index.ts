import { IconTicket } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "desk",
  word: { en: "Service desk", ar: "مكتب الخدمة", fa: "میز خدمت" },
  permission: "ticket.manage",
  group: "settings",
  order: 46,
  icon: IconTicket,
  component: onDemand(() => import("./DeskPage").then((module) => module.DeskPage)),
};
