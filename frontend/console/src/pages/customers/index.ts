import { IconAddressBook } from "@tabler/icons-react";
import { onDemand, type PageEntry } from "../page";

export const page: PageEntry = {
  path: "customers",
  word: { en: "Customers", ar: "العملاء", fa: "مشتریان" },
  permission: "customer.read",
  group: "main",
  section: "customers",
  order: 10,
  icon: IconAddressBook,
  component: onDemand(() => import("./CustomersPage").then((module) => module.CustomersPage)),
};
