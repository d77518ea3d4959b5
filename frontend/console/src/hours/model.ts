import { dateOf, dayOf, dayOfPlain, monthLength, plainOf, weekday, type Day, type PlainDate } from "../kit/calendar";
import { asciiDigits } from "../kit/fold";
import type { Calendar } from "../protocol";

export interface Span {
  start: string;
  end: string;
}

/** 0 is Monday. */
export interface Interval extends Span {
  day: number;
}

/** In one year of its calendar something fell so many days later, or earlier: the moon was seen. */
export interface Moved {
  year: number;
  days: number;
}

export interface HolidayRule {
  name: string;
  calendar: Calendar;
  month: number;
  day: number;
  days: number;
  year: number | null;
  moved: Moved[];
}

export interface Season {
  name: string;
  calendar: Calendar;
  from_month: number;
  from_day: number;
  to_month: number;
  to_day: number;
  weekly: Interval[];
  moved: Moved[];
}

export interface SpecialDay {
  date: PlainDate;
  spans: Span[];
}

/** When people answer, as the server keeps it (`sla/hours.py`). */
export interface Hours {
  zone: string;
  weekly: Interval[];
  holidays: PlainDate[];
  rules: HolidayRule[];
  seasons: Season[];
  special: SpecialDay[];
}

const empty: Hours = { zone: "UTC", weekly: [], holidays: [], rules: [], seasons: [], special: [] };

/** Hours with every part, also those that were kept before a part was known. What is there stays. */
export function completed(kept: Partial<Hours>): Hours {
  return { ...empty, ...kept };
}

export function freshHours(): Hours {
  return { ...empty, zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC" };
}

/** What holds on one day: the spans that begin on it, and why they are what they are. */
export interface DayPlan {
  day: Day;
  spans: Span[];
  isOff: boolean;
  isSpecial: boolean;
  holidays: string[];
  season: string | null;
}

/** From the first to before the last. */
interface Stretch {
  from: Day;
  to: Day;
}

const longestMove = 2;
const sightYears = 40;

/** The same choice as the server's (`sla/working.py`): a special day, a day off, a season, the week. */
export function planOf(hours: Hours, from: Day, count: number): DayPlan[] {
  const rules = hours.rules.map((rule) => ({ rule, stretches: stretchesOf(rule, from, from + count) }));
  const seasons = hours.seasons.map((season) => ({ season, stretches: seasonStretches(season, from, from + count) }));
  return Array.from({ length: count }, (_, index) => {
    const day = from + index;
    const has = ({ stretches }: { stretches: Stretch[] }) => stretches.some((each) => each.from <= day && day < each.to);
    const plain = plainOf(day);
    const special = hours.special.find(({ date }) => date === plain);
    const holidays = rules.filter(has).map(({ rule }) => rule.name);
    const isOff = holidays.length > 0 || hours.holidays.includes(plain);
    const season = seasons.find(has)?.season ?? null;
    const weekly = (season?.weekly ?? hours.weekly).filter((each) => each.day === mondayFirst(day)).map(({ start, end }) => ({ start, end }));
    return { day, spans: sorted(special ? special.spans : isOff ? [] : weekly), isOff, isSpecial: special !== undefined, holidays: holidays.filter(Boolean), season: season?.name ?? null };
  });
}

/** The next days on which a rule falls, the present ones included; null when there are none in sight. */
export function nextOf(rule: HolidayRule, now: Day): Stretch | null {
  const { year } = dateOf(now, rule.calendar);
  const years = rule.year === null ? Array.from({ length: sightYears }, (_, n) => year - 1 + n) : [rule.year];
  return years.map((each) => stretchIn(rule, each)).find((found) => found !== null && found.to > now) ?? null;
}

function stretchesOf(rule: HolidayRule, from: Day, to: Day): Stretch[] {
  const years = yearsOf(rule.calendar, from - rule.days - longestMove, to + longestMove).filter((year) => rule.year === null || rule.year === year);
  return years.map((year) => stretchIn(rule, year)).filter((found) => found !== null);
}

function stretchIn(rule: HolidayRule, year: number): Stretch | null {
  const first = dayOf({ year, month: rule.month, day: rule.day }, rule.calendar);
  if (first === null) return null;
  const from = first + shift(rule.moved, year);
  return { from, to: from + rule.days };
}

function seasonStretches(season: Season, from: Day, to: Day): Stretch[] {
  const { calendar } = season;
  const isOverYear = season.to_month < season.from_month || (season.to_month === season.from_month && season.to_day < season.from_day);
  return yearsOf(calendar, from - 400, to + longestMove).flatMap((year) => {
    const first = dayOf({ year, month: season.from_month, day: season.from_day }, calendar);
    const end = isOverYear ? year + 1 : year;
    const last = dayOf({ year: end, month: season.to_month, day: Math.min(season.to_day, monthLength(end, season.to_month, calendar)) }, calendar);
    if (first === null || last === null) return [];
    const moved = shift(season.moved, year);
    return [{ from: first + moved, to: last + moved + 1 }];
  });
}

function yearsOf(calendar: Calendar, from: Day, to: Day): number[] {
  const [first, last] = [dateOf(from, calendar).year, dateOf(to, calendar).year];
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

const shift = (moved: Moved[], year: number) => moved.find((each) => each.year === year)?.days ?? 0;
const sorted = (spans: Span[]) => [...spans].sort((one, other) => one.start.localeCompare(other.start));

/** The weekday as hours count it: 0 is Monday. */
export const mondayFirst = (day: Day): number => (weekday(day) + 6) % 7;

/** The seven days as hours count them, from the one with which a week begins (0 is Sunday). */
export const weekFrom = (start: number): number[] => Array.from({ length: 7 }, (_, n) => (start + 6 + n) % 7);

/** Whether a span ends on the next day. */
export const isOvernight = ({ start, end }: Span): boolean => end < start;

/** The day on which it is where the hours are. */
export function todayIn(zone: string, now = new Date()): Day {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return dayOfPlain(`${parts["year"]}-${parts["month"]}-${parts["day"]}`) ?? 0;
}

/** Read a time as it is typed: 9, 9:30, 0930, ۹:۳۰, 24:00 where something ends; null when it is none. */
export function clockIn(text: string, isEnd: boolean): string | null {
  const found = /^(\d{1,2})(?:[:.٫]?(\d{2}))?$/.exec(asciiDigits(text).trim());
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
  const isMidnight = isEnd && hours === 24 && minutes === 0;
  if ((hours > 23 || minutes > 59) && !isMidnight) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The hours of one weekday on others, instead of what they had. */
export function spread(weekly: Interval[], day: number, to: number[]): Interval[] {
  const others = to.filter((each) => each !== day);
  const own = weekly.filter((each) => each.day === day);
  const kept = weekly.filter((each) => !others.includes(each.day));
  return [...kept, ...others.flatMap((each) => own.map((interval) => ({ ...interval, day: each })))].sort((one, other) => one.day - other.day);
}

/** Hours for another span of a day: after the last one, or a usual day. */
export function nextSpan(spans: Span[]): Span {
  const last = sorted(spans).at(-1);
  if (!last || isOvernight(last) || last.end >= "22:00") return { start: "09:00", end: "17:00" };
  const hour = Number(last.end.slice(0, 2)) + 1;
  return { start: `${String(hour).padStart(2, "0")}:00`, end: `${String(Math.min(hour + 3, 24)).padStart(2, "0")}:00` };
}
