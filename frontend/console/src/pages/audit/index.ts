import { IconHistory } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "audit",
  word: { en: "Audit log", ar: "سجل تتبع العمليات", fa: "رد عملیات" },
  permission: "audit.read",
  group: "settings",
  order: 80,
  icon: IconHistory,
  component: onDemand(() => import("./AuditPage").then((module) => module.AuditPage)),
};
