import { IconPlugConnected } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "channels",
  word: { en: "Channels", ar: "القنوات", fa: "کانال‌ها" },
  permission: "channel.manage",
  group: "settings",
  order: 60,
  icon: IconPlugConnected,
  component: onDemand(() => import("./ChannelsPage").then((module) => module.ChannelsPage)),
};
