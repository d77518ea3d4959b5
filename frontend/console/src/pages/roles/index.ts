import { IconShieldLock } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "roles",
  word: { en: "Roles", ar: "الأدوار", fa: "نقش‌ها" },
  permission: "access.manage",
  group: "settings",
  order: 20,
  icon: IconShieldLock,
  component: onDemand(() => import("./RolesPage").then((module) => module.RolesPage)),
};
