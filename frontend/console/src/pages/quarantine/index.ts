import { IconBug } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "quarantine",
  word: { en: "Quarantine", ar: "العزل", fa: "قرنطینه" },
  permission: "operations.read",
  group: "settings",
  order: 90,
  icon: IconBug,
  component: onDemand(() => import("./QuarantinePage").then((module) => module.QuarantinePage)),
};
