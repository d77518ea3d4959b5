import { describe, expect, it } from "vitest";
import { askedFor, filled, nameIn, type Asked } from "../../widget/src/desk/fields";
import { asLanguage, deskWords } from "../../widget/src/desk/words";
import { partsOf } from "../src/route";
import { Speech } from "../src/speech";
import { portalWords } from "../src/words";

const field = (key: string, kinds: string[] | null = null): Asked => ({ key, names: { en: key }, type: "text", options: [], is_required: false, kinds });

describe("words", () => {
  it("says the same things in three languages, with the same values in them", () => {
    const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort().join();
    for (const words of [portalWords, deskWords] as Record<"en" | "ar" | "fa", Record<string, string>>[]) {
      for (const [word, text] of Object.entries(words.en)) {
        expect(values(words.ar[word]!), word).toBe(values(text));
        expect(values(words.fa[word]!), word).toBe(values(text));
      }
    }
  });

  it("writes a moment in the reader's calendar and digits", () => {
    const at = "2026-11-26T09:30:00Z";
    expect(new Speech("fa", "persian", "language", "Asia/Tehran").at(at)).toContain("۵ آذر ۱۴۰۵");
    expect(new Speech("fa", "gregory", "latin", "Asia/Tehran").at(at)).toContain("2026");
    expect(new Speech("ar", "islamic-umalqura", "language", "Asia/Riyadh").at(at)).toContain("١٤٤٨");
    expect(new Speech("en", "gregory", "language", "UTC").day("2026-11-26")).toBe("November 26, 2026");
  });

  it("sets apart what stands in a sentence, and knows no words of others", () => {
    const speech = new Speech("fa", "persian", "language");
    expect(speech.say("rate.score", { n: 4 })).toContain("\u2068۴\u2069");
    expect(speech.sayAny("stage", "unheard")).toBe("unheard");
    expect([asLanguage("ar-SA"), asLanguage("de"), asLanguage(null)]).toEqual(["ar", null, null]);
  });
});

describe("what is sent", () => {
  it("has no field of another kind and nothing that was left empty", () => {
    const fields = askedFor([field("a"), field("b", ["complaint"]), field("c", ["inquiry"])], "inquiry");
    expect(fields.map(({ key }) => key)).toEqual(["a", "c"]);
    expect(filled(fields, { a: "", b: "x", c: "y" })).toEqual({ c: "y" });
    expect(filled(fields, { a: false, c: [] })).toEqual({ a: false });
  });

  it("calls a field by any name that there is", () => {
    expect(nameIn({ fa: "رنگ" }, "ar")).toBe("رنگ");
    expect(nameIn({ fa: "رنگ", en: "Colour" }, "ar")).toBe("Colour");
  });
});

it("reads an address of the portal", () => {
  expect(partsOf("#/tickets/01a2")).toEqual(["tickets", "01a2"]);
  expect(partsOf("#/")).toEqual([]);
  expect(partsOf("")).toEqual([]);
});
