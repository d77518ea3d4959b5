import { expect, test } from "vitest";
import { customerOf, givenBack, isAddress, recipientsIn, saidRecipients } from "../src/pages/work/letter";
import { held, interaction } from "./examples";

const nothing = { text: "", html: null, attachments: [], recipients: null, subject: null, forwards: null };

test("what is pasted from a mail program is taken apart, and what is no address is left", () => {
  const said = 'Lena <Lena@Shop.Example>; "Omid, R." <omid@shop.example>, sara@shop.example ali@shop.example، nobody';
  const { found, left } = recipientsIn(said);
  expect(found.map(({ address }) => address)).toEqual(["lena@shop.example", "omid@shop.example", "sara@shop.example", "ali@shop.example"]);
  expect(found.map(({ name }) => name)).toEqual(["Lena", "Omid, R.", "", ""]);
  expect(left).toEqual(["nobody"]);
  expect(recipientsIn('"open <a@b.example>, c@d.example').found.length + recipientsIn('"open').left.length).toBeGreaterThan(0);
});

test("an address is one, and not less", () => {
  for (const good of ["a@b.example", "x.y+z@mail.shop.example"]) expect(isAddress(good)).toBe(true);
  for (const bad of ["", "a", "a@b", "a@@b.example", "a b@c.example", "a@b..example", ".a@b.example", "a@b.example.", "<a@b.example>"]) expect(isAddress(bad)).toBe(false);
});

test("to the customer alone nothing is said", () => {
  const of = interaction("i1", { address: "lena@shop.example" });
  const usual = { to: [customerOf(of)], cc: [], bcc: [] };
  expect(saidRecipients(usual, of)).toBeNull();
  const copied = { ...usual, cc: [{ address: "omid@shop.example", name: "" }] };
  expect(saidRecipients(copied, of)).toEqual(copied);
});

test("words that were taken back stand before what is written now, formatted when one of them is", () => {
  expect(givenBack(held("h", { text: "first" }), { ...nothing, text: "second" })).toMatchObject({ text: "first\nsecond", html: null });
  const both = givenBack(held("h", { text: "a < b", html: null }), { ...nothing, text: "bold", html: "<p><b>bold</b></p>" });
  expect(both.html).toBe("<p>a &lt; b</p><p><b>bold</b></p>");
  expect(givenBack(held("h", { text: "only" }), nothing).text).toBe("only");
});
