import type { Entry, New } from "./model";
import type { Shelf } from "./queue";

export interface KeptPoint {
  person_id: string;
  point: unknown;
}

/** What this phone keeps: the day, drafts, what is to be sent, and where it was. */
export class Kept implements Shelf {
  private constructor(private readonly base: IDBDatabase) {}

  static async open(name = "markaz-field"): Promise<Kept> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("words");
      request.result.createObjectStore("queue", { keyPath: "order", autoIncrement: true });
      request.result.createObjectStore("points", { autoIncrement: true });
    };
    const base = await answerOf(request);
    // A newer page in another tab wants to change the shelves: it is let.
    base.onversionchange = () => base.close();
    return new Kept(base);
  }

  // --- the queue

  async all(): Promise<Entry[]> {
    return (await this.run("queue", "readonly", (store) => store.getAll())) as Entry[];
  }

  async add(entry: New<Entry>): Promise<void> {
    await this.run("queue", "readwrite", (store) => store.add(entry));
  }

  async put(entry: Entry): Promise<void> {
    await this.run("queue", "readwrite", (store) => store.put(entry));
  }

  async remove(order: number): Promise<void> {
    await this.run("queue", "readwrite", (store) => store.delete(order));
  }

  // --- single things by name

  async read<Found>(name: string): Promise<Found | null> {
    return ((await this.run("words", "readonly", (store) => store.get(name))) as Found | undefined) ?? null;
  }

  async write(name: string, value: unknown): Promise<void> {
    await this.run("words", "readwrite", (store) => store.put(value, name));
  }

  /** Forgets all whose name begins so. */
  async forget(prefix: string): Promise<void> {
    await this.run("words", "readwrite", (store) => store.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
  }

  // --- where the phone was

  async addPoint(point: KeptPoint, most: number): Promise<void> {
    await this.run("points", "readwrite", (store) => store.add(point));
    const count = (await this.run("points", "readonly", (store) => store.count())) as number;
    if (count <= most) return;
    const keys = (await this.run("points", "readonly", (store) => store.getAllKeys(null, count - most))) as number[];
    await this.dropPoints(keys);
  }

  async points(most: number): Promise<{ keys: number[]; points: KeptPoint[] }> {
    const keys = (await this.run("points", "readonly", (store) => store.getAllKeys(null, most))) as number[];
    const points = (await this.run("points", "readonly", (store) => store.getAll(null, most))) as KeptPoint[];
    return { keys, points: points.slice(0, keys.length) };
  }

  async dropPoints(keys: number[]): Promise<void> {
    const last = keys[keys.length - 1];
    if (last !== undefined) await this.run("points", "readwrite", (store) => store.delete(IDBKeyRange.upperBound(last)));
  }

  async clearPoints(): Promise<void> {
    await this.run("points", "readwrite", (store) => store.clear());
  }

  /** Done when the transaction is, not before: what the technician was told is kept is on the disk. */
  private run(name: string, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const tx = this.base.transaction(name, mode, { durability: "strict" });
    const request = ask(tx.objectStore(name));
    return new Promise((resolve, reject) => {
      tx.oncomplete = () => resolve(request.result);
      tx.onabort = () => reject(tx.error ?? new Error("aborted"));
    });
  }
}

function answerOf<Found>(request: IDBRequest<Found>): Promise<Found> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the phone's storage cannot be opened"));
  });
}
