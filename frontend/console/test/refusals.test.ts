import { expect, it } from "vitest";
import { Problem } from "../src/http/api";
import { Refusals, refusalsIn } from "../src/i18n/refusals";

const book = new Refusals({
  "It is over already.": "انتهى بالفعل.",
  "It is {0}.": "هو {0}.",
  "{0} is required.": "{0} مطلوب.",
  "The queue {0} is switched off.": "قائمة الانتظار {0} متوقفة.",
  "{0} cannot go from {1} to {2}.": "لا يمكن نقل {0} إلى {2} من {1}.",
  "Keys (a+b) are {0}?": "المفاتيح {0}؟",
});

function refused(detail: string, extra: Problem["extra"] = {}): Problem {
  return new Problem(409, "urn:markaz:problem:conflict", detail, null, extra);
}

it("says a sentence, with its values where the language has them", () => {
  expect(book.sentence("It is over already.")).toBe("انتهى بالفعل.");
  expect(book.sentence("V-7 cannot go from done to open.")).toBe("لا يمكن نقل V-7 إلى open من done.");
  expect(book.sentence("Keys (a+b) are 1\n2?")).toBe("المفاتيح 1\n2؟");
});

it("says it by the sentence that has more words of its own", () => {
  expect(book.sentence("The queue It is required. is switched off.")).toBe("قائمة الانتظار It is required. متوقفة.");
  expect(book.sentence("It is late.")).toBe("هو late.");
});

it("keeps to what it knows", () => {
  expect(book.sentence("Nobody wrote this.")).toBeNull();
  expect(book.sentence("toString")).toBeNull();
  expect(book.of(refused("Nobody wrote this."))).toBeNull();
});

it("says several faults one after the other, and none where one is unknown", () => {
  const errors = ["It is over already.", "name is required."].map((msg) => ({ loc: "name", msg }));
  expect(book.of(refused("name: It is over already.", { errors }))).toBe("انتهى بالفعل. name مطلوب.");
  expect(book.of(refused("name: Strange.", { errors: [...errors, { loc: "name", msg: "Strange." }] }))).toBeNull();
});

it("has the same sentences in Arabic and Persian, and none in English, which the server speaks", async () => {
  expect(await refusalsIn("en")).toBeNull();
  for (const language of ["ar", "fa"] as const) {
    const found = await refusalsIn(language);
    expect(found?.sentence("There is no such queue.")).toMatch(/^[؀-ۿ ‌]+\.$/);
    expect(found?.sentence("The queue Sales is switched off.")).toContain("Sales");
  }
});
