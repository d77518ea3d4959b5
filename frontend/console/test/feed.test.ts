import { describe, expect, test } from "vitest";
import { apply, fromSnapshot, learn, workInOrder, type State } from "../src/feed";
import type { FeedEvent, Held, Message, Snapshot } from "../src/protocol";
import { unwatch, watch } from "../src/watched";
import { at, draft, event, held, interaction, message, offer, organisation, snapshot } from "./examples";

const empty = (): State => fromSnapshot(0, snapshot());

describe("one event", () => {
  test("a presence replaces the presence", () => {
    const presence = { state: "not_ready" as const, reason: "lunch", since: "2026-11-22T12:01:00Z" };
    expect(apply(empty(), event(1, "presence.changed", { presence })).presence).toEqual(presence);
  });

  test("an offer that is made again is one offer", () => {
    const state = [1, 2].reduce((old, seq) => apply(old, event(seq, "offer.made", { offer: offer("o1") })), empty());
    expect(state.offers).toHaveLength(1);
  });

  test("a closed offer is gone", () => {
    const made = apply(empty(), event(1, "offer.made", { offer: offer("o1") }));
    expect(apply(made, event(2, "offer.closed", { offer_id: "o1", outcome: "timeout" })).offers).toEqual([]);
  });

  test("new work brings its messages, and a later put keeps them", () => {
    const first = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1"), messages: [message("i1", 1)] }));
    const second = apply(first, event(2, "interaction.put", { interaction: interaction("i1", { unread: 3 }) }));
    expect(second.work["i1"]).toEqual({ interaction: interaction("i1", { unread: 3 }), messages: [message("i1", 1)] });
  });

  test("messages stand in the order of their seq, however they come", () => {
    const start = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1") }));
    const state = [3, 1, 2].reduce(
      (old, seq, index) => apply(old, event(index + 2, "message.put", { interaction_id: "i1", message: message("i1", seq) })),
      start,
    );
    expect(state.work["i1"]?.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("a message of somebody else's work is not kept", () => {
    expect(apply(empty(), event(1, "message.put", { interaction_id: "i9", message: message("i9", 1) })).work).toEqual({});
  });

  test("a message brings what it changes on its interaction", () => {
    const start = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1") }));
    const put = { interaction_id: "i1", message: message("i1", 4), unread: 2, preview: "message 4" };
    expect(apply(start, event(2, "message.put", put)).work["i1"]?.interaction).toEqual(
      interaction("i1", { last_seq: 4, unread: 2, preview: "message 4", customer_at: at }),
    );
  });

  test("removed work is gone", () => {
    const state = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1") }));
    expect(apply(state, event(2, "interaction.removed", { interaction_id: "i1" })).work).toEqual({});
  });

  test.each([{ state: "closed" }, { agent_id: "a2" }, { agent_id: null, state: "queued" }] as const)(
    "work that is told to be %j is gone, and stays so after its removal",
    (change) => {
      const state = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1") }));
      const told = event(2, "interaction.put", { interaction: interaction("i1", change) });
      expect(apply(state, told).work).toEqual({});
      expect(apply(apply(state, event(2, "interaction.removed", { interaction_id: "i1" })), told).work).toEqual({});
    },
  );

  test("an event older than the state changes nothing", () => {
    const state = apply(empty(), event(5, "interaction.put", { interaction: interaction("i1", { unread: 2 }) }));
    expect(apply(state, event(4, "interaction.put", { interaction: interaction("i1", { unread: 1 }) }))).toBe(state);
  });

  test("two events of one position both count", () => {
    const state = apply(empty(), event(5, "interaction.put", { interaction: interaction("i1") }));
    const both = apply(state, event(5, "message.put", { interaction_id: "i1", message: message("i1", 1) }));
    expect(both.work["i1"]?.messages).toHaveLength(1);
  });

  test("a type that this build does not know moves the position and nothing else", () => {
    const unknown = { seq: 9, type: "weather.changed", at: "", data: {} } as unknown as FeedEvent;
    expect(apply(empty(), unknown)).toEqual({ ...empty(), seq: 9 });
  });

  test("the state before is left as it was", () => {
    const before = empty();
    apply(before, event(1, "interaction.put", { interaction: interaction("i1"), messages: [message("i1", 1)] }));
    expect(before).toEqual(empty());
  });
});

test("an answer does not overwrite what the feed has said since", () => {
  const sent = message("i1", 1, { delivery: "sent" });
  const state = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1"), messages: [sent] }));
  expect(learn(state, "i1", [message("i1", 1, { delivery: "queued" })]).work["i1"]?.messages).toEqual([sent]);
});

test("what goes to others alone, or was written by nobody, is no answer to the customer", () => {
  const state = apply(empty(), event(1, "interaction.put", { interaction: interaction("i1", { answered_at: null }), messages: [] }));
  const said = (seq: number, change: Partial<Message>) => event(seq, "message.put", { interaction_id: "i1", message: message("i1", seq, { direction: "outbound", ...change }) });
  const agent = { kind: "agent" as const, id: "a1", name: "Sara" };
  const aside = [said(2, { author: agent, details: { aside: true } }), said(3, { author: { kind: "system", id: null, name: "" } })].reduce(apply, state);
  expect(aside.work["i1"]?.interaction.answered_at).toBeNull();
  expect(apply(aside, said(4, { author: agent })).work["i1"]?.interaction.answered_at).toBe(at);
});

test("a live call comes first, then what is unread, then the latest", () => {
  const one = (id: string, seq: number, minute: number, change = {}) =>
    event(seq, "interaction.put", {
      interaction: interaction(id, change),
      messages: [message(id, 1, { at: `2026-11-22T12:0${minute}:00Z` })],
    });
  const state = [
    one("old", 1, 1),
    one("new", 2, 5),
    one("unread", 3, 2, { unread: 1 }),
    one("call", 4, 0, { channel: "voice" }),
  ].reduce(apply, empty());
  expect(workInOrder(state).map((work) => work.interaction.id)).toEqual(["call", "unread", "new", "old"]);
});

/** A small server: it keeps the truth, and tells each change as the real one does. */
class SmallServer {
  seq = 0;
  readonly log: FeedEvent[] = [];
  private truth: Snapshot = snapshot();
  private readonly versions = new Map<string, number>();

  constructor(private readonly random: (below: number) => number) {}

  snapshot(): Snapshot {
    return structuredClone(this.truth);
  }

  step(): void {
    const steps = [
      () => this.draft(), () => this.hold(), () => this.settle(), () => this.desk(), () => this.offer(), () => this.withdraw(), () => this.put(), () => this.say(), () => this.say(), () => this.remove(), () => this.rename(),
    ];
    steps[this.random(steps.length)]!();
  }

  private tell(next: FeedEvent): void {
    this.log.push(next);
  }

  private next(): number {
    this.seq += 1 + this.random(3);
    return this.seq;
  }

  private offer(): void {
    const made = offer(`o${this.random(4)}`);
    const offers = [...this.truth.offers.filter(({ id }) => id !== made.id), made];
    this.truth = { ...this.truth, offers: offers.sort((a, b) => a.id.localeCompare(b.id)) };
    this.tell(event(this.next(), "offer.made", { offer: made }));
  }

  private draft(): void {
    const put = draft(`i${this.random(3)}`, this.random(2) === 0 ? "reply" : "note", this.random(3) === 0 ? "" : `draft ${this.random(99)}`);
    const others = this.truth.drafts.filter((one) => one.interaction_id !== put.interaction_id || one.kind !== put.kind);
    this.truth = { ...this.truth, drafts: put.text === "" ? others : [put, ...others] };
    this.tell(event(this.next(), "draft.put", { draft: put }));
  }

  private hold(): void {
    const id = `h${this.random(4)}`;
    const version = (this.versions.get(id) ?? 0) + 1;
    this.versions.set(id, version);
    const put = held(id, { version, due_at: `2026-11-22T12:00:0${this.random(9)}Z` });
    const byMoment = (a: Held, b: Held) => a.due_at.localeCompare(b.due_at) || a.id.localeCompare(b.id);
    this.truth = { ...this.truth, held: [...this.truth.held.filter((one) => one.id !== id), put].sort(byMoment) };
    this.tell(event(this.next(), "held.put", { held: put }));
  }

  private settle(): void {
    const known = this.truth.held[this.random(4)];
    if (!known) return;
    const version = known.version + 1;
    this.versions.set(known.id, version);
    this.truth = { ...this.truth, held: this.truth.held.filter(({ id }) => id !== known.id) };
    this.tell(event(this.next(), "held.put", { held: { ...known, version, state: this.random(2) === 0 ? "sent" : "taken_back" } }));
  }

  private desk(): void {
    const desk = { undo_seconds: this.random(61), is_mailed: this.random(2) === 0 };
    this.truth = { ...this.truth, desk };
    this.tell(event(this.next(), "desk.put", { desk }));
  }

  private withdraw(): void {
    const id = `o${this.random(4)}`;
    this.truth = { ...this.truth, offers: this.truth.offers.filter((one) => one.id !== id) };
    this.tell(event(this.next(), "offer.closed", { offer_id: id, outcome: "withdrawn" }));
  }

  private put(): void {
    const id = `i${this.random(4)}`;
    const known = this.truth.interactions.find((one) => one.interaction.id === id);
    const changed = interaction(id, { unread: this.random(9) });
    const messages = known?.messages ?? [message(id, 1), message(id, 2)];
    this.replace(id, { interaction: changed, messages });
    this.tell(event(this.next(), "interaction.put", known ? { interaction: changed } : { interaction: changed, messages }));
  }

  private say(): void {
    const known = this.truth.interactions[this.random(4)];
    if (!known) return;
    const { id } = known.interaction;
    const isNew = this.random(2) === 0;
    const seq = isNew ? known.messages.length + 1 : 1 + this.random(known.messages.length);
    const put = message(id, seq, { text: `text ${this.random(1_000)}` });
    const messages = [...known.messages.filter((one) => one.seq !== seq), put].sort((a, b) => a.seq - b.seq);
    const counted = { unread: this.random(5), preview: put.text };
    const last_seq = Math.max(known.interaction.last_seq, seq);
    this.replace(id, { interaction: { ...known.interaction, ...counted, last_seq, customer_at: at }, messages });
    this.tell(event(this.next(), "message.put", { interaction_id: id, message: put, ...counted }));
  }

  private remove(): void {
    const id = `i${this.random(4)}`;
    this.truth = { ...this.truth, interactions: this.truth.interactions.filter((one) => one.interaction.id !== id) };
    this.tell(event(this.next(), "interaction.removed", { interaction_id: id }));
    this.tell(event(this.next(), "interaction.put", { interaction: interaction(id, { state: "closed" }) }));
  }

  private rename(): void {
    const renamed = organisation(`name ${this.random(5)}`);
    this.truth = { ...this.truth, organisation: renamed };
    this.tell(event(this.next(), "organisation.put", { organisation: renamed }));
  }

  private replace(id: string, work: Snapshot["interactions"][number]): void {
    const others = this.truth.interactions.filter((one) => one.interaction.id !== id);
    this.truth = { ...this.truth, interactions: [...others, work] };
  }
}

/** Repeatable chance (mulberry32). */
function chance(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const withoutSeq = ({ seq: _seq, ...state }: State) => state;

describe.each(Array.from({ length: 40 }, (_, seed) => seed))("the law, chance %i", (seed) => {
  const random = chance(seed);
  const server = new SmallServer(random);
  for (let step = 0; step < 30; step += 1) server.step();
  const middle = fromSnapshot(server.seq, server.snapshot());
  const middleAt = server.log.length;
  for (let step = 0; step < 60; step += 1) server.step();
  const fresh = fromSnapshot(server.seq, server.snapshot());
  const missed = server.log.slice(middleAt);

  test("snapshot and events make the fresh snapshot", () => {
    expect(missed.reduce(apply, middle)).toEqual({ ...fresh, seq: missed.at(-1)?.seq ?? middle.seq });
  });

  test("every event twice makes the same state", () => {
    expect(missed.flatMap((one) => [one, one]).reduce(apply, middle)).toEqual(missed.reduce(apply, middle));
  });

  test("the events told again from any place change nothing", () => {
    const state = missed.reduce(apply, middle);
    const again = missed.slice(random(missed.length));
    expect(withoutSeq(again.reduce(apply, state))).toEqual(withoutSeq(fresh));
  });
});

describe("what is watched", () => {
  const open = (seq: number) => ({ ...empty(), ...watch(empty(), interaction("i7", { agent_id: "a2" }), [message("i7", 1)], []), seq });

  test("stays apart from own work, whoever has it and whatever its state", () => {
    const state = [
      event(1, "message.put", { interaction_id: "i7", message: message("i7", 2) }),
      event(2, "interaction.put", { interaction: interaction("i7", { agent_id: "a2", state: "closed" }) }),
    ].reduce(apply, open(0));
    expect(state.work).toEqual({});
    expect(state.watched["i7"]?.messages.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(state.watched["i7"]?.interaction.state).toBe("closed");
  });

  test("is what a fresh answer would be: events between the reading and the hearing, and doubles, change nothing", () => {
    const late = event(4, "message.put", { interaction_id: "i7", message: message("i7", 2), unread: 1, preview: "message 2" });
    const early = watch(empty(), interaction("i7"), [message("i7", 1)], [late]);
    const fresh = watch(empty(), interaction("i7", { last_seq: 2, unread: 1, preview: "message 2", customer_at: at }), [message("i7", 1), message("i7", 2)], []);
    expect(early.watched).toEqual(fresh.watched);
    expect(apply({ ...early, seq: 4 }, late).watched).toEqual(fresh.watched);
  });

  test("is gone once nobody looks", () => {
    const state = unwatch(open(0), "i7");
    expect(state.watched).toEqual({});
    expect(apply(state, event(1, "message.put", { interaction_id: "i7", message: message("i7", 2) })).watched).toEqual({});
  });
});
