import type { Hours } from "../hours/model";
import type { WidgetSettings } from "../pages/widgets/settings";
import type { Calendar, Channel, Id, Identity, Iso, Named, Presence, Reason } from "../protocol";
import type { Language } from "../i18n/words";
import type { Place } from "../protocolGeo";

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

export interface Overflow {
  when: "waited" | "no_agent" | "closed";
  after_seconds: number;
  action: "queue" | "callback" | "message" | "alert";
  queue_id: Id | null;
  text: Record<string, string>;
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
  steps: { after_seconds: number; skills: Record<Id, number> }[];
  channels: string[] | null;
  offer_mode: "offer" | "auto" | "broadcast";
  wrap_up_mode: "none" | "optional" | "timed" | "manual";
  idle_clock: "all" | "inbound";
  goal_percent: number;
  hours: Hours | null;
  overflow: Overflow[];
  order_by: "reserve" | "best" | "fair" | "custom";
  score: string;
  after_close: "reopen" | "reopen_within" | "new";
  reopen_days: number;
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

export interface Reach extends Identity {
  label: string;
}

export type IdentifierKind = "iran_national_id" | "iran_company_id" | "saudi_id" | "emirates_id" | "iban" | "other";

export interface Identifier {
  kind: IdentifierKind;
  value: string;
}

export interface PostalAddress {
  label: string;
  lines: string;
  city: string;
  country: string;
  place?: Place | null;
}

export interface Preferred {
  channel: string;
  address: string;
}

export interface CustomerRecord {
  id: Id;
  kind: "person" | "organization";
  status: "prospect" | "active";
  name: string;
  branch_id: Id | null;
  locale: Language | null;
  notes: string;
  latin_name: string;
  job_title: string;
  organization_id: Id | null;
  birthday: string | null;
  identities: Reach[];
  identifiers: Identifier[];
  addresses: PostalAddress[];
  responsible_id: Id | null;
  tier_id: Id | null;
  preferred: Preferred | null;
  contact_every_days: number | null;
  contact_by: string | null;
  merged_into: Id | null;
  version: number;
  created_at: Iso;
}

export interface OpenItem {
  kind: string;
  id: Id;
  title: string;
  channel: Channel | null;
  state: string;
  at: Iso;
  agent_name: string | null;
}

export interface CustomerOverview {
  customer: CustomerRecord;
  organization: Named | null;
  members: Named[];
  responsible: Named | null;
  counts: { channel: Channel; conversations: number }[];
  open: OpenItem[];
  last_in_at: Iso | null;
  last_out_at: Iso | null;
  contact_due_at: Iso | null;
  is_overdue: boolean;
  satisfaction: { average: number; best: number; answers: number } | null;
  complaints: number | null;
}

export interface ContactDue {
  id: Id;
  name: string;
  responsible_id: Id | null;
  responsible_name: string | null;
  last_at: Iso | null;
  due_at: Iso;
  is_overdue: boolean;
}

/** One thing that happened; `details` are as its kind has them. */
export interface TimelineItem {
  id: string;
  kind: string;
  at: Iso;
  channel: Channel | null;
  details: Record<string, unknown>;
}

export interface OutboundAccount {
  id: Id;
  kind: Channel;
  name: string;
}

export interface Extension {
  id: Id;
  name: Partial<Record<Language, string>>;
  url: string;
  place: "conversation" | "customer";
  permission: string | null;
  branch_id: Id | null;
  shares_addresses: boolean;
  is_enabled: boolean;
  version: number;
}

export interface OrganisationSettings {
  presence_reasons: Reason[];
  weekend: string[];
  languages: Language[];
  [name: string]: unknown;
}

export interface Merge {
  id: Id;
  absorbed_id: Id;
  absorbed_name: string;
  merged_at: Iso;
}
