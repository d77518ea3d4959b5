import { describe, expect, test } from "vitest";
import { Phrases, phrasebook, type Entry, type Phrasebook } from "../src/i18n/phrases";
import { Speech } from "../src/i18n/words";

type Book = Phrasebook<Record<string, Entry>>;

const modules = import.meta.glob<Record<string, Book>>("../src/{kit,pages}/**/{words,permissions}.ts", { eager: true });
const books = Object.entries(modules).map(([path, module]) => [path.replace("../src/", ""), Object.values(module)[0]!] as const);

test("there are books to look at", () => {
  expect(books.length).toBeGreaterThan(10);
});

describe.each(books)("%s", (_path, book) => {
  test.each(["ar", "fa"] as const)("%s has the words of English in their order, with the same gaps", (language) => {
    const gaps = (entry: Entry | undefined) => new Set(JSON.stringify(entry).match(/\{\w+\}/g));
    expect(Object.keys(book[language])).toEqual(Object.keys(book.en));
    for (const key of Object.keys(book.en)) expect([key, gaps(book[language][key])]).toEqual([key, gaps(book.en[key])]);
  });
});

test("a folder's words are said like the console's own", () => {
  const book = phrasebook({
    en: { hello: "Hello {name}", apples: { one: "One apple", other: "{n} apples" }, "kind.a": "Kind A" },
    ar: { hello: "مرحبًا {name}", apples: { one: "تفاحة", two: "تفاحتان", few: "{n} تفاحات", many: "{n} تفاحة", other: "{n} تفاحة" }, "kind.a": "نوع" },
    fa: { hello: "سلام {name}", apples: { one: "یک سیب", other: "{n} سیب" }, "kind.a": "گونه" },
  });
  const { say, count, sayAny } = new Phrases(new Speech("ar", "locale"), book);
  expect(say("hello", { name: "Lena" })).toBe("مرحبًا \u2068Lena\u2069");
  expect([count("apples", 2), count("apples", 5)]).toEqual(["تفاحتان", "٥ تفاحات"]);
  expect([sayAny("kind", "a", "?"), sayAny("kind", "b", "b"), sayAny("apples", "", "no word")]).toEqual(["نوع", "b", "no word"]);
});
