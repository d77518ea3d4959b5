import type { WidgetSettings } from "../pages/widgets/settings";
import type { Calendar, Id, Identity, Iso, Presence } from "../protocol";
import type { Language } from "../i18n/words";

/** What the pages of administration read and write, as the API's page shows it. */
export interface Branch {
  id: Id;
  name: string;
  parent_id: Id | null;
  version: number;
}

export interface Role {
  id: Id;
  name: string;
  permissions: string[];
  version: number;
}

export interface Staff {
  id: Id;
  login: string;
  name: string;
  email: string | null;
  branch_id: Id | null;
  is_active: boolean;
  locale: Language;
  calendar: Calendar;
  role_ids: Id[];
  version: number;
}

export interface Skill {
  id: Id;
  name: string;
  version: number;
}

export interface Queue {
  id: Id;
  name: string;
  branch_id: Id | null;
  skills: Record<Id, number>;
  permission: string;
  trust: number;
  target_seconds: number;
  offer_timeout_seconds: number;
  wrap_up_seconds: number;
  relax_after_seconds: number | null;
  order_by: "reserve" | "best" | "fair";
  is_active: boolean;
  version: number;
}

export interface Agent {
  staff_id: Id;
  name: string;
  trust: number;
  capacity_units: number;
  used_units: number;
  skills: Record<Id, number>;
  presence: Presence;
  version: number;
}

export interface Account {
  id: Id;
  kind: string;
  name: string;
  is_enabled: boolean;
  queue_id: Id;
  branch_id: Id | null;
  settings: Record<string, unknown>;
  version: number;
  last_seen_at: Iso | null;
  last_error: string | null;
  last_error_at: Iso | null;
}

export interface Widget {
  site: string;
  account_id: Id;
  settings: WidgetSettings;
  origins: string[];
  is_enabled: boolean;
  has_secret: boolean;
  version: number;
}

export interface AuditEntry {
  seq: number;
  at: Iso;
  kind: string;
  actor: string;
  subject: string;
  data: Record<string, unknown>;
}

export interface QuarantinedJob {
  id: number;
  kind: string;
  key: string | null;
  payload: Record<string, unknown>;
  attempts: number;
  last_error: string | null;
  quarantined_at: Iso;
  created_at: Iso;
}

export interface CustomerRecord {
  id: Id;
  kind: "person" | "organization";
  status: "prospect" | "active";
  name: string;
  branch_id: Id | null;
  locale: Language | null;
  notes: string;
  identities: Identity[];
  merged_into: Id | null;
  version: number;
  created_at: Iso;
}

export interface Merge {
  id: Id;
  absorbed_id: Id;
  absorbed_name: string;
  merged_at: Iso;
}
