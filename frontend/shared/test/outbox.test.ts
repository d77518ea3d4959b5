import { expect, test } from "vitest";
import { newId, Outbox, type Entry, type Outcome, type Storage } from "../outbox";

class MemoryStorage implements Storage {
  protected readonly values = new Map<string, string>();
  get length() {
    return this.values.size;
  }
  key = (index: number) => [...this.values.keys()][index] ?? null;
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem(key: string, value: string) {
    this.values.set(key, value);
  }
  removeItem = (key: string) => void this.values.delete(key);
}

class FullStorage extends MemoryStorage {
  override setItem(): void {
    throw new Error("QuotaExceededError");
  }
}

const entry = (client_id: string, written_at: number): Entry => ({ client_id, written_at, refused: null });
const committed = async (): Promise<Outcome> => ({ kind: "committed" });

test("entries are sent oldest first and each once", async () => {
  const box = new Outbox(new MemoryStorage(), "o.");
  box.put(entry("b", 2));
  box.put(entry("a", 1));
  const sent: string[] = [];
  await box.flush(async ({ client_id }) => {
    sent.push(client_id);
    return { kind: "committed" };
  });
  expect(sent).toEqual(["a", "b"]);
  expect(box.entries()).toEqual([]);
});

test("a second flush beside a running one sends nothing twice", async () => {
  const box = new Outbox(new MemoryStorage(), "o.");
  box.put(entry("a", 1));
  let tries = 0;
  const slow = async (): Promise<Outcome> => {
    tries += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { kind: "committed" };
  };
  await Promise.all([box.flush(slow), box.flush(slow)]);
  expect(tries).toBe(1);
});

test("what must wait stays, with its client_id, and holds up what is younger", async () => {
  const box = new Outbox(new MemoryStorage(), "o.");
  box.put(entry("a", 1));
  box.put(entry("b", 2));
  expect(await box.flush(async () => ({ kind: "later" }))).toBe(false);
  expect(box.entries().map(({ client_id }) => client_id)).toEqual(["a", "b"]);
});

test("what is refused for good stays with the reason and lets the others pass", async () => {
  const box = new Outbox(new MemoryStorage(), "o.");
  box.put(entry("a", 1));
  box.put(entry("b", 2));
  await box.flush(async ({ client_id }) => (client_id === "a" ? { kind: "refused", reason: "closed" } : { kind: "committed" }));
  expect(box.entries()).toEqual([{ ...entry("a", 1), refused: "closed" }]);
});

test("a reload of the page finds what was written", () => {
  const storage = new MemoryStorage();
  new Outbox(storage, "o.").put(entry("a", 1));
  expect(new Outbox(storage, "o.").entries()).toEqual([entry("a", 1)]);
});

test("a reload takes nothing of somebody else's", () => {
  const storage = new MemoryStorage();
  new Outbox(storage, "user1.").put(entry("a", 1));
  expect(new Outbox(storage, "user2.").entries()).toEqual([]);
});

test("tabs see what the other one settled", async () => {
  const storage = new MemoryStorage();
  const one = new Outbox(storage, "o.");
  one.put(entry("a", 1));
  const other = new Outbox(storage, "o.");
  await one.flush(committed);
  other.reload();
  expect(other.entries()).toEqual([]);
});

test("a full storage loses nothing while the page lives", () => {
  const box = new Outbox(new FullStorage(), "o.");
  box.put(entry("a", 1));
  box.reload();
  expect(box.entries()).toEqual([entry("a", 1)]);
});

test("ids are UUIDs", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
