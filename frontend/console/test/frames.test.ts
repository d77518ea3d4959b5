import { describe, expect, test } from "vitest";
import { addressOf, askedOf, isForeign, isFrom, renewalMs } from "../src/frames/handshake";
import type { ExtensionView } from "../src/protocol";

const extension = (url: string, origin = "https://erp.example"): ExtensionView => ({ id: "e1", name: { en: "ERP" }, url, origin, place: "conversation" });
const id = "01890000-0000-7000-8000-000000000001";

describe("a frame's message", () => {
  test("is one of the protocol", () => {
    expect(askedOf({ type: "markaz:ready" })).toEqual({ type: "ready" });
    expect(askedOf({ type: "markaz:open", customer: id })).toEqual({ type: "open", customer: id });
    expect(askedOf({ type: "markaz:open", interaction: id })).toEqual({ type: "open", interaction: id });
    expect(askedOf({ type: "markaz:insert", text: "x".repeat(9_000) })).toEqual({ type: "insert", text: "x".repeat(5_000) });
  });

  test.each([null, "markaz:ready", { type: "ready" }, { type: "markaz:open", customer: "../settings" }, { type: "markaz:insert", text: 5 }, { type: "markaz:insert", text: " " }])(
    "or nothing: %j",
    (message) => expect(askedOf(message)).toBeNull(),
  );

  test("counts from the frame itself on its own origin only", () => {
    const frame = {} as Window;
    expect(isFrom({ source: frame, origin: "https://erp.example" }, frame, "https://erp.example")).toBe(true);
    expect(isFrom({ source: frame, origin: "https://evil.example" }, frame, "https://erp.example")).toBe(false);
    expect(isFrom({ source: {} as Window, origin: "https://erp.example" }, frame, "https://erp.example")).toBe(false);
    expect(isFrom({ source: null, origin: "https://erp.example" }, null, "https://erp.example")).toBe(false);
  });
});

test("an address names what it is asked to, written so that it cannot become more", () => {
  const subject = { customerId: "c/1?x", interaction: { id: "i1", number: 7, channel: "email" } };
  expect(addressOf(extension("https://erp.example/{customer_id}?n={interaction_number}&l={locale}"), subject, "fa")).toBe(
    "https://erp.example/c%2F1%3Fx?n=7&l=fa",
  );
});

test("our own origin is never framed, nor an address of another origin than the one that is spoken to", () => {
  expect(isForeign(extension("https://erp.example/{customer_id}"), "https://markaz.example")).toBe(true);
  expect(isForeign(extension("https://erp.example/"), "https://erp.example")).toBe(false);
  expect(isForeign(extension("https://other.example/"), "https://markaz.example")).toBe(false);
});

test("a context is renewed before it ends, and never in a rush", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(renewalMs("2026-11-22T12:05:00Z", now)).toBe(255_000);
  expect(renewalMs("2026-11-22T11:00:00Z", now)).toBe(5_000);
});
