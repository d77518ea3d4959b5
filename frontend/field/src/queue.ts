import type { Entry, New, QueuedStep } from "./model";

/** Where the queue is kept; it outlives the page, and several tabs share it. */
export interface Shelf {
  all(): Promise<Entry[]>;
  /** Gives the entry its place behind all others. */
  add(entry: New<Entry>): Promise<void>;
  put(entry: Entry): Promise<void>;
  remove(order: number): Promise<void>;
}

/** What became of one entry: committed, refused for good, or nobody knows. */
export type Verdict = { kind: "committed" } | { kind: "refused"; reason: string };
/** `later`: no line, or a server that cannot now; everything is kept as it is. `split`: one of several was malformed. */
export type Answer = Verdict[] | "later" | "split";
export type Send = (batch: Entry[]) => Promise<Answer>;

const batchMost = 100;

/**
 * What was done without a line, sent in the order in which it was done, each exactly once.
 *
 * The server takes each `client_id` once, so that what was sent and never answered is simply sent again; an entry leaves
 * only when its answer is here. What is refused stays, with the reason, until somebody has read it, and stops nothing.
 */
export class Queue {
  private isFlushing = false;
  private again = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly changed: () => void = () => undefined,
  ) {}

  async entries(personId: string): Promise<Entry[]> {
    return (await this.shelf.all()).filter(({ person_id }) => person_id === personId).sort((a, b) => a.order - b.order);
  }

  async add(entry: New<Entry>): Promise<void> {
    await this.shelf.add(entry);
    this.changed();
  }

  /** Somebody has read why it was refused. What may still be sent cannot be dropped. */
  async dismiss(personId: string, clientId: string): Promise<void> {
    const found = (await this.entries(personId)).find(({ client_id }) => client_id === clientId);
    if (!found || found.refused === null) return;
    await this.shelf.remove(found.order);
    this.changed();
  }

  /** What was refused is sent once more, in its old place. */
  async retry(personId: string, clientId: string): Promise<void> {
    const found = (await this.entries(personId)).find(({ client_id }) => client_id === clientId);
    if (!found || found.refused === null) return;
    await this.shelf.put({ ...found, refused: null });
    this.changed();
  }

  /** Sends what there is; returns whether nothing is left to be sent. One at a time: a second call lets the first look again. */
  async flush(personId: string, send: Send): Promise<boolean> {
    if (this.isFlushing) {
      this.again = true;
      return false;
    }
    this.isFlushing = true;
    try {
      let isDone: boolean;
      do {
        this.again = false;
        isDone = await this.sendAll(personId, send);
      } while (this.again && isDone);
      return isDone;
    } finally {
      this.isFlushing = false;
    }
  }

  private async sendAll(personId: string, send: Send): Promise<boolean> {
    let most = batchMost;
    for (;;) {
      const batch = nextBatch(await this.entries(personId), most);
      if (batch.length === 0) return true;
      const answer = await send(batch);
      if (answer === "later") return false;
      if (answer === "split") {
        // One by one, so that the one that is wrong is the only one refused.
        if (batch.length > 1) most = 1;
        else await this.settle(batch[0]!, { kind: "refused", reason: "malformed" });
        continue;
      }
      for (const [index, entry] of batch.entries()) {
        const verdict = answer[index];
        if (!verdict) return false;
        await this.settle(entry, verdict);
      }
    }
  }

  private async settle(entry: Entry, verdict: Verdict): Promise<void> {
    if (verdict.kind === "committed") await this.shelf.remove(entry.order);
    else await this.shelf.put({ ...entry, refused: verdict.reason });
    this.changed();
  }
}

/**
 * The oldest that go together: steps of one visit, or one file.
 *
 * The server orders the steps of a request by their time, so one whose time goes back (the phone's clock was set) begins
 * a request of its own: the order is that of the doing.
 */
export function nextBatch(entries: readonly Entry[], most: number): Entry[] {
  const waiting = entries.filter(({ refused }) => refused === null);
  const first = waiting[0];
  if (!first) return [];
  if (first.kind === "file") return [first];
  const batch: QueuedStep[] = [first];
  for (const entry of waiting.slice(1)) {
    const last = batch[batch.length - 1]!;
    if (batch.length >= most || entry.kind !== "step" || entry.visit_id !== first.visit_id) break;
    if (Date.parse(entry.step.at) < Date.parse(last.step.at)) break;
    batch.push(entry);
  }
  return batch;
}
