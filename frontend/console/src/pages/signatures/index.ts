import { IconSignature } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "signatures",
  word: { en: "Signatures", ar: "التواقيع", fa: "امضاها" },
  permission: "interaction.reply",
  group: "settings",
  order: 61,
  icon: IconSignature,
  component: onDemand(() => import("./SignaturesPage").then((module) => module.SignaturesPage)),
};
