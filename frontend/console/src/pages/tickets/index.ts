import { IconTicket } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "tickets",
  word: { en: "Tickets", ar: "التذاكر", fa: "تیکت‌ها" },
  permission: "ticket.read",
  group: "main",
  section: "customers",
  order: 6,
  icon: IconTicket,
  component: onDemand(() => import("./TicketsPage").then((module) => module.TicketsPage)),
};
