import { describe, expect, it } from "vitest";
import { segmentsOf } from "../src/pages/work/segments";

// The same as tests/unit/test_twilio_words.py holds the server to.
describe("segments", () => {
  const cases: [string, string, number, "gsm7" | "ucs2"][] = [
    ["plain", "a".repeat(160), 1, "gsm7"],
    ["plain and one more", "a".repeat(161), 2, "gsm7"],
    ["two full ones", "a".repeat(306), 2, "gsm7"],
    ["three", "a".repeat(307), 3, "gsm7"],
    ["the euro counts twice", "€".repeat(80), 1, "gsm7"],
    ["and never is cut", `${"a".repeat(152)}€${"a".repeat(152)}`, 3, "gsm7"],
    ["Persian", "س".repeat(70), 1, "ucs2"],
    ["Persian and one more", "س".repeat(71), 2, "ucs2"],
    ["Arabic in three", "م".repeat(135), 3, "ucs2"],
    ["pairs are two", "😀".repeat(35), 1, "ucs2"],
  ];
  it.each(cases)("%s", (_, text, count, alphabet) => {
    expect(segmentsOf(text)).toMatchObject({ count, alphabet });
  });
  it("says how much is left", () => {
    expect(segmentsOf("سلام").left).toBe(66);
    expect(segmentsOf("a".repeat(161)).left).toBe(306 - 161);
  });
});
