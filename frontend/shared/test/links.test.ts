import { expect, test } from "vitest";
import { partsOf } from "../links";

const links = (text: string) => partsOf(text).flatMap(({ href }) => href ?? []);

test("a text without an address is one part", () => {
  expect(partsOf("سلام")).toEqual([{ text: "سلام", href: null }]);
});

test("the parts together are the text", () => {
  const text = "see https://a.example/x, then http://b.example؟ end";
  expect(partsOf(text).map((part) => part.text).join("")).toBe(text);
});

test("the mark after an address ends the sentence, not the address", () => {
  expect(links("https://a.example/x، https://b.example/y. (https://c.example)")).toEqual([
    "https://a.example/x",
    "https://b.example/y",
    "https://c.example",
  ]);
});

test("other schemes and addresses with direction overrides stay text", () => {
  expect(links("javascript:alert(1) data:text/html,x https://a.example/\u202egpj.exe")).toEqual([]);
});
