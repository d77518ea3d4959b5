import { IconMessage2Search } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "conversations",
  word: { en: "All work", ar: "كل الأعمال", fa: "همهٔ کارها" },
  permission: "interaction.read",
  group: "main",
  order: 5,
  icon: IconMessage2Search,
  component: onDemand(() => import("./ConversationsPage").then((module) => module.ConversationsPage)),
};
