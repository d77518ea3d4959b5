import type { Language } from "../../i18n/words";
import { addMonths, dateOf, dayOfPlain, monthStart, plainOf, weekday, type Day, type PlainDate } from "../../kit/calendar";
import type { Range } from "../../kit/DateField";
import type { Calendar, Id, Iso } from "../../protocol";

/** Reports as the API tells them, and the periods that people ask for. */

export const groupings = ["day", "week", "month", "agent", "team", "kind", "type", "source", "priority", "branch"] as const;
export type By = (typeof groupings)[number];
export const counts = ["opened", "solved", "answered", "backlog", "kept", "breached", "near", "late"] as const;
export type Measure = (typeof counts)[number];
export const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
export const periods = ["last_7", "last_30", "last_180", "this_week", "this_month", "last_month", "this_year", "custom"] as const;
export type Period = (typeof periods)[number];

export interface Line extends Record<Measure, number> {
  key: string | null;
  mean_resolution_seconds: number | null;
  mean_answer_seconds: number | null;
}

export interface Answered {
  by: By;
  lines: Line[];
  total: Line;
  names: Record<string, string>;
}

export interface ReportRow {
  id: Id;
  number: string;
  subject: string;
  customer_name: string | null;
  owner_name: string | null;
  queue_name: string | null;
  opened_at: Iso;
  answered_at: Iso | null;
  solved_at: Iso | null;
}

export interface Schedule {
  id: Id;
  owner_id: Id;
  name: string;
  report: { period: MovingPeriod; by: By; kind: string | null; queue_id: Id | null; branch_id: Id | null };
  rhythm: (typeof rhythms)[number];
  at_minute: number;
  calendar: Calendar;
  format: "csv" | "xlsx";
  locale: Language;
  staff_ids: Id[];
  is_active: boolean;
  next_at: Iso;
  version: number;
}

export const movingPeriods = ["yesterday", "last_week", "last_month", "last_30_days"] as const;
export type MovingPeriod = (typeof movingPeriods)[number];
export const rhythms = ["daily", "weekly", "monthly"] as const;

/** What is chosen above the figures. */
export interface Asked {
  by: By;
  period: Period;
  range: Range;
  calendar: Calendar;
  kind: string | null;
  queue_id: Id | null;
  owner_id: Id | null;
  branch_id: Id | null;
  source: string | null;
}

export const filters = ["kind", "queue_id", "owner_id", "branch_id", "source"] as const;
export const isOverTime = (by: By): boolean => by === "day" || by === "week" || by === "month";

/** The day on which it is now on the clocks of a zone. */
export function todayIn(zone: string, now = new Date()): Day {
  return dayOfPlain(new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now)) ?? 0;
}

/** The days of a period, both included. Weeks and months are those of the calendar; `start`: 0 is Sunday. */
export function daysOf(period: Exclude<Period, "custom">, now: Day, calendar: Calendar, start: number): { from: PlainDate; to: PlainDate } {
  const { year, month } = dateOf(now, calendar);
  const first: Record<typeof period, Day> = {
    last_7: now - 6,
    last_30: now - 29,
    last_180: now - 179,
    this_week: now - ((weekday(now) - start + 7) % 7),
    this_month: monthStart(year, month, calendar),
    last_month: addMonths(monthStart(year, month, calendar), -1, calendar),
    this_year: monthStart(year, 1, calendar),
  };
  const last = period === "last_month" ? monthStart(year, month, calendar) - 1 : now;
  return { from: plainOf(first[period]), to: plainOf(last) };
}

/**
 * The moment at which a day begins on the clocks of a zone.
 *
 * Where the clocks skip midnight it is the moment at which they do.
 */
export function midnightIn(date: PlainDate, zone: string): Iso {
  const utc = Date.parse(`${date}T00:00:00Z`);
  let moment = utc;
  // Twice: the offset at the first guess may be that of another day.
  for (let round = 0; round < 2; round += 1) moment = utc - offsetAt(moment, zone);
  return new Date(moment).toISOString();
}

function offsetAt(moment: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

/** What the API is asked; null while a period of one's own has no beginning or no end. */
export function reportQuery(asked: Asked, now: Day, week: number, zone: string, language: Language): URLSearchParams | null {
  const days = asked.period === "custom" ? asked.range : daysOf(asked.period, now, asked.calendar, week);
  const last = dayOfPlain(days.to);
  if (days.from === null || last === null) return null;
  const query = new URLSearchParams({ by: asked.by, since: midnightIn(days.from, zone), until: midnightIn(plainOf(last + 1), zone), calendar: asked.calendar, locale: language });
  for (const name of filters) if (asked[name] !== null) query.set(name, asked[name]);
  return query;
}

/** A group in an address: an empty one is nobody's. */
export const groupIn = (key: string | null): string => key ?? "none";

/** What narrows a report to the figure that was pressed: `all`, `none` or a group's key. */
export function partQuery(measure: string, group: string): Record<string, string> {
  if (group === "all") return { measure };
  return { measure, is_grouped: "true", ...(group === "none" ? {} : { key: group }) };
}

/** Lines in the order of what a chart shows first: time as it runs, groups by their size. */
export function charted(lines: Line[], by: By, most = 12): Line[] {
  return isOverTime(by) ? lines : [...lines].sort((one, other) => other.opened + other.backlog - one.opened - one.backlog).slice(0, most);
}
