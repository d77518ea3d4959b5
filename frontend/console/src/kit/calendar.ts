import type { Language } from "../i18n/words";
import type { Calendar, Iso } from "../protocol";
import { asciiDigits, fold } from "./fold";

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

const dayMs = 86_400_000;
const yearDays: Record<Calendar, number> = { gregory: 365.2425, persian: 365.2422, "islamic-umalqura": 354.367 };
const firstYears: Record<Calendar, number> = { gregory: 1970, persian: 1348.78, "islamic-umalqura": 1389.81 };
const centuries: Record<Calendar, number> = { gregory: 2000, persian: 1400, "islamic-umalqura": 1400 };
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

/** 0 is Sunday. */
export const weekday = (day: Day): number => (((day + 4) % 7) + 7) % 7;

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** What the organisation says of weeks. */
export interface Week {
  week_start: string;
  weekend: string[];
}

/** With which day a week begins where the organisation is; 0 is Sunday. */
export const weekStart = (week: Week): number => Math.max(0, weekdays.indexOf(week.week_start));

export const isWeekend = (day: Day, week: Week): boolean => week.weekend.includes(weekdays[weekday(day)]!);

/** A date and a time of the reader's clock as a moment. */
export function momentOf(date: PlainDate, minutes = 0): Iso {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day, 0, minutes).toISOString();
}

/** From the beginning of the first day to the end of the last, where the reader is. */
export function momentsOf(range: { from: PlainDate | null; to: PlainDate | null }): { since?: Iso; until?: Iso } {
  const last = dayOfPlain(range.to);
  return {
    ...(range.from === null ? {} : { since: momentOf(range.from) }),
    ...(last === null ? {} : { until: momentOf(plainOf(last + 1)) }),
  };
}

/** The date of a moment and its minutes, on the reader's clock. */
export function clockOf(moment: Iso): { date: PlainDate; minutes: number } {
  const at = new Date(moment);
  return { date: plainOf(today(at)), minutes: at.getHours() * 60 + at.getMinutes() };
}

/** Read "14:05", "۱۴:۰۵" or "1405"; null when it is no time. */
export function minutesIn(text: string): number | null {
  const found = /^(\d{1,2})[:.٫]?(\d{2})$/.exec(asciiDigits(text).trim());
  const [hours, minutes] = [Number(found?.[1]), Number(found?.[2])];
  return found && hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}

/**
 * Read a date as people type it in their calendar: 1405/1/15, ۱۵/۱/۱۴۰۵, 15.1.05, "15 فروردین 1405".
 *
 * The year is the part with more than two digits, otherwise the last; years of two digits are of this century.
 */
export function dayIn(text: string, calendar: Calendar, language: Language): Day | null {
  const plain = fold(text).replace(/[،,]/g, " ");
  const named = monthNames(language, calendar).findIndex((name) => plain.includes(fold(name)));
  const numbers = (plain.match(/\d+/g) ?? []).map(Number);
  const digits = plain.match(/\d+/g) ?? [];
  if (numbers.length !== (named >= 0 ? 2 : 3)) return null;
  const isYearFirst = (digits[0]?.length ?? 0) > 2;
  const year = (isYearFirst ? numbers[0] : numbers.at(-1)) ?? 0;
  const rest = isYearFirst ? numbers.slice(1) : numbers.slice(0, -1).reverse();
  const [month = 0, day = 0] = named >= 0 ? [named + 1, rest[0]] : rest;
  return dayOf({ year: year < 100 ? year + centuries[calendar] : year, month, day }, calendar);
}

/** Names of the twelve months, as they stand alone. */
export function monthNames(language: Language, calendar: Calendar): string[] {
  const format = new Intl.DateTimeFormat(`${language}-u-ca-${calendar}`, { month: "long", timeZone: "UTC" });
  const { year } = dateOf(today(), calendar);
  return Array.from({ length: 12 }, (_, index) => {
    const parts = format.formatToParts((monthStart(year, index + 1, calendar) + 1) * dayMs);
    return parts.find(({ type }) => type === "month")?.value ?? "";
  });
}

/** Six weeks or fewer that show a whole month. */
export function weeksOf(year: number, month: number, calendar: Calendar, start: number): Day[][] {
  const first = monthStart(year, month, calendar);
  const before = (weekday(first) - start + 7) % 7;
  const count = Math.ceil((before + monthLength(year, month, calendar)) / 7);
  return Array.from({ length: count }, (_, week) => Array.from({ length: 7 }, (__, index) => first - before + week * 7 + index));
}
