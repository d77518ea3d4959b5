import type { Calendar } from "../protocol";

/** A day in some calendar, as people say it. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

const dayMs = 86_400_000;
const writers = new Map<Calendar, Intl.DateTimeFormat>();

function writer(calendar: Calendar): Intl.DateTimeFormat {
  let found = writers.get(calendar);
  if (!found) {
    found = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
    writers.set(calendar, found);
  }
  return found;
}

/** The day of an ISO date (2026-03-21) in a calendar; the browser knows all three. */
export function dayOf(iso: string, calendar: Calendar): Day {
  return dayAt(Date.parse(`${iso}T00:00:00Z`), calendar);
}

function dayAt(moment: number, calendar: Calendar): Day {
  const parts = writer(calendar).formatToParts(moment);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return { year: part("year"), month: part("month"), day: part("day") };
}

function isBefore(one: Day, other: Day): boolean {
  return one.year !== other.year ? one.year < other.year : one.month !== other.month ? one.month < other.month : one.day < other.day;
}

/** The ISO date of a day; null when that calendar has no such day (30 Esfand of a common year). */
export function isoOf(day: Day, calendar: Calendar): string | null {
  const yearsSince = { gregory: 0, persian: 621, "islamic-umalqura": 579 }[calendar];
  const years = calendar === "islamic-umalqura" ? day.year * 0.970224 + 621.57 : day.year + yearsSince;
  let low = Math.floor((Date.UTC(Math.floor(years), 0, 1) - 800 * dayMs) / dayMs);
  let high = low + 2_000;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(dayAt(middle * dayMs, calendar), day)) low = middle + 1;
    else high = middle;
  }
  const found = dayAt(low * dayMs, calendar);
  const isSame = found.year === day.year && found.month === day.month && found.day === day.day;
  return isSame ? new Date(low * dayMs).toISOString().slice(0, 10) : null;
}

/** The names of a year's months, in the reader's language. */
export function monthNames(year: number, calendar: Calendar, language: string): string[] {
  const name = new Intl.DateTimeFormat(`${language}-u-ca-${calendar}`, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, index) => {
    const iso = isoOf({ year, month: index + 1, day: 1 }, calendar);
    return iso === null ? String(index + 1) : name.format(Date.parse(`${iso}T00:00:00Z`));
  });
}

export function todayIso(now: number = Date.now()): string {
  return new Date(now).toLocaleDateString("en-CA");
}

export function inDays(days: number, now: number = Date.now()): string {
  return todayIso(now + days * dayMs);
}
