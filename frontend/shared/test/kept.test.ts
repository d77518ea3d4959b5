import { afterEach, expect, it, vi } from "vitest";
import { browserStorage, keep, kept, keptValue } from "../kept";

class Kept {
  readonly texts = new Map<string, string>();
  getItem = (key: string) => this.texts.get(key) ?? null;
  setItem = (key: string, text: string) => void this.texts.set(key, text);
  removeItem = (key: string) => void this.texts.delete(key);
}

afterEach(() => vi.unstubAllGlobals());

it("keeps a text until it is taken away, for the browser or for the tab", () => {
  vi.stubGlobal("localStorage", new Kept());
  vi.stubGlobal("sessionStorage", new Kept());
  keep("language", "fa");
  expect([kept("language"), kept("language", "session")]).toEqual(["fa", null]);
  keep("language", "ar", "session");
  expect([kept("language"), kept("language", "session")]).toEqual(["fa", "ar"]);
  keep("language", null);
  expect([kept("language"), kept("language", "session")]).toEqual([null, "ar"]);
});

it("reads a value, and nothing of what is damaged", () => {
  const storage = new Kept();
  vi.stubGlobal("localStorage", storage);
  storage.texts.set("whole", '{"a":[1]}').set("damaged", '{"a":');
  expect([keptValue("whole"), keptValue("damaged"), keptValue("missing")]).toEqual([{ a: [1] }, null, null]);
});

it("goes on where storage is forbidden or full", () => {
  const full = new Kept();
  full.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  vi.stubGlobal("localStorage", full);
  keep("language", "fa");
  expect(kept("language")).toBeNull();
  const forbidden = { get() { throw new DOMException("no", "SecurityError"); }, configurable: true };
  vi.unstubAllGlobals();
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", forbidden);
  try {
    keep("language", "fa");
    expect([kept("language"), keptValue("language"), browserStorage()]).toEqual([null, null, null]);
  } finally {
    if (before) Object.defineProperty(globalThis, "localStorage", before);
    else Reflect.deleteProperty(globalThis, "localStorage");
  }
});
