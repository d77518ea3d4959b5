import { IconBuildingCommunity } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "settings",
  word: { en: "Organisation", ar: "المؤسسة", fa: "سازمان" },
  permission: "settings.manage",
  group: "settings",
  order: 5,
  icon: IconBuildingCommunity,
  component: onDemand(() => import("./SettingsPage").then((module) => module.SettingsPage)),
};
