import { describe, expect, test } from "vitest";
import { keyNames, Shortcuts, singleKeys, type Press, type Shortcut } from "../src/kit/shortcuts";
import { keysOf } from "../src/shell/pageKeys";

const press = (code: string, more: Partial<Press> = {}): Press => ({
  code, key: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
});
const shortcut = (id: string, ...keys: string[]): Shortcut => ({ id, keys, word: id, scope: "everywhere", run: () => undefined });
const store = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};

function some(...wanted: Shortcut[]): Shortcuts {
  const all = new Shortcuts(null, true);
  for (const each of wanted) all.add(each);
  return all;
}

describe("shortcuts", () => {
  test("are found by the key's place, whatever the layout says", () => {
    const all = some(shortcut("reply", "r"), shortcut("palette", "Mod+K"));
    expect(all.find(press("KeyR", { key: "ق" }), false)?.id).toBe("reply");
    expect(all.find(press("KeyK", { key: "ن", ctrlKey: true }), true)?.id).toBe("palette");
    expect(all.find(press("KeyK", { key: "k", metaKey: true }), true)?.id).toBe("palette");
  });

  test("of one letter stay silent while somebody writes", () => {
    expect(some(shortcut("reply", "r")).find(press("KeyR"), true)).toBeNull();
  });

  test("may be two keys one after the other, within a moment", () => {
    const all = some(shortcut("work", "g w"), shortcut("close", "e"));
    expect(all.find(press("KeyG"), false, 0)).toBeNull();
    expect(all.find(press("KeyW"), false, 500)?.id).toBe("work");
    expect(all.find(press("KeyG"), false, 1_000)).toBeNull();
    expect(all.find(press("KeyW"), false, 9_000)).toBeNull();
    expect(all.find(press("KeyG"), false, 10_000)).toBeNull();
    expect(all.find(press("KeyE"), false, 10_100)?.id).toBe("close");
  });

  test("a question mark is one wherever it lies", () => {
    const all = some(shortcut("help", "?"));
    expect(all.find(press("Slash", { key: "؟", shiftKey: true }), false)?.id).toBe("help");
    expect(all.find(press("Minus", { key: "?", shiftKey: true }), false)?.id).toBe("help");
    expect(all.find(press("Slash", { key: "/" }), false)).toBeNull();
  });

  test("that are in each other's way are an error while we develop", () => {
    const all = some(shortcut("work", "g w"));
    expect(() => all.add(shortcut("other", "g w"))).toThrow(/in the way/);
    expect(() => all.add(shortcut("other", "g"))).toThrow(/in the way/);
    expect(() => all.add(shortcut("other", "g c"))).not.toThrow();
  });

  test("can be switched off one by one, and all single keys together; it is remembered", () => {
    const storage = store();
    const all = new Shortcuts(storage);
    all.add(shortcut("reply", "r"));
    all.add(shortcut("palette", "Mod+K"));
    all.toggle("palette", false);
    expect(all.find(press("KeyK", { ctrlKey: true }), false)).toBeNull();
    all.toggle(singleKeys, false);
    expect(all.find(press("KeyR"), false)).toBeNull();
    const later = new Shortcuts(storage);
    later.add(shortcut("palette", "Mod+K"));
    expect(later.isOn("palette")).toBe(false);
  });

  test("go with what they belong to", () => {
    const all = some();
    const remove = all.add(shortcut("reply", "r"));
    remove();
    expect(all.find(press("KeyR"), false)).toBeNull();
    expect(all.all()).toEqual([]);
  });

  test("are named as on the keyboard before the reader", () => {
    expect(keyNames("Mod+K", true)).toEqual([["⌘", "K"]]);
    expect(keyNames("Mod+K", false)).toEqual([["Ctrl", "K"]]);
    expect(keyNames("g w", false)).toEqual([["G"], ["W"]]);
  });
});

test("each page has a key of its own, also one that nobody thought of", () => {
  const paths = ["work", "customers", "conversations", "channels", "search", "audit", "agents", "answers", "wombats"];
  const keys = keysOf(paths);
  expect(keys.get("work")).toBe("g w");
  expect(new Set(keys.values()).size).toBe(paths.length);
});
