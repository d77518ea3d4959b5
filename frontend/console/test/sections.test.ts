import { describe, expect, it } from "vitest";
import type { PageEntry, Section } from "../src/pages/page";
import { bySection, isSectionOpen, shownPages } from "../src/shell/sections";

const page = (path: string, section?: Section, group: PageEntry["group"] = "main") => ({ path, group, ...(section ? { section } : {}) }) as PageEntry;

describe("the groups of the rail", () => {
  const pages = [page("work"), page("customers", "customers"), page("map", "field"), page("visits", "field"), page("queues", undefined, "settings")];

  it("come in their order, with what names none in the first, and without settings or empty ones", () => {
    const found = bySection(pages).map(({ section, pages: of }) => [section, of.map(({ path }) => path)]);
    expect(found).toEqual([["work", ["work"]], ["customers", ["customers"]], ["field", ["map", "visits"]]]);
  });

  it("stand open as somebody left them; before that what everybody needs, and all where there are few pages", () => {
    expect(isSectionOpen("field", {}, 19)).toBe(false);
    expect(isSectionOpen("field", {}, 5)).toBe(true);
    expect(isSectionOpen("work", {}, 19)).toBe(true);
    expect(isSectionOpen("field", { field: true }, 19)).toBe(true);
    expect(isSectionOpen("work", { work: false }, 5)).toBe(false);
  });

  it("show the page that is open even when they are closed", () => {
    const field = bySection(pages)[2]!;
    expect(shownPages(field, false, pages[3])).toEqual([pages[3]]);
    expect(shownPages(field, false, pages[0])).toEqual([]);
    expect(shownPages(field, true, undefined)).toEqual([pages[2], pages[3]]);
  });
});
