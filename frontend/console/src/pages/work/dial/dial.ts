import type { Id, Iso } from "../../../protocol";

export interface Disposition {
  key: string;
  names: Partial<Record<"en" | "ar" | "fa", string>>;
  is_success: boolean;
  is_refusal: boolean;
  opts_out: boolean;
  calls_back: boolean;
  again_minutes: number | null;
}

/** What an agent sees of a call that a campaign begins. */
export interface Dial {
  attempt_id: Id;
  interaction_id: Id;
  campaign_name: string;
  state: "preview" | "asked" | "ringing" | "answered" | "connected" | "over";
  outcome: string | null;
  number: string;
  contact: { name: string; numbers: string[]; fields: Record<string, string>; note: string; attempts: number };
  script: string;
  dispositions: Disposition[];
  preview_until: Iso | null;
  is_settled: boolean;
  local_time_zone: string;
}

/** A moment on the clock of who is called. */
export function clockAt(moment: Date, zone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
}
