import { IconSpeakerphone } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "campaigns",
  word: { en: "Campaigns", ar: "الحملات", fa: "کمپین‌ها" },
  permission: "campaign.read",
  group: "main",
  section: "outbound",
  order: 9,
  icon: IconSpeakerphone,
  component: onDemand(() => import("./CampaignsPage").then((module) => module.CampaignsPage)),
};
