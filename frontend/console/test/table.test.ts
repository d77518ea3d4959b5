import { describe, expect, test } from "vitest";
import { fitness } from "../src/kit/fuzzy";
import { piecesOf } from "../src/kit/search";
import { arranged, everything, isSameState, queryOf, withFilter } from "../src/kit/table";

const rows = [
  { name: "صف ۱۰", size: 3, tags: ["a"] },
  { name: "صف ۲", size: 12, tags: ["a", "b"] },
  { name: "آخر", size: 1, tags: [] },
];
const facts = { name: (row: (typeof rows)[0]) => row.name, size: (row: (typeof rows)[0]) => row.size, tag: (row: (typeof rows)[0]) => row.tags };
const names = (part: Partial<typeof everything>) => arranged(rows, { ...everything, ...part }, facts, "fa").map(({ name }) => name);

describe("a list in the browser", () => {
  test("is sorted as its language sorts, numbers by their worth, and back", () => {
    expect(names({ sort: "name" })[0]).toBe("آخر");
    expect(names({ sort: "size" })).toEqual(["آخر", "صف ۱۰", "صف ۲"]);
    expect(names({ sort: "-size" })).toEqual(["صف ۲", "صف ۱۰", "آخر"]);
    expect(names({ sort: "gone" })).toEqual(rows.map(({ name }) => name));
  });

  test("is narrowed by all filters, each by any of its values", () => {
    expect(names({ filters: { tag: ["b"] } })).toEqual(["صف ۲"]);
    expect(names({ filters: { tag: ["a"], size: ["3"] } })).toEqual(["صف ۱۰"]);
  });
});

describe("a view", () => {
  test("is the same whatever the order of its filters", () => {
    expect(isSameState({ ...everything, filters: { a: ["1"], b: ["2"] } }, { ...everything, filters: { b: ["2"], a: ["1"] } })).toBe(true);
    expect(isSameState({ ...everything, hidden: ["a"] }, everything)).toBe(false);
  });

  test("has no filter that is empty", () => {
    expect(withFilter({ a: ["1"] }, "a", [])).toEqual({});
    expect(withFilter({}, "period", ["", ""])).toEqual({});
    expect(withFilter({}, "period", ["2026-01-01", ""])).toEqual({ period: ["2026-01-01", ""] });
  });

  test("asks the API for whole days of the reader", () => {
    const query = new URLSearchParams(queryOf({ ...everything, search: " علی ", filters: { status: ["active"], created: ["2026-11-27", "2026-11-27"] } }, ["created"]));
    expect([query.get("q"), query.get("status")]).toEqual(["علی", "active"]);
    expect(Date.parse(query.get("until")!) - Date.parse(query.get("since")!)).toBe(86_400_000);
    expect(queryOf(everything)).toBe("");
  });
});

test("a command is found by beginnings, parts and letters in order, in any spelling", () => {
  expect(fitness("cust", ["Customers"])).toBeGreaterThan(fitness("tomers", ["Customers"]));
  expect(fitness("custmrs", ["Customers"])).toBeGreaterThan(0);
  expect(fitness("مشتريان", ["مشتریان"])).toBe(3);
  expect(fitness("customers xyz", ["Customers"])).toBe(0);
});

test("a snippet's ranges count characters, not halves of them", () => {
  expect(piecesOf({ text: "😀 needle!", marks: [[2, 8]] })).toEqual([
    { text: "😀 ", isHit: false }, { text: "needle", isHit: true }, { text: "!", isHit: false },
  ]);
});
