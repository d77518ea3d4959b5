/** What a shortcut belongs to; the list under `?` is grouped by it. */
export const scopes = ["everywhere", "pages", "presence", "offer", "work", "conversation", "composer"] as const;
export type Scope = (typeof scopes)[number];

export interface Shortcut {
  id: string;
  /** Each of them runs it: `g w`, one after the other; `Mod+K`; `?`. The first is the one that is shown. */
  keys: string[];
  word: string;
  scope: Scope;
  run: () => void;
}

/** What of a keyboard event is looked at. */
export interface Press {
  code: string;
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const modifiers = ["Mod", "Alt", "Shift"] as const;
const signs: Record<string, string> = { "/": "Slash", ".": "Period", ",": "Comma", "[": "BracketLeft", "]": "BracketRight" };
const sequenceMs = 1_200;
const storageKey = "markaz.shortcuts.off";
export const singleKeys = "single-keys";

/**
 * One stroke as it is compared: modifiers in order and the key's place on the keyboard.
 *
 * By place (`code`), because the key that says `w` in English says `ص` in Arabic and Persian.
 */
export function strokeOf(written: string): string {
  if (written === "?") return "Shift+Slash";
  const parts = written.split("+");
  const key = parts.at(-1)!;
  return [...modifiers.filter((name) => parts.slice(0, -1).includes(name)), codeOf(key)].join("+");
}

function codeOf(key: string): string {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  return /^\d$/.test(key) ? `Digit${key}` : (signs[key] ?? key);
}

export function pressed(press: Press): string {
  // Where the question mark lies elsewhere, the letter counts.
  if (press.key === "?" || press.key === "؟") return "Shift+Slash";
  const held = { Mod: press.ctrlKey || press.metaKey, Alt: press.altKey, Shift: press.shiftKey };
  return [...modifiers.filter((name) => held[name]), press.code].join("+");
}

const isChord = (stroke: string) => /^(Mod|Alt)\+/.test(stroke);

/** All shortcuts that can be pressed now. */
export class Shortcuts {
  private readonly known = new Map<string, Shortcut>();
  private readonly listeners = new Set<() => void>();
  private begun: { strokes: string; at: number } | null = null;
  private off: Set<string>;
  private list: Shortcut[] = [];

  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem"> | null = null,
    private readonly isStrict = false,
  ) {
    this.off = new Set(readOff(storage));
  }

  /** Adds a shortcut and returns what removes it. While we develop, one that can never be reached is an error. */
  add(shortcut: Shortcut): () => void {
    if (this.isStrict) this.refuseConflicts(shortcut);
    this.known.set(shortcut.id, shortcut);
    this.changed();
    return () => {
      if (this.known.get(shortcut.id) === shortcut) this.known.delete(shortcut.id);
      this.changed();
    };
  }

  all = (): Shortcut[] => this.list;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  isOn = (id: string): boolean => !this.off.has(id);

  /** Switches one off or on; `single-keys` all that need neither Ctrl nor Alt (WCAG 2.1.4). */
  toggle(id: string, isOn: boolean): void {
    if (isOn) this.off.delete(id);
    else this.off.add(id);
    this.storage?.setItem(storageKey, JSON.stringify([...this.off]));
    this.changed();
  }

  /** The shortcut that this stroke completes. `isTyping`: only those with Ctrl, Command or Alt count. */
  find(press: Press, isTyping: boolean, now = Date.now()): Shortcut | null {
    const stroke = pressed(press);
    if (!isChord(stroke) && (isTyping || !this.isOn(singleKeys))) {
      this.begun = null;
      return null;
    }
    const before = this.begun !== null && now - this.begun.at < sequenceMs ? `${this.begun.strokes} ` : "";
    for (const strokes of before === "" ? [stroke] : [before + stroke, stroke]) {
      const found = this.active().find(({ keys }) => keys.some((each) => strokesOf(each) === strokes));
      if (found) {
        this.begun = null;
        return found;
      }
      if (this.active().some(({ keys }) => keys.some((each) => strokesOf(each).startsWith(`${strokes} `)))) {
        this.begun = { strokes, at: now };
        return null;
      }
    }
    this.begun = null;
    return null;
  }

  private active(): Shortcut[] {
    return this.list.filter(({ id }) => this.isOn(id));
  }

  private refuseConflicts(shortcut: Shortcut): void {
    for (const other of this.known.values()) {
      if (other.id === shortcut.id) continue;
      for (const own of shortcut.keys) for (const theirs of other.keys) {
        const [one, two] = [strokesOf(own), strokesOf(theirs)];
        if (one === two || one.startsWith(`${two} `) || two.startsWith(`${one} `)) {
          throw new Error(`the shortcut ${own} of ${shortcut.id} is in the way of ${theirs} of ${other.id}`);
        }
      }
    }
  }

  private changed(): void {
    this.list = [...this.known.values()];
    for (const listener of this.listeners) listener();
  }
}

function strokesOf(keys: string): string {
  return keys.split(" ").map(strokeOf).join(" ");
}

function readOff(storage: Pick<Storage, "getItem"> | null): string[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(storageKey) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** The keys as they are written on the keyboard: one list for each stroke. */
export function keyNames(keys: string, isMac: boolean): string[][] {
  const names: Record<string, string> = isMac
    ? { Mod: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↩", ArrowUp: "↑", ArrowDown: "↓", Escape: "esc" }
    : { Mod: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
  return keys.split(" ").map((stroke) => stroke.split("+").map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)));
}

/** Whether what has the focus takes letters. */
export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const kind = target instanceof HTMLInputElement ? target.type : "";
  const isButtonLike = ["checkbox", "radio", "button", "submit", "file", "color", "range"].includes(kind);
  return target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !isButtonLike);
}
