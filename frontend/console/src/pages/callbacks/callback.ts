import type { Id, Iso } from "../../protocol";

export type CallbackState = "scheduled" | "waiting" | "offered" | "dialling" | "connected" | "done" | "failed" | "cancelled";

/** A promise to call somebody. */
export interface Callback {
  id: Id;
  state: CallbackState;
  number: string;
  zone: string | null;
  customer_id: Id;
  customer_name: string;
  queue_id: Id;
  queue_name: string;
  agent_id: Id | null;
  agent_name: string | null;
  attempts: number;
  next_try_at: Iso | null;
  reason: string | null;
  note: string;
  created_at: Iso;
  closed_at: Iso | null;
  version: number;
}

/** What a queue does for those who wait in it. */
export interface CallbackRule {
  queue_id: Id;
  queue_name: string;
  is_offered: boolean;
  account_id: Id | null;
  keep_minutes: number;
  voicemail_after_seconds: number | null;
  is_voicemail_when_closed: boolean;
  can_call: boolean;
  version: number;
}

/** Nothing is on the line yet, so that it can still be moved or called off. */
export const stillWaits = ({ state }: Pick<Callback, "state">): boolean => state === "scheduled" || state === "waiting" || state === "offered";

/** A moment on the clock of the one who is called; null where the number tells no zone. */
export function clockThere(moment: Iso | null, zone: string | null, locale: string): string | null {
  if (moment === null || zone === null) return null;
  return new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}
