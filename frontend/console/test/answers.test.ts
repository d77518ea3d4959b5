import { expect, test } from "vitest";
import { lookedAt, lookHoldsMs, stillLooking } from "../src/live/looking";
import { commandBefore, fillIn, fitting, languageFor, languageOf, textIn, type Answer } from "../src/pages/work/answers";
import { emoji } from "../src/pages/work/emoji";
import { momentOf, presets } from "../src/pages/work/moments";
import { customer, interaction, message } from "./examples";

const facts = { "customer.name": "مریم", "agent.name": "Sara", "interaction.number": "12" };
const answer = (change: Partial<Answer>): Answer => ({
  id: "1", scope: "all", owner_id: null, branch_id: null, title: "Title", shortcut: "title", texts: { en: "text" }, queue_id: null, channel: null, is_active: true, version: 1, ...change,
});

test("only names of the list are filled in, and nothing is a path", () => {
  expect(fillIn("{customer.name}, {agent.name} {interaction.number}", facts)).toBe("مریم, Sara 12");
  for (const text of ["{customer}", "{customer.name.length}", "{constructor}", "{__proto__}", "{to.string}"]) expect(fillIn(text, facts)).toBe(text);
});

test("a name that looks like a placeholder is not filled in again", () => {
  expect(fillIn("{customer.name}", { ...facts, "customer.name": "{agent.name}" })).toBe("{agent.name}");
});

test("what is missing is said as the text says, else as is usual, and a value is one line", () => {
  expect(fillIn("Dear {customer.name|friend}", { "customer.name": " " })).toBe("Dear friend");
  expect(fillIn("{customer.name}", {}, "fa")).toBe("مشتری گرامی");
  expect(fillIn("{customer.name|}{date}", {}, "fa")).toBe("");
  expect(fillIn("{customer.name}", { "customer.name": "Lena\r\nBcc: x" })).toBe("Lena Bcc: x");
});

test("an answer of this queue comes first, one of another channel not at all", () => {
  const answers = [answer({ id: "a", title: "A" }), answer({ id: "b", title: "B", queue_id: "q" }), answer({ id: "c", title: "C", channel: "sms" })];
  expect(fitting(answers, "", { queue_id: "q", channel: "email" }).map(({ id }) => id)).toEqual(["b", "a"]);
  expect(fitting(answers, "").length).toBe(3);
});

test("a slash counts where a word begins", () => {
  expect(commandBefore("/")).toBe("");
  expect(commandBefore("سلام /ضم")).toBe("ضم");
  expect(commandBefore("line\n/war")).toBe("war");
  for (const text of ["and/or", "http://", "1/2", "/war ", ""]) expect(commandBefore(text)).toBeNull();
});

test("a query finds by any spelling, shortcuts first", () => {
  const answers = [answer({ id: "a", title: "Aardvark", texts: { fa: "كتاب" } }), answer({ id: "b", title: "Zebra", shortcut: "کتاب" })];
  expect(fitting(answers, "کتاب").map(({ id }) => id)).toEqual(["b", "a"]);
  expect(fitting(answers, "xyz")).toEqual([]);
});

test("the customer's language is the recorded one, then the one last written, then the agent's", () => {
  const work = (locale: string | null, text: string) => ({ interaction: interaction("i", { customer: { ...customer, locale } }), messages: [message("i", 1, { text })] });
  expect(languageFor(work("ar", "hello there"), "en")).toBe("ar");
  expect(languageFor(work(null, "یخچال چه شد؟"), "en")).toBe("fa");
  expect(languageFor(work(null, "أين الثلاجة"), "en")).toBe("ar");
  expect(languageFor(work(null, "12345"), "fa")).toBe("fa");
  expect(languageOf("Hello")).toBe("en");
});

test("an answer without the language is said in the next best", () => {
  expect(textIn(answer({ texts: { fa: "متن" } }), "ar", "en")).toEqual({ language: "fa", text: "متن" });
});

test("whoever says nothing for too long is no longer here", () => {
  const look = { interaction_id: "i", staff_id: "s", name: "Nadia", is_here: true, is_writing: true };
  const looking = lookedAt({}, look, 0);
  expect(looking["i"]?.["s"]?.isWriting).toBe(true);
  expect(stillLooking(looking, lookHoldsMs - 1)).toEqual(looking);
  expect(stillLooking(looking, lookHoldsMs)).toEqual({});
  expect(lookedAt(looking, { ...look, is_here: false }, 1)["i"]).toEqual({});
});

test("the next working day passes over the days off", () => {
  const thursday = new Date(2026, 10, 26, 15);
  const persian = presets(thursday, ["friday"]);
  expect(persian.map(({ word }) => word)).toEqual(["in_hour", "tomorrow", "next_working_day"]);
  expect(persian[2]!.at.getDay()).toBe(6);
  expect(presets(thursday, ["saturday", "sunday"])).toHaveLength(2);
});

test("a moment is typed in any digits, and is none until it is whole", () => {
  expect(momentOf("2026-11-27", "۱۴:۳۰")).toEqual(new Date(2026, 10, 27, 14, 30));
  expect(momentOf("2026-11-27", "905")).toEqual(new Date(2026, 10, 27, 9, 5));
  for (const time of ["", "25:00", "9", "12:60"]) expect(momentOf("2026-11-27", time)).toBeNull();
  expect(momentOf(null, "12:00")).toBeNull();
});

test("every emoji is there once, with a name in each language", () => {
  expect(new Set(emoji.map(({ sign }) => sign)).size).toBe(emoji.length);
  for (const { names } of emoji) expect(names.split("|").every((name) => name.trim() !== "") && names.split("|").length).toBe(3);
});
