import { expect, test } from "vitest";
import { mustAsk } from "../src/asking";
import { isPage } from "../src/invite";
import type { Field, WidgetSettings } from "../src/protocol";
import { speechIn } from "../src/words";

const field = (change: Partial<Field>): Field => ({ key: "k", kind: "text", label: "", is_required: false, options: [], ...change });
const settings = (fields: Field[], change: Partial<WidgetSettings> = {}) => ({ fields, consent: null, departments: [], ...change }) as unknown as WidgetSettings;

test("a pattern is part of an address, with a star for anything, and nothing else in it is special", () => {
  expect(isPage("/shop/*/pay", "https://a.example/shop/17/pay?x=1")).toBe(true);
  expect(isPage("*", "https://a.example/")).toBe(true);
  expect(isPage("a.example", "https://aXexample/")).toBe(false);
  expect(isPage("(", "https://a.example/(")).toBe(true);
});

test("a name and an address that nobody need give are no form", () => {
  expect(mustAsk(settings([field({ kind: "name" }), field({ kind: "email" })]))).toBe(false);
  expect(mustAsk(settings([field({ kind: "email", is_required: true })]))).toBe(true);
  expect(mustAsk(settings([field({ kind: "select" })]))).toBe(true);
  expect(mustAsk(settings([], { consent: { version: "1", text: "", is_required: false } }))).toBe(true);
});

test("the promised time is said in the calendar of the language", () => {
  const at = "2026-03-21T08:00:00Z";
  expect(speechIn("fa").moment(at)).toMatch(/فروردین/);
  expect(speechIn("ar").moment(at)).toMatch(/[٠-٩]/);
  expect(speechIn("en").moment(at)).toMatch(/March/);
});

test("words of the settings are said like our own", () => {
  expect(speechIn("en", { wait: "About {n} min" }).say("wait", 4)).toBe("About 4 min");
  expect(speechIn("en").say("wait", 4)).toBe("");
});
