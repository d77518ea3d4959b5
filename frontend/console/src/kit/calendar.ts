import type { Language } from "../i18n/words";
import type { Calendar, Iso } from "../protocol";
import { dayOf, dayOfPlain, monthLength, monthNames, monthStart, plainOf, today, type Day, type PlainDate } from "../../../shared/calendar";
import { asciiDigits, fold } from "./fold";

export * from "../../../shared/calendar";

const centuries: Record<Calendar, number> = { gregory: 2000, persian: 1400, "islamic-umalqura": 1400 };

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

/** Six weeks or fewer that show a whole month. */
export function weeksOf(year: number, month: number, calendar: Calendar, start: number): Day[][] {
  const first = monthStart(year, month, calendar);
  const before = (weekday(first) - start + 7) % 7;
  const count = Math.ceil((before + monthLength(year, month, calendar)) / 7);
  return Array.from({ length: count }, (_, week) => Array.from({ length: 7 }, (__, index) => first - before + week * 7 + index));
}
