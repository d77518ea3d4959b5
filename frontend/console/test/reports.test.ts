import { expect, test } from "vitest";
import { dateOf, dayOfPlain } from "../src/kit/calendar";
import { labelsShown, placed, ticksTo } from "../src/kit/charts/scale";
import { byMonths } from "../src/pages/complaints/figures";
import { charted, daysOf, groupIn, midnightIn, partQuery, reportQuery, todayIn, type Asked, type Line } from "../src/pages/reports/report";

const friday = dayOfPlain("2026-11-27")!; // 6 Azar 1405, 17 Jumada II 1448
const saturday = 6;
const asked: Asked = { by: "month", period: "this_month", range: { from: null, to: null }, calendar: "persian", kind: null, queue_id: null, owner_id: null, branch_id: null, source: null };

test("months and years are those of the calendar, weeks begin where the organisation says", () => {
  expect(daysOf("this_month", friday, "gregory", saturday)).toEqual({ from: "2026-11-01", to: "2026-11-27" });
  expect(daysOf("this_month", friday, "persian", saturday)).toEqual({ from: "2026-11-22", to: "2026-11-27" });
  expect(daysOf("last_month", friday, "persian", saturday)).toEqual({ from: "2026-10-23", to: "2026-11-21" });
  expect(daysOf("this_year", friday, "persian", saturday).from).toBe("2026-03-21");
  expect(dateOf(dayOfPlain(daysOf("this_year", friday, "islamic-umalqura", saturday).from)!, "islamic-umalqura")).toEqual({ year: 1448, month: 1, day: 1 });
  expect(daysOf("this_week", friday, "gregory", saturday)).toEqual({ from: "2026-11-21", to: "2026-11-27" });
  expect(daysOf("last_7", friday, "gregory", saturday)).toEqual({ from: "2026-11-21", to: "2026-11-27" });
});

test("a day begins at midnight of the organisation's zone, wherever the reader is", () => {
  expect(midnightIn("2026-11-22", "Asia/Tehran")).toBe("2026-11-21T20:30:00.000Z");
  expect(midnightIn("2026-11-22", "Asia/Riyadh")).toBe("2026-11-21T21:00:00.000Z");
  // On the day of the change the offset at noon is not that of midnight.
  expect(midnightIn("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
  expect(midnightIn("2026-10-25", "Europe/Berlin")).toBe("2026-10-24T22:00:00.000Z");
  // Clocks that skip midnight begin the day when they do.
  expect(midnightIn("2026-03-29", "Asia/Beirut")).toBe("2026-03-28T22:00:00.000Z");
  expect(midnightIn("2026-06-01", "America/New_York")).toBe("2026-06-01T04:00:00.000Z");
  expect(todayIn("Asia/Tehran", new Date("2026-11-26T20:31:00Z"))).toBe(friday);
  expect(todayIn("UTC", new Date("2026-11-26T20:31:00Z"))).toBe(friday - 1);
});

test("what is asked has whole days and only the filters that are chosen", () => {
  const query = reportQuery({ ...asked, kind: "complaint" }, friday, saturday, "Asia/Tehran", "fa")!;
  expect(Object.fromEntries(query)).toEqual({ by: "month", since: "2026-11-21T20:30:00.000Z", until: "2026-11-27T20:30:00.000Z", calendar: "persian", locale: "fa", kind: "complaint" });
  expect(reportQuery({ ...asked, period: "custom" }, friday, saturday, "UTC", "en")).toBeNull();
  const own = reportQuery({ ...asked, period: "custom", range: { from: "2026-11-01", to: "2026-11-01" } }, friday, saturday, "UTC", "en")!;
  expect([own.get("since"), own.get("until")]).toEqual(["2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"]);
});

test("a figure leads to the tickets of its group, of nobody, or of all", () => {
  expect(partQuery("opened", groupIn("complaint"))).toEqual({ measure: "opened", is_grouped: "true", key: "complaint" });
  expect(partQuery("opened", groupIn(null))).toEqual({ measure: "opened", is_grouped: "true" });
  expect(partQuery("solved", "all")).toEqual({ measure: "solved" });
});

test("time is drawn as it runs, groups the largest first and not too many", () => {
  const line = (key: string, opened: number): Line => ({ key, opened, solved: 0, answered: 0, backlog: 0, kept: 0, breached: 0, near: 0, late: 0, mean_resolution_seconds: null, mean_answer_seconds: null });
  const lines = Array.from({ length: 20 }, (_, at) => line(String(at), at));
  expect(charted(lines, "day")).toEqual(lines);
  expect(charted(lines, "agent").map(({ key }) => key)).toEqual(Array.from({ length: 12 }, (_, at) => String(19 - at)));
});

test("a scale begins at nought, reaches the greatest and has few steps", () => {
  for (const greatest of [0, 0.3, 1, 3, 4, 7, 10, 11, 99, 100, 101, 12_345]) {
    const ticks = ticksTo(greatest);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)!).toBeGreaterThanOrEqual(greatest);
    expect(ticks.length).toBeLessThanOrEqual(6);
    if (greatest >= 1) for (const tick of ticks) expect(Number.isInteger(tick)).toBe(true);
  }
});

test("labels leave each other room, and time runs in the direction of reading", () => {
  expect([...labelsShown(3, 8)]).toEqual([0, 1, 2]);
  expect(labelsShown(365, 8).size).toBeLessThanOrEqual(8);
  expect(labelsShown(0, 8).size).toBe(0);
  expect([placed(10, 100, false), placed(10, 100, true)]).toEqual([10, 90]);
});

test("days of complaints become months of the calendar in the order of time, the most frequent first", () => {
  const counted = (key: string | null, day: string, number: number) => ({ key, label: null, day, number });
  const { months, rows } = byMonths([counted("b", "2026-11-22", 5), counted("a", "2026-11-21", 1), counted("a", "2026-11-20", 2), counted(null, "2026-11-23", 1)], "en-u-nu-latn", "persian");
  expect(months).toEqual([{ name: "Aban 1405 AP", first: "2026-11-20", last: "2026-11-21" }, { name: "Azar 1405 AP", first: "2026-11-22", last: "2026-11-23" }]);
  expect(rows.map(({ key, total }) => [key, total])).toEqual([["b", 5], ["a", 3], ["", 1]]);
  expect(rows[1]!.counts).toEqual({ "Aban 1405 AP": 3 });
});
