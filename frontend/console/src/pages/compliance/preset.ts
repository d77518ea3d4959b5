import type { HolidayRule, Interval } from "../../hours/model";
import type { PlainDate } from "../../kit/calendar";

export const media = ["voice", "recording", "sms"] as const;

/** At most so many attempts in the last hours, or on a day by the clocks of who is called. */
export interface Frequency {
  most: number;
  hours: number;
  is_day: boolean;
  per: "number" | "campaign";
  counts: "all" | "unanswered";
}

export interface Abandonment {
  most_percent: number;
  hours: number;
  within_seconds: number;
}

/** The rules of one jurisdiction, as the server keeps them (`dialer/compliance/model.py`). */
export interface PresetValues {
  id: string;
  name: string;
  countries: string[];
  kinds: string[];
  media: string[];
  valid_from: PlainDate | null;
  valid_until: PlainDate | null;
  source: string;
  is_active: boolean;
  windows: Interval[];
  holidays: HolidayRule[];
  days_off: PlainDate[];
  frequency: Frequency[];
  after_refusal_days: number;
  after_talk_days: number;
  after_abandon_hours: number;
  is_forbidden: boolean;
  needs_consent: boolean;
  abandonment: Abandonment | null;
  ring_least_seconds: number;
  message_within_seconds: number | null;
  caller_id: "any" | "local";
  announces_recording: boolean;
  sender_suffix: string;
  text_suffix: string;
  retention_years: number;
}

export interface Preset extends PresetValues {
  version: number;
  is_shipped: boolean;
}

export const freshPreset = (): PresetValues => ({
  id: "", name: "", countries: [], kinds: [], media: [], valid_from: null, valid_until: null, source: "", is_active: true, windows: [], holidays: [], days_off: [],
  frequency: [], after_refusal_days: 0, after_talk_days: 0, after_abandon_hours: 0, is_forbidden: false, needs_consent: false, abandonment: null, ring_least_seconds: 0,
  message_within_seconds: null, caller_id: "any", announces_recording: false, sender_suffix: "", text_suffix: "", retention_years: 0,
});

export const freshFrequency = (): Frequency => ({ most: 3, hours: 24, is_day: false, per: "number", counts: "all" });

const capsMost = 10;

/** The places within caps of which a refusal may speak, for `useEditor`. */
export const placesInCaps = (field: string): string[] => Array.from({ length: capsMost }, (_, at) => [`${field}.${at}.most`, `${field}.${at}.hours`]).flat();

/** Codes of countries as they are typed: in any case, with commas or spaces between them. */
export const countriesIn = (text: string): string[] => [...new Set(text.toUpperCase().split(/[\s,،؛;]+/).filter(Boolean))];
