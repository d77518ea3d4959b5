import { describe, expect, test } from "vitest";
import { dayOf, isoOf, monthNames } from "../src/kit/calendar";
import type { Calendar } from "../src/protocol";

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];

test("known days in three calendars", () => {
  expect(dayOf("2026-03-21", "persian")).toEqual({ year: 1405, month: 1, day: 1 });
  expect(isoOf({ year: 1403, month: 12, day: 30 }, "persian")).toBe("2025-03-20");
  expect(isoOf({ year: 1446, month: 9, day: 1 }, "islamic-umalqura")).toBe("2025-03-01");
  expect(isoOf({ year: 2024, month: 2, day: 29 }, "gregory")).toBe("2024-02-29");
});

test("a day that a calendar lacks is none", () => {
  expect(isoOf({ year: 1404, month: 12, day: 30 }, "persian")).toBeNull();
  expect(isoOf({ year: 2026, month: 2, day: 29 }, "gregory")).toBeNull();
  expect(isoOf({ year: 1404, month: 13, day: 1 }, "persian")).toBeNull();
});

describe.each(calendars)("%s", (calendar) => {
  test("every day read is the day written", () => {
    for (let at = Date.UTC(1935, 0, 1); at < Date.UTC(2060, 0, 1); at += 86_400_000 * 97) {
      const iso = new Date(at).toISOString().slice(0, 10);
      expect(isoOf(dayOf(iso, calendar), calendar)).toBe(iso);
    }
  });
});

test("months have names in the reader's language", () => {
  expect(monthNames(1405, "persian", "fa")[0]).toBe("فروردین");
  expect(monthNames(2026, "gregory", "en")[2]).toBe("March");
});
