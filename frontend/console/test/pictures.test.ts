import { expect, test } from "vitest";
import { asked, besides, editable, pictured } from "../src/pages/work/pictures";
import type { Attachment } from "../src/protocol";

const id = "01900000-0000-7000-8000-000000000001";
const file = (change: Partial<Attachment> = {}): Attachment => ({ id, name: "a.png", content_type: "image/png", size: 1, url: `/api/files/${id}`, ...change });

test("a picture of our own mail is found by its file, one that came by the place that the mail says", () => {
  expect(pictured(`<p><img alt="x" src="cid:${id}"></p>`, [file()], null)).toBe(`<p><img alt="x" src="/api/files/${id}"></p>`);
  expect(pictured('<img src="cid:logo&amp;1@x">', [file()], { "logo&1@x": 0 })).toBe(`<img src="/api/files/${id}">`);
});

test("a name without a file, a file that is no picture and a foreign name show nothing", () => {
  for (const html of ['<img src="cid:other">', '<img src="cid:constructor">', '<img src="cid:__proto__">']) expect(pictured(html, [file()], {})).toBe("<img >");
  expect(pictured(`<img src="cid:${id}">`, [file({ content_type: "image/svg+xml" })], null)).toBe("<img >");
  expect(pictured('<img src="cid:a">', [file()], { a: 7 })).toBe("<img >");
});

test("what the text shows is not listed again", () => {
  const other = file({ id: "2", url: "/api/files/2" });
  expect(besides(`<img src="cid:${id}">`, [file(), other], null)).toEqual([other]);
  expect(besides(null, [file()], null)).toEqual([file()]);
});

test("the editor shows what the server keeps", () => {
  expect(editable(`<p><img alt="" src="cid:${id}"></p>`)).toBe(`<p><img alt="" src="/api/files/${id}"></p>`);
  expect(editable('<img src="cid:x">')).toBe('<img src="cid:x">');
});

test("pictures that lie elsewhere have no source until they are asked for, and then the server's", () => {
  const html = '<p><img alt="x" src="cid:outside-12@markaz.invalid"></p>';
  expect(pictured(html, [], {})).toBe('<p><img alt="x" ></p>');
  expect(asked(html, "m")).toBe('<p><img alt="x" src="/api/messages/m/pictures/12"></p>');
  expect(asked('<img src="cid:outside-x@markaz.invalid">', "m")).not.toContain("/api/");
});
