import { IconUsersGroup } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "rooms",
  word: { en: "Team chat", ar: "دردشة الفريق", fa: "گفت‌وگوی تیم" },
  permission: "room.talk",
  group: "main",
  order: 30,
  icon: IconUsersGroup,
  component: onDemand(() => import("./RoomsPage").then((module) => module.RoomsPage)),
};
