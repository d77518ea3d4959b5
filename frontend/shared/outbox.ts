/**
 * What was written and is not yet committed by the server.
 *
 * Each entry has a key of its own in the browser's storage, so that tabs cannot overwrite each other's entries. Two tabs
 * may send the same entry: the server does nothing the second time (law 5).
 */

export interface Entry {
  client_id: string;
  /** Milliseconds; entries are sent in this order. */
  written_at: number;
  /** Why the server refused it for good (in the console a kind of problem); null while it may still be sent. */
  refused: string | null;
}

export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Says what became of a try: committed, refused for good (with the reason), or to be tried again. */
export type Outcome = { kind: "committed" } | { kind: "refused"; reason: string } | { kind: "later" };

export class Outbox<T extends Entry> {
  private readonly memory = new Map<string, T>();
  /** Entries that the storage did not take; they live in memory only. */
  private readonly unsaved = new Set<string>();
  private isFlushing = false;

  constructor(
    private readonly storage: Storage | null,
    private readonly prefix: string,
    private readonly changed: () => void = () => undefined,
  ) {
    this.reload();
  }

  /** Oldest first. */
  entries(): T[] {
    return [...this.memory.values()].sort(
      (a, b) => a.written_at - b.written_at || a.client_id.localeCompare(b.client_id),
    );
  }

  put(entry: T): void {
    this.memory.set(entry.client_id, entry);
    this.write(entry);
    this.changed();
  }

  remove(clientId: string): void {
    if (!this.memory.delete(clientId)) return;
    try {
      this.storage?.removeItem(this.prefix + clientId);
    } catch {
      // Storage that cannot be written holds nothing to remove.
    }
    this.changed();
  }

  /** Takes over what other tabs wrote or settled since. */
  reload(): void {
    if (!this.storage) return;
    try {
      for (const clientId of this.memory.keys()) if (!this.unsaved.has(clientId)) this.memory.delete(clientId);
      for (let index = 0; index < this.storage.length; index += 1) {
        const key = this.storage.key(index);
        const text = key?.startsWith(this.prefix) ? this.storage.getItem(key) : null;
        if (!text) continue;
        const entry = JSON.parse(text) as T;
        this.memory.set(entry.client_id, entry);
      }
    } catch {
      // A browser may forbid storage: then the outbox lives as long as the page.
    }
    this.changed();
  }

  /**
   * Sends one after the other, oldest first, and stops at the first that must wait.
   *
   * Returns whether everything sendable is settled.
   */
  async flush(send: (entry: T) => Promise<Outcome>): Promise<boolean> {
    if (this.isFlushing) return true;
    this.isFlushing = true;
    try {
      for (;;) {
        const entry = this.entries().find((candidate) => candidate.refused === null);
        if (!entry) return true;
        const outcome = await send(entry);
        if (outcome.kind === "later") return false;
        if (outcome.kind === "committed") this.remove(entry.client_id);
        else this.put({ ...entry, refused: outcome.reason });
      }
    } finally {
      this.isFlushing = false;
    }
  }

  private write(entry: T): void {
    try {
      this.storage?.setItem(this.prefix + entry.client_id, JSON.stringify(entry));
      this.unsaved.delete(entry.client_id);
    } catch {
      this.unsaved.add(entry.client_id);
      // Full or forbidden storage: the entry stays in memory.
    }
  }
}

/** Runs in one tab at a time; another tab passes over it. Without the browser's locks (plain http) every tab runs it. */
export async function inOneTab(name: string, work: () => Promise<unknown>): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null));
  else await work();
}

/** A UUID; `crypto.randomUUID` is missing on plain http, where offices do run such systems. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
