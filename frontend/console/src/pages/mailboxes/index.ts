import { IconMailbox } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "mailboxes",
  word: { en: "Mailboxes", ar: "صناديق البريد", fa: "صندوق‌های ایمیل" },
  permission: "channel.manage",
  group: "settings",
  order: 65,
  icon: IconMailbox,
  component: onDemand(() => import("./MailboxesPage").then((module) => module.MailboxesPage)),
};
