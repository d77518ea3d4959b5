import type { Language } from "../../i18n/words";
import type { Id } from "../../protocol";

export const kinds = ["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead"] as const;
export const ways = ["email", "phone"] as const;

export interface PortalSettings {
  is_on: boolean;
  account_id: Id | null;
  kinds: string[];
  ways: string[];
  registration: "known" | "anyone";
  session_hours: number;
  rating_days: number;
}

export interface PortalView {
  settings: PortalSettings;
  version: number;
  url: string;
  accounts: { id: Id; name: string; is_enabled: boolean }[];
}

export interface DeskForm {
  id: string;
  account_id: Id;
  settings: { title: Partial<Record<Language, string>>; kinds: string[]; locale: Language };
  origins: string[];
  is_enabled: boolean;
  version: number;
}

export interface Contact {
  customer_id: Id;
  name: string;
  organization_name: string | null;
}

export const snippetOf = (origin: string, form: string): string => `<script src="${origin}/widget/desk.js" data-form="${form}"></script>`;
export const frameOf = (origin: string, form: string): string => `<iframe src="${origin}/desk/${form}" title="" width="100%" height="720" style="border:0"></iframe>`;
