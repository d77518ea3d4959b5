import { describe, expect, test } from "vitest";
import { addMonths, clockOf, dateOf, dayIn, dayOf, dayOfPlain, isWeekend, minutesIn, momentOf, momentsOf, monthLength, monthNames, plainOf, weekday, weeksOf, weekStart } from "../src/kit/calendar";
import { steps } from "../src/kit/DatePicker";
import type { Calendar } from "../src/protocol";

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const day = (plain: string) => dayOfPlain(plain)!;

describe.each(calendars)("in %s", (calendar) => {
  test("2,000 days in a row and two thousand over a century go there and back", () => {
    const first = day("2019-01-01");
    for (let n = 0; n < 2_000; n += 1) expect(dayOf(dateOf(first + n, calendar), calendar)).toBe(first + n);
    const old = day("1930-01-01");
    for (let n = 0; n < 2_000; n += 1) expect(dayOf(dateOf(old + n * 19, calendar), calendar)).toBe(old + n * 19);
  });

  test("months of a year are as long as the year, and a month's grid holds each of its days once", () => {
    for (const start of [0, 1, 6]) {
      const { year } = dateOf(day("2026-06-01"), calendar);
      for (let month = 1; month <= 12; month += 1) {
        const shown = weeksOf(year, month, calendar, start).flat();
        expect(weekday(shown[0]!)).toBe(start);
        expect(shown.filter((each) => dateOf(each, calendar).month === month).length).toBe(monthLength(year, month, calendar));
      }
    }
  });
});

test("leap years have their day, others do not", () => {
  expect(plainOf(dayOf({ year: 1403, month: 12, day: 30 }, "persian")!)).toBe("2025-03-20");
  expect(dayOf({ year: 1404, month: 12, day: 30 }, "persian")).toBeNull();
  expect(plainOf(dayOf({ year: 1405, month: 1, day: 1 }, "persian")!)).toBe("2026-03-21");
  expect(dayOf({ year: 2026, month: 2, day: 29 }, "gregory")).toBeNull();
  expect(plainOf(dayOf({ year: 1447, month: 9, day: 1 }, "islamic-umalqura")!)).toBe("2026-02-18");
  expect(dayOf({ year: 1405, month: 13, day: 1 }, "persian")).toBeNull();
});

test("a date is read as people type it, in any digits and order", () => {
  const spring = day("2026-04-04");
  for (const text of ["1405/1/15", "۱۴۰۵/۰۱/۱۵", "15.1.1405", "۱۵-۱-۰۵", "١٥ / ١ / ١٤٠٥", "۱۵ فروردین ۱۴۰۵"]) {
    expect(dayIn(text, "persian", "fa"), text).toBe(spring);
  }
  expect(dayIn("2026-04-04", "gregory", "en")).toBe(spring);
  expect(dayIn("4 April 2026", "gregory", "en")).toBe(spring);
  expect(dayIn("1 رمضان 1447", "islamic-umalqura", "ar")).toBe(day("2026-02-18"));
  for (const text of ["", "soon", "1405/13/1", "31/12/1405", "1/2", "1405/1/15/2"]) expect(dayIn(text, "persian", "fa"), text).toBeNull();
});

test("a month on from the last day is the last day of a shorter one", () => {
  expect(plainOf(addMonths(day("2026-01-31"), 1, "gregory"))).toBe("2026-02-28");
  expect(dateOf(addMonths(dayOf({ year: 1405, month: 6, day: 31 }, "persian")!, 1, "persian"), "persian")).toEqual({ year: 1405, month: 7, day: 30 });
  expect(plainOf(addMonths(day("2026-01-15"), -12, "gregory"))).toBe("2025-01-15");
});

test("weeks begin as they do where the reader is", () => {
  const week = (week_start: string) => ({ week_start, weekend: ["thursday", "friday"] });
  expect(["saturday", "sunday", "monday"].map((day) => weekStart(week(day)))).toEqual([6, 0, 1]);
  // 1 January 1970 was a Thursday.
  expect([0, 1, 2].map((day) => isWeekend(day, week("saturday")))).toEqual([true, true, false]);
  expect(weekday(day("2026-11-27"))).toBe(5);
});

test("keys move through the grid as the reader reads", () => {
  const at = day("2026-11-27");
  const to = (key: string, isRtl = false) => plainOf(steps(at, { key, shiftKey: false }, isRtl, 6, (by) => addMonths(at, by, "gregory"))!);
  expect(to("ArrowRight")).toBe("2026-11-28");
  expect(to("ArrowRight", true)).toBe("2026-11-26");
  expect(to("ArrowDown")).toBe("2026-12-04");
  expect([to("Home"), to("End")]).toEqual(["2026-11-21", "2026-11-27"]);
  expect(to("PageDown")).toBe("2026-12-27");
});

test("a moment is kept in UTC and shown on the reader's clock", () => {
  const moment = momentOf("2026-11-27", 9 * 60 + 5);
  expect(moment).toMatch(/Z$/);
  expect(clockOf(moment)).toEqual({ date: "2026-11-27", minutes: 545 });
  const { since, until } = momentsOf({ from: "2026-11-27", to: "2026-11-27" });
  expect(Date.parse(until!) - Date.parse(since!)).toBe(86_400_000);
  expect(momentsOf({ from: null, to: null })).toEqual({});
  expect(["14:05", "۱۴:۰۵", "1405", "25:00", "9:60", "x"].map(minutesIn)).toEqual([845, 845, 845, null, null, null]);
});

test("months have names in each language and calendar", () => {
  expect(monthNames("fa", "persian")[0]).toBe("فروردین");
  for (const calendar of calendars) expect(new Set(monthNames("ar", calendar)).size).toBe(12);
});
