import { describe, expect, test } from "vitest";
import { dateOf, dayOf, dayOfPlain, monthNames, plainOf, weekday, type Day } from "../src/kit/calendar";
import { hoursAndMinutes, minutesOf } from "../src/kit/durations";
import { clockIn, completed, mondayFirst, nextOf, nextSpan, planOf, spread, todayIn, weekFrom, type HolidayRule, type Hours, type Season } from "../src/hours/model";
import { sets, withSet } from "../src/hours/sets";
import { hoursWords } from "../src/hours/words";
import type { Calendar } from "../src/protocol";

const day = (plain: string) => dayOfPlain(plain)!;
const daily = Array.from({ length: 7 }, (_, at) => ({ day: at, start: "08:00", end: "16:00" }));
const office = (part: Partial<Hours>): Hours => completed({ zone: "Asia/Tehran", weekly: daily, ...part });
const rule = (part: Partial<HolidayRule>): HolidayRule => ({ name: "x", calendar: "persian", month: 1, day: 1, days: 1, year: null, moved: [], ...part });
const offIn = (hours: Hours, from: string, count: number) => planOf(hours, day(from), count).filter(({ isOff }) => isOff).map(({ day: each }) => plainOf(each));

test("Nowruz is where Iran has it, year by year", () => {
  const hours = office({ rules: [rule({ days: 4 })] });
  expect(offIn(hours, "2026-03-01", 60)).toEqual(["2026-03-21", "2026-03-22", "2026-03-23", "2026-03-24"]);
  // 1403 was a leap year: 30 Esfand came before the next Nowruz.
  expect(offIn(hours, "2025-03-15", 8)).toEqual(["2025-03-21", "2025-03-22"]);
  expect(offIn(hours, "2024-03-15", 8)).toEqual(["2024-03-20", "2024-03-21", "2024-03-22"]);
});

test("a lunar holiday goes through the seasons, and is moved in the year that says so alone", () => {
  const fitr = rule({ calendar: "islamic-umalqura", month: 10, day: 1 });
  expect([2024, 2025, 2026].map((year) => offIn(office({ rules: [fitr] }), `${year}-01-01`, 365))).toEqual([["2024-04-10"], ["2025-03-30"], ["2026-03-20"]]);
  const moved = { ...fitr, moved: [{ year: 1447, days: 1 }] };
  expect(offIn(office({ rules: [moved] }), "2026-01-01", 365)).toEqual(["2026-03-21"]);
  expect(offIn(office({ rules: [moved] }), "2025-01-01", 365)).toEqual(["2025-03-30"]);
});

test("two holidays of one lunar calendar may fall into one Gregorian year", () => {
  // 1 Rajab 1429 and 1430 both in other years; 1 Muharram 1429 and 1430 both in 2008.
  expect(offIn(office({ rules: [rule({ calendar: "islamic-umalqura", month: 1, day: 1 })] }), "2008-01-01", 366)).toHaveLength(2);
});

test("a day that a year has not is no holiday of it", () => {
  const leap = rule({ month: 12, day: 30 });
  expect(offIn(office({ rules: [leap] }), "2025-03-01", 31)).toEqual(["2025-03-20"]);
  expect(offIn(office({ rules: [leap] }), "2026-03-01", 31)).toEqual([]);
  expect(plainOf(nextOf(leap, day("2026-01-01"))!.from)).toBe("2030-03-20");
});

test("days in a row that began before what is looked at, or moved into it, are seen", () => {
  expect(offIn(office({ rules: [rule({ days: 13 })] }), "2026-03-30", 5)).toEqual(["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]);
  expect(offIn(office({ rules: [rule({ moved: [{ year: 1405, days: -2 }] })] }), "2026-03-19", 1)).toEqual(["2026-03-19"]);
});

describe.each<Calendar>(["gregory", "persian", "islamic-umalqura"])("a rule of %s", (calendar) => {
  test("falls on each day of eight years that Intl gives its date, and on no other", () => {
    const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { timeZone: "UTC", month: "numeric", day: "numeric" });
    const isThen = (each: Day) => {
      const parts = Object.fromEntries(format.formatToParts(each * 86_400_000).map(({ type, value }) => [type, value]));
      return parts["month"] === "9" && parts["day"] === "29";
    };
    const [first, count] = [day("2023-01-01"), 8 * 365 + 2];
    const found = planOf(office({ rules: [rule({ calendar, month: 9, day: 29 })] }), first, count).filter(({ isOff }) => isOff);
    const wanted = Array.from({ length: count }, (_, n) => first + n).filter(isThen);
    expect(wanted.length).toBeGreaterThan(6);
    expect(found.map(({ day: each }) => each)).toEqual(wanted);
  });

  test("has months by name in each language", () => {
    for (const language of ["en", "ar", "fa"] as const) expect(new Set(monthNames(language, calendar)).size).toBe(12);
  });
});

describe("a season", () => {
  const ramadan: Season = { name: "Ramadan", calendar: "islamic-umalqura", from_month: 9, from_day: 1, to_month: 9, to_day: 30, weekly: [{ day: 0, start: "10:00", end: "14:00" }], moved: [] };

  test("holds from its first to its last day, which in a short month is the 29th", () => {
    const inside = planOf(office({ seasons: [ramadan] }), day("2026-01-01"), 365).filter(({ season }) => season !== null);
    expect([plainOf(inside[0]!.day), plainOf(inside.at(-1)!.day)]).toEqual(["2026-02-18", "2026-03-19"]);
    expect(inside.filter(({ spans }) => spans.length > 0).every(({ day: each, spans }) => mondayFirst(each) === 0 && spans[0]!.start === "10:00")).toBe(true);
  });

  test("goes over the turn of the year, and is moved as a whole", () => {
    const winter: Season = { ...ramadan, calendar: "gregory", from_month: 12, from_day: 20, to_month: 1, to_day: 5, moved: [{ year: 2026, days: 1 }] };
    const inside = planOf(office({ seasons: [winter] }), day("2026-12-01"), 60).filter(({ season }) => season !== null);
    expect([plainOf(inside[0]!.day), plainOf(inside.at(-1)!.day)]).toEqual(["2026-12-21", "2027-01-06"]);
  });
});

test("a special day holds on a holiday too; a single day off is off; overnight hours belong to their first day", () => {
  const hours = office({ rules: [rule({ name: "Nowruz" })], holidays: ["2026-03-25"], special: [{ date: "2026-03-21", spans: [{ start: "10:00", end: "12:00" }] }], weekly: [{ day: 6, start: "22:00", end: "06:00" }] });
  const [nowruz, sunday] = planOf(hours, day("2026-03-21"), 2);
  expect(nowruz).toMatchObject({ isOff: true, isSpecial: true, holidays: ["Nowruz"], spans: [{ start: "10:00", end: "12:00" }] });
  expect(sunday).toMatchObject({ isOff: false, spans: [{ start: "22:00", end: "06:00" }] });
  expect(planOf(hours, day("2026-03-25"), 1)[0]).toMatchObject({ isOff: true, spans: [], holidays: [] });
});

test("what was kept before a part was known keeps what it has, and what nobody knows stays", () => {
  const old = { zone: "Asia/Riyadh", weekly: daily, holidays: ["2027-03-21"], more: 1 };
  expect(completed(old)).toEqual({ ...old, rules: [], seasons: [], special: [] });
});

test("a set adds each of its days once, under names that all languages have", () => {
  const names = (at: string) => hoursWords.fa[`day.${at}` as "day.nowruz"];
  const once = withSet([], "iran_solar", names);
  expect(once.map(({ month, day: at, days }) => [month, at, days])).toEqual([[1, 1, 4], [1, 12, 1], [1, 13, 1], [3, 14, 1], [3, 15, 1], [11, 22, 1], [12, 29, 1]]);
  expect(withSet(once, "iran_solar", names)).toEqual(once);
  expect(withSet(withSet(once, "feasts", names), "iran_lunar", names).filter(({ month, day: at, calendar }) => calendar !== "persian" && month === 10 && at === 1)).toHaveLength(1);
  for (const known of Object.values(sets).flat()) {
    expect(names(known.name)).toBeTruthy();
    expect(dayOf({ year: dateOf(day("2026-06-01"), known.calendar).year, month: known.month, day: known.day }, known.calendar)).not.toBeNull();
  }
  const facts: [Calendar, number, number, string][] = [["persian", 11, 22, "2027-02-11"], ["gregory", 9, 23, "2026-09-23"], ["islamic-umalqura", 12, 10, "2026-05-27"], ["islamic-umalqura", 1, 10, "2026-06-25"]];
  for (const [calendar, month, at, when] of facts) expect(offIn(office({ rules: [rule({ calendar, month, day: at })] }), when, 1)).toEqual([when]);
});

test("weeks begin as the organisation's do, and hours of one day go to the others instead of theirs", () => {
  expect(weekFrom(6)).toEqual([5, 6, 0, 1, 2, 3, 4]);
  expect(weekFrom(1)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(mondayFirst(day("2026-11-30"))).toBe(0);
  expect(weekday(day("2026-11-30"))).toBe(1);
  const week = [{ day: 0, start: "08:00", end: "12:00" }, { day: 0, start: "13:00", end: "17:00" }, { day: 4, start: "09:00", end: "10:00" }];
  expect(spread(week, 0, [0, 1])).toEqual([week[0], week[1], { ...week[0], day: 1 }, { ...week[1], day: 1 }, week[2]]);
});

test("times are read as people type them; 24:00 ends a day and begins none", () => {
  const read = ["9", "09:30", "0930", "۹:۳۰", "٢٢.١٥", " 7 "].map((text) => clockIn(text, false));
  expect(read).toEqual(["09:00", "09:30", "09:30", "09:30", "22:15", "07:00"]);
  expect([clockIn("24:00", true), clockIn("24:00", false), clockIn("24:01", true), clockIn("9:60", true), clockIn("soon", true), clockIn("", true)]).toEqual(["24:00", null, null, null, null, null]);
  expect(nextSpan([])).toEqual({ start: "09:00", end: "17:00" });
  expect(nextSpan([{ start: "08:00", end: "12:00" }])).toEqual({ start: "13:00", end: "16:00" });
});

test("durations are hours and minutes of any digits, and are shown in the reader's", () => {
  expect(["4", "4:30", "0:05", ":05", "۴:۳۰", "90m", "۹۰ دقیقه", "200:00"].map(minutesOf)).toEqual([240, 270, 5, 5, 270, 90, 90, 12_000]);
  expect(["", "4:3", "4:75", "soon", "-1", "99999:00"].map(minutesOf)).toEqual([null, null, null, null, null, null]);
  for (const minutes of [1, 59, 60, 270, 12_345]) {
    expect(minutesOf(hoursAndMinutes(minutes, "fa-u-nu-arabext"))).toBe(minutes);
    expect(minutesOf(hoursAndMinutes(minutes, "ar-u-nu-arab"))).toBe(minutes);
  }
  expect(hoursAndMinutes(270, "fa-u-nu-arabext")).toBe("۴:۳۰");
});

test("today is that of the hours, not of the reader", () => {
  const late = new Date("2026-11-27T21:30:00Z");
  expect(plainOf(todayIn("Asia/Tehran", late))).toBe("2026-11-28");
  expect(plainOf(todayIn("UTC", late))).toBe("2026-11-27");
});
