import { describe, expect, test } from "vitest";
import { directionOfSaid } from "../../shared/direction";
import { ar } from "../src/i18n/ar";
import { Dates } from "../src/i18n/dates";
import { en } from "../src/i18n/en";
import { fa } from "../src/i18n/fa";
import { asLanguage, Speech } from "../src/i18n/words";

const gaps = (words: Record<string, string | object>, key: string): string[] =>
  [...JSON.stringify(words[key]).matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

describe.each([["ar", ar], ["fa", fa]] as const)("%s", (_language, words) => {
  test("every word has the gaps of the English one", () => {
    for (const key of Object.keys(en)) {
      expect([key, new Set(gaps(words, key))]).toEqual([key, new Set(gaps(en, key))]);
    }
  });

  test("the words stand in the order of the English ones", () => {
    expect(Object.keys(words)).toEqual(Object.keys(en));
  });
});

test("Arabic counts in its own plural forms", () => {
  const { count } = new Speech("ar", "locale");
  expect([1, 2, 3, 11].map((n) => count("offer.left", n))).toEqual(["بقيت ثانية واحدة", "بقيت ثانيتان", "بقيت ٣ ثوانٍ", "بقيت ١١ ثانية"]);
});

test("digits follow the language unless the reader wants others", () => {
  expect(new Speech("fa", "locale").number(1405)).toBe("۱۴۰۵");
  expect(new Speech("fa", "latn").number(1405)).toBe("1405");
});

test("a moment is shown in the reader's calendar", () => {
  const moment = "2026-11-22T12:00:00Z";
  const years = (["gregory", "persian", "islamic-umalqura"] as const).map((calendar) =>
    new Dates(new Speech("en", "locale"), calendar, "Asia/Tehran").full(moment),
  );
  expect(years[0]).toContain("2026");
  expect(years[1]).toContain("1405");
  expect(years[2]).toContain("1448");
});

test("a day begins where the reader is", () => {
  const dates = new Dates(new Speech("fa", "locale"), "persian", "Asia/Tehran");
  const now = Date.parse("2026-11-22T20:45:00Z");
  expect(dates.day("2026-11-22T20:31:00Z", now)).toBe("امروز");
  expect(dates.day("2026-11-22T20:29:00Z", now)).toBe("دیروز");
});

test("durations have the reader's digits", () => {
  expect(new Dates(new Speech("ar", "locale"), "gregory").duration(3_729)).toBe("١:٠٢:٠٩");
  expect(new Dates(new Speech("en", "locale"), "gregory").duration(65)).toBe("1:05");
});

test("languages are known by their short name", () => {
  expect([asLanguage("fa-IR"), asLanguage("ar_SA"), asLanguage("de"), asLanguage(null)]).toEqual(["fa", "ar", null, null]);
});

test("a number of ours in front does not turn round what was said", () => {
  expect(["VT-17: الغسالة لا تدور", "VT-17: Boiler", "سلام VT-17", "Hello", "VT-17", "+9665 1"].map(directionOfSaid)).toEqual(["rtl", "ltr", "rtl", "ltr", "auto", "ltr"]);
});
