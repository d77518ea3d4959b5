import { IconForms } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "contact-forms",
  word: { en: "Contact form", ar: "استمارة الاتصال", fa: "فرم تماس" },
  permission: "contactform.manage",
  group: "settings",
  order: 48,
  icon: IconForms,
  component: onDemand(() => import("./ContactFormsPage").then((module) => module.ContactFormsPage)),
};
