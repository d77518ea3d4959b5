import { expect, test } from "vitest";
import { compared, conditionOn, freshAction, numberOf, places, raised, sentActions, triggerOf, unfinished, usualRule, withPlaceholder, type KnownFact, type Operation } from "../src/pages/automation/automation";
import { partWords } from "../src/pages/automation/partWords";

const operations: Operation[] = ["is", "is_not", "one_of", "none_of", "at_least", "empty", "filled"];
const fact = (shape: KnownFact["shape"], own = operations): KnownFact => ({ name: "x", shape, operations: own, names: null });

test("another comparison keeps what was chosen as far as it fits", () => {
  const one = { fact: "x", operation: "is" as const, value: "high" };
  const many = compared(one, "one_of", "priority");
  expect(many.value).toEqual(["high"]);
  expect(compared(many, "is_not", "priority").value).toBe("high");
  expect(compared({ ...many, value: ["low", "high"] }, "is", "priority").value).toBe("low");
  expect(compared(one, "empty", "priority").value).toBeNull();
  expect(compared({ ...one, operation: "empty", value: null }, "one_of", "priority").value).toEqual([]);
  for (const from of operations) for (const to of operations) {
    const next = compared(compared(one, from, "priority"), to, "priority");
    expect(Array.isArray(next.value)).toBe(to === "one_of" || to === "none_of");
  }
});

test("a condition that nobody finished is known as such, and yes or no is finished from the beginning", () => {
  expect(unfinished(conditionOn(fact("stage")))).toBe(true);
  expect(unfinished(conditionOn(fact("text", ["contains"])))).toBe(true);
  expect(unfinished(conditionOn(fact("stage", ["one_of"])))).toBe(true);
  expect(unfinished(conditionOn(fact("yes_no", ["is"])))).toBe(false);
  expect(unfinished(conditionOn(fact("agent", ["empty"])))).toBe(false);
  expect(unfinished({ fact: "x", operation: "is", value: 0 })).toBe(false);
});

test("numbers are read in any digits, and what is none stays as it was typed", () => {
  expect([numberOf("۱۲"), numberOf("١٢٫٥"), numberOf("-3")]).toEqual([12, 12.5, -3]);
  expect([numberOf("twelve"), numberOf("")]).toEqual(["twelve", ""]);
});

test("what is sent has no empty words, and names people only where people are meant", () => {
  const tell = { do: "tell_customer" as const, texts: { en: "", fa: "سلام", ar: "  " } };
  const ring = { do: "notify" as const, to: "owner" as const, people: ["a"], text: "x" };
  expect(sentActions([tell, ring])).toEqual([{ do: "tell_customer", texts: { fa: "سلام" } }, { ...ring, people: [] }]);
  expect(sentActions([{ ...ring, to: "people" }])).toEqual([{ ...ring, to: "people" }]);
});

test("a placeholder goes to the end of the text with one space before it", () => {
  expect(withPlaceholder("", "ticket.number")).toBe("{ticket.number}");
  expect(withPlaceholder("تیکت", "ticket.number")).toBe("تیکت {ticket.number}");
  expect(withPlaceholder("تیکت ", "ticket.number")).toBe("تیکت {ticket.number}");
});

test("an action goes one earlier, and the first nowhere", () => {
  expect(raised(["a", "b", "c"], 2)).toEqual(["a", "c", "b"]);
  expect(raised(["a", "b"], 0)).toEqual(["a", "b"]);
  expect(raised(["a", "b"], 7)).toEqual(["a", "b"]);
});

test("a new rule comes last, and begins with something that can be saved", () => {
  expect(usualRule([{ id: "a", position: 200 }]).position).toBe(300);
  expect(triggerOf("time")).toMatchObject({ on: "time", minutes: 1440, in_business_time: true });
  expect(freshAction("set_field", ["shelf"])).toEqual({ do: "set_field", key: "shelf", value: null });
  expect(places).toContain("conditions.any.29");
});

test("every comparison has a word", () => {
  for (const operation of ["contains", "lacks", "at_most", ...operations]) expect(partWords.fa).toHaveProperty([`operation.${operation}`]);
});
