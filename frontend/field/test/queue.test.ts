import { describe, expect, it } from "vitest";
import { failed, Problem } from "../src/api";
import type { Entry, Move, New, Step } from "../src/model";
import { nextBatch, Queue, type Answer, type Shelf, type Verdict } from "../src/queue";

/** What a phone's storage does: keeps copies, and numbers them. */
class Drawer implements Shelf {
  private readonly rows = new Map<number, Entry>();
  private last = 0;

  async all(): Promise<Entry[]> {
    return [...this.rows.values()].reverse().map((row) => structuredClone(row));
  }

  async add(entry: New<Entry>): Promise<void> {
    this.last += 1;
    this.rows.set(this.last, { ...structuredClone(entry), order: this.last } as Entry);
  }

  async put(entry: Entry): Promise<void> {
    this.rows.set(entry.order, structuredClone(entry));
  }

  async remove(order: number): Promise<void> {
    this.rows.delete(order);
  }
}

/** A server that takes each step once, and a line that loses answers, requests, or both. */
class Server {
  readonly effects: string[] = [];
  private readonly known = new Set<string>();
  requests = 0;

  constructor(
    private readonly lost: (request: number) => "nothing" | "request" | "answer" = () => "nothing",
    private readonly verdict: (entry: Entry) => Verdict = () => ({ kind: "committed" }),
  ) {}

  readonly send = async (batch: Entry[]): Promise<Answer> => {
    const lost = this.lost(this.requests++);
    if (lost === "request") return "later";
    const answer = batch.map((entry) => {
      const verdict = this.verdict(entry);
      if (verdict.kind === "committed" && !this.known.has(entry.client_id)) this.effects.push(entry.client_id);
      this.known.add(entry.client_id);
      return verdict;
    });
    return lost === "answer" ? "later" : answer;
  };
}

const step = (client_id: string, more: { visit_id?: string; at?: string; state?: Move; person_id?: string } = {}): New<Entry> => {
  const whole: Step = { client_id, state: more.state ?? "arrived", at: more.at ?? "2027-03-01T08:00:00Z" };
  return { kind: "step", step: whole, client_id, person_id: more.person_id ?? "me", visit_id: more.visit_id ?? "v1", title: "VT-1", refused: null };
};

const photo = (client_id: string, visit_id = "v1"): New<Entry> => ({ kind: "file", proof: "photo", name: "p.jpg", blob: new Blob(["x"]), at: "2027-03-01T08:00:00Z", client_id, person_id: "me", visit_id, title: "VT-1", refused: null });

async function filled(...entries: New<Entry>[]): Promise<{ queue: Queue; drawer: Drawer }> {
  const drawer = new Drawer();
  const queue = new Queue(drawer);
  for (const entry of entries) await queue.add(entry);
  return { queue, drawer };
}

const ids = async (queue: Queue, person = "me") => (await queue.entries(person)).map(({ client_id }) => client_id);

describe("the queue of a phone", () => {
  it("has one effect for each entry, in the order of the doing, however often answers and requests are lost", async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      let state = seed;
      const dice = (sides: number) => ((state = (state * 1103515245 + 12345) % 2147483648), Math.floor(state / 65536) % sides);
      const entries = Array.from({ length: 12 }, (_, index) => (dice(3) === 0 ? photo(`e${index}`, `v${dice(2)}`) : step(`e${index}`, { visit_id: `v${dice(2)}` })));
      const { queue } = await filled(...entries);
      const server = new Server(() => (["nothing", "request", "answer"] as const)[dice(3)]!);
      let tries = 0;
      while (!(await queue.flush("me", server.send))) {
        tries += 1;
        expect(tries).toBeLessThan(500);
      }
      expect(server.effects).toEqual(entries.map(({ client_id }) => client_id));
      expect(await ids(queue)).toEqual([]);
    }
  });

  it("keeps everything when there is no line", async () => {
    const { queue } = await filled(step("a"), photo("b"), step("c", { state: "done" }));
    expect(await queue.flush("me", async () => "later")).toBe(false);
    expect(await ids(queue)).toEqual(["a", "b", "c"]);
  });

  it("shows what was refused with the reason, goes on with the rest, and never sends it again by itself", async () => {
    const { queue } = await filled(step("a"), step("b"), step("c"));
    const server = new Server(undefined, (entry) => (entry.client_id === "b" ? { kind: "refused", reason: "given_away" } : { kind: "committed" }));
    expect(await queue.flush("me", server.send)).toBe(true);
    expect((await queue.entries("me")).map(({ client_id, refused }) => [client_id, refused])).toEqual([["b", "given_away"]]);
    const before = server.requests;
    await queue.flush("me", server.send);
    expect(server.requests).toBe(before);
    await queue.dismiss("me", "b");
    expect(await ids(queue)).toEqual([]);
  });

  it("drops nothing that may still be sent, and sends what was refused again when asked to", async () => {
    const { queue } = await filled(step("a"));
    await queue.dismiss("me", "a");
    expect(await ids(queue)).toEqual(["a"]);
    await queue.flush("me", new Server(undefined, () => ({ kind: "refused", reason: "clock" })).send);
    await queue.retry("me", "a");
    const server = new Server();
    expect(await queue.flush("me", server.send)).toBe(true);
    expect(server.effects).toEqual(["a"]);
  });

  it("finds the one that is malformed, so that the others are not refused with it", async () => {
    const { queue } = await filled(step("a"), step("bad"), step("c"));
    const server = new Server();
    await queue.flush("me", async (batch) => (batch.some(({ client_id }) => client_id === "bad") ? "split" : server.send(batch)));
    expect(server.effects).toEqual(["a", "c"]);
    expect((await queue.entries("me")).map(({ client_id, refused }) => [client_id, refused])).toEqual([["bad", "malformed"]]);
  });

  it("sends nobody's work in somebody else's name", async () => {
    const { queue } = await filled(step("mine"), step("hers", { person_id: "she" }));
    const server = new Server();
    await queue.flush("me", server.send);
    expect(server.effects).toEqual(["mine"]);
    expect(await ids(queue, "she")).toEqual(["hers"]);
  });

  it("takes along what is added while it sends, and sends nothing from two sides at once", async () => {
    const { queue } = await filled(step("a"));
    const server = new Server();
    let running = 0;
    const send = async (batch: Entry[]) => {
      running += 1;
      expect(running).toBe(1);
      if (batch[0]!.client_id === "a") {
        await queue.add(step("b"));
        expect(await queue.flush("me", send)).toBe(false);
      }
      running -= 1;
      return server.send(batch);
    };
    expect(await queue.flush("me", send)).toBe(true);
    expect(server.effects).toEqual(["a", "b"]);
  });

  it("survives the page: another one sends what the first had begun", async () => {
    const { queue, drawer } = await filled(step("a"), photo("b"), step("c"));
    const server = new Server((request) => (request === 0 ? "answer" : "nothing"));
    await queue.flush("me", server.send);
    expect(await new Queue(drawer).flush("me", server.send)).toBe(true);
    expect(server.effects).toEqual(["a", "b", "c"]);
  });
});

describe("what goes together", () => {
  const numbered = (entries: New<Entry>[]) => entries.map((entry, order) => ({ ...entry, order }) as Entry);

  it("is steps of one visit until a file, another visit or a clock that went back", () => {
    const batch = (...entries: New<Entry>[]) => nextBatch(numbered(entries), 100).map(({ client_id }) => client_id);
    expect(batch(step("a"), step("b"), photo("c"), step("d"))).toEqual(["a", "b"]);
    expect(batch(photo("a"), step("b"))).toEqual(["a"]);
    expect(batch(step("a"), step("b", { visit_id: "v2" }))).toEqual(["a"]);
    expect(batch(step("a", { at: "2027-03-01T08:00:00Z" }), step("b", { at: "2027-03-01T07:59:00Z" }))).toEqual(["a"]);
    expect(batch()).toEqual([]);
  });
});

describe("an answer that is an error", () => {
  const entries = (entry: New<Entry>) => [{ ...entry, order: 1 } as Entry];

  it("loses nothing that a later try may bring", () => {
    for (const status of [0, 401, 403, 408, 429, 500, 502, 503]) expect(failed(new Problem(status), entries(step("a")))).toBe("later");
  });

  it("is final where it will never be otherwise", () => {
    expect(failed(new Problem(404), entries(step("a")))).toEqual([{ kind: "refused", reason: "given_away" }]);
    expect(failed(new Problem(409), entries(photo("a")))).toEqual([{ kind: "refused", reason: "state" }]);
    expect(failed(new Problem(422), entries(photo("a")))).toEqual([{ kind: "refused", reason: "picture" }]);
    expect(failed(new Problem(422), entries(step("a")))).toBe("split");
  });
});
