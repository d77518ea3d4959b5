/** Dates in three calendars: the browser's own arithmetic, in both directions. Pure. */

export type Calendar = "gregory" | "persian" | "islamic-umalqura";

/** A date as a calendar writes it; months and days begin with 1. */
export interface CalendarDate {
  year: number;
  month: number;
  day: number;
}

/** Days since 1 January 1970: the same day in every calendar. */
export type Day = number;

/** A date without time, written as ISO 8601 does: what is sent and kept. */
export type PlainDate = string;

export const dayMs = 86_400_000;
const yearDays: Record<Calendar, number> = { gregory: 365.2425, persian: 365.2422, "islamic-umalqura": 354.367 };
const firstYears: Record<Calendar, number> = { gregory: 1970, persian: 1348.78, "islamic-umalqura": 1389.81 };
const formats = new Map<Calendar, Intl.DateTimeFormat>();

/** The browser knows the calendars in one direction: from a day to its date. */
export function dateOf(day: Day, calendar: Calendar): CalendarDate {
  let format = formats.get(calendar);
  if (!format) {
    format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
    formats.set(calendar, format);
  }
  const parts = Object.fromEntries(format.formatToParts(day * dayMs).map(({ type, value }) => [type, Number.parseInt(value, 10)]));
  return { year: parts["year"] ?? 0, month: parts["month"] ?? 0, day: parts["day"] ?? 0 };
}

/**
 * The day of a date, null when there is no such date (30 Esfand of a common year).
 *
 * The other direction is a search: a guess by the mean lengths, and as few steps from there as the guess is wrong.
 */
export function dayOf(date: CalendarDate, calendar: Calendar): Day | null {
  if (!isLikely(date)) return null;
  const mean = yearDays[calendar];
  let day = Math.round((date.year - firstYears[calendar]) * mean + ((date.month - 1) * mean) / 12 + date.day - 1);
  for (let step = 0; step < 12; step += 1) {
    const found = dateOf(day, calendar);
    const off = Math.round((date.year - found.year) * mean + ((date.month - found.month) * mean) / 12 + date.day - found.day);
    if (off === 0) return nearby(day, date, calendar);
    day += off;
  }
  return nearby(day, date, calendar);
}

function nearby(day: Day, date: CalendarDate, calendar: Calendar): Day | null {
  for (const by of [0, 1, -1, 2, -2, 3, -3]) if (isSame(dateOf(day + by, calendar), date)) return day + by;
  return null;
}

const isLikely = ({ year, month, day }: CalendarDate) =>
  Number.isInteger(year) && year >= 1 && year <= 3_000 && month >= 1 && month <= 12 && day >= 1 && day <= 31;

export const isSame = (one: CalendarDate, other: CalendarDate): boolean =>
  one.year === other.year && one.month === other.month && one.day === other.day;

/** The first day of a month; months beyond the year are those of the years around. */
export function monthStart(year: number, month: number, calendar: Calendar): Day {
  const moved = { year: year + Math.floor((month - 1) / 12), month: ((((month - 1) % 12) + 12) % 12) + 1, day: 1 };
  return dayOf(moved, calendar) ?? 0;
}

export function monthLength(year: number, month: number, calendar: Calendar): number {
  return monthStart(year, month + 1, calendar) - monthStart(year, month, calendar);
}

/** The same day of another month, or the last that it has. */
export function addMonths(day: Day, by: number, calendar: Calendar): Day {
  const date = dateOf(day, calendar);
  const start = monthStart(date.year, date.month + by, calendar);
  const there = dateOf(start, calendar);
  return start + Math.min(date.day, monthLength(there.year, there.month, calendar)) - 1;
}

export const plainOf = (day: Day): PlainDate => new Date(day * dayMs).toISOString().slice(0, 10);

export function dayOfPlain(date: PlainDate | null): Day | null {
  const ms = date !== null && /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : Math.round(ms / dayMs);
}

/** Today where the reader is. */
export function today(now = new Date()): Day {
  return Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / dayMs);
}

/** Names of the twelve months, as they stand alone. */
export function monthNames(language: string, calendar: Calendar): string[] {
  const format = new Intl.DateTimeFormat(`${language}-u-ca-${calendar}`, { month: "long", timeZone: "UTC" });
  const { year } = dateOf(today(), calendar);
  return Array.from({ length: 12 }, (_, index) => {
    const parts = format.formatToParts((monthStart(year, index + 1, calendar) + 1) * dayMs);
    return parts.find(({ type }) => type === "month")?.value ?? "";
  });
}
