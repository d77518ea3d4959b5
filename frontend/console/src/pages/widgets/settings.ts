import type { Id } from "../../protocol";
import type { Hours } from "../../hours/model";
import type { Language } from "../../i18n/words";
import type { Texts } from "../../kit/Said";

export type { Texts };
export type FieldKind = "name" | "email" | "phone" | "text" | "select";

export interface AskedField {
  key: string;
  kind: FieldKind;
  label: Texts;
  is_required: boolean;
  options: { value: string; label: Texts }[];
}

export interface InvitationSettings {
  id: string;
  page: string;
  after_seconds: number | null;
  scroll_percent: number | null;
  on_exit: boolean;
  every_hours: number;
  text: Texts;
}

export interface WidgetSettings {
  title: Texts;
  greeting: Texts;
  color: string;
  locale: Language;
  side: "start" | "end";
  fields: AskedField[];
  consent: { version: string; text: Texts; is_required: boolean } | null;
  departments: { queue_id: Id; label: Texts }[];
  hours: Hours | null;
  is_offline_when_nobody: boolean;
  offline_queue_id: Id | null;
  answer_minutes: number;
  mail_account_id: Id | null;
  mail_after_minutes: number;
  invitations: InvitationSettings[];
  has_rating: boolean;
  has_transcript: boolean;
  identity_key: string | null;
}

export const usual: WidgetSettings = {
  title: {}, greeting: {}, color: "#0b7285", locale: "en", side: "end",
  fields: [
    { key: "name", kind: "name", label: {}, is_required: false, options: [] },
    { key: "email", kind: "email", label: {}, is_required: false, options: [] },
  ],
  consent: null, departments: [], hours: null, is_offline_when_nobody: false, offline_queue_id: null, answer_minutes: 480,
  mail_account_id: null, mail_after_minutes: 5, invitations: [], has_rating: true, has_transcript: true, identity_key: null,
};

/** A key that none of the others has. */
export function freeKey(prefix: string, taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${prefix}_${number}`)) number += 1;
  return `${prefix}_${number}`;
}
