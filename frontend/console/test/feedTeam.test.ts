import { describe, expect, test } from "vitest";
import { apply, fromSnapshot, type State } from "../src/feed";
import { learnNotes, learnRoom, unreadOf } from "../src/feedTeam";
import type { FeedEvent, Snapshot } from "../src/protocol";
import type { Assignment, Comment, Notes, Notice, Room, RoomMessage, Seat } from "../src/protocolTeam";
import { at, event, snapshot } from "./examples";

const me = "a1";
const people = [me, "a2"].map((id) => ({ id, name: id, is_guest: false, organisation: "" }));

function room(id: string, change: Partial<Room> = {}): Room {
  return {
    id, kind: "team", name: id, topic: "", posting: "members", is_open: false, branch_id: null, last_seq: 0, version: 1,
    members: 2, guests: 0, people: [], archived_at: null, created_at: at, ...change,
  };
}

function said(roomId: string, seq: number, change: Partial<RoomMessage> = {}): RoomMessage {
  return {
    id: `${roomId}-${seq}`, room_id: roomId, seq, author: people[1]!, text: `message ${seq}`, attachments: [], mentions: [],
    reply_seq: null, document: null, reactions: {}, client_id: `c-${roomId}-${seq}`, version: 1, at, edited_at: null, deleted_at: null, ...change,
  };
}

function seat(id: string, change: Partial<Seat> = {}): Seat {
  return { room: room(id), is_manager: false, from_seq: 0, read_seq: 0, last: null, ...change };
}

function notice(id: string, change: Partial<Notice> = {}): Notice {
  return {
    id, kind: "mention", document: { kind: "customer", id: "c1" }, title: "مریم", link: ["customers", "c1"], by_id: "a2",
    by_name: "a2", text: "", created_at: at, read_at: null, ...change,
  };
}

function assignment(id: string, change: Partial<Assignment> = {}): Assignment {
  return {
    id, document: { kind: "customer", id: "c1" }, title: "مریم", link: [], assignee_id: me, assignee_name: me, by_id: "a2",
    by_name: "a2", note: "", state: "open", assigned_at: at, ended_at: null, ...change,
  };
}

function comment(id: string, change: Partial<Comment> = {}): Comment {
  return { id, author_id: "a2", author_name: "a2", text: id, mentions: [], client_id: id, at, edited_at: null, deleted_at: null, version: 1, ...change };
}

const notes: Notes = {
  document: { kind: "customer", id: "c1" }, title: "مریم", version: 1, comments: [comment("1")], count: 1, assignment: null, history: [], is_following: false,
};
const document = notes.document;
const empty = (change: Partial<Snapshot> = {}): State => fromSnapshot(0, snapshot(change));

describe("one event", () => {
  test("a message in a room is unread until it was read, here or on another device", () => {
    const start = apply(empty(), event(1, "seat.put", { seat: seat("r1") }));
    const heard = apply(start, event(2, "room_message.put", { message: said("r1", 1) }));
    expect(unreadOf(heard.rooms["r1"]!)).toBe(1);
    expect(unreadOf(apply(heard, event(3, "room.read", { room_id: "r1", staff_id: "a2", seq: 1 })).rooms["r1"]!)).toBe(1);
    expect(unreadOf(apply(heard, event(3, "room.read", { room_id: "r1", staff_id: me, seq: 1 })).rooms["r1"]!)).toBe(0);
  });

  test("what we say ourselves is read", () => {
    const start = apply(empty(), event(1, "seat.put", { seat: seat("r1") }));
    expect(unreadOf(apply(start, event(2, "room_message.put", { message: said("r1", 1, { author: people[0]! }) })).rooms["r1"]!)).toBe(0);
  });

  test("a message of a room that we are not in is not kept, and a room that we left is gone", () => {
    expect(apply(empty(), event(1, "room_message.put", { message: said("r9", 1) })).rooms).toEqual({});
    const start = apply(empty(), event(1, "seat.put", { seat: seat("r1") }));
    expect(apply(start, event(2, "room.removed", { room_id: "r1" })).rooms).toEqual({});
  });

  test("an old message that was edited does not tear a hole into the known ones", () => {
    const start = empty({ rooms: [seat("r1", { room: room("r1", { last_seq: 9 }), last: said("r1", 9) })] });
    const edited = apply(start, event(1, "room_message.put", { message: said("r1", 2, { version: 2 }) }));
    expect(edited.rooms["r1"]!.messages.map(({ seq }) => seq)).toEqual([9]);
  });

  test("a page of a room that came as an answer leaves what the feed has said since", () => {
    const start = empty({ rooms: [seat("r1", { last: said("r1", 2, { text: "edited", version: 2 }) })] });
    const learned = learnRoom(start, "r1", { messages: [said("r1", 1), said("r1", 2)] });
    expect(learned.rooms["r1"]!.messages.map(({ text }) => text)).toEqual(["message 1", "edited"]);
  });

  test("notes that were read late keep the later comment of the feed", () => {
    const open = learnNotes(empty(), notes);
    const told = apply(open, event(1, "comment.put", { document, comment: comment("1", { text: "better", version: 2 }), count: 1 }));
    expect(learnNotes(told, notes).notes["customer:c1"]!.comments.map(({ text }) => text)).toEqual(["better"]);
  });

  test("an assignment that is handed on is not ours any more, and of two the later one is shown", () => {
    const open = learnNotes(empty(), notes);
    const mine = apply(open, event(1, "assignment.put", { assignment: assignment("1"), version: 2 }));
    expect(mine.assigned.map(({ id }) => id)).toEqual(["1"]);
    const ended = apply(mine, event(2, "assignment.put", { assignment: assignment("1", { state: "handed_on", ended_at: at }), version: 3 }));
    const next = apply(ended, event(3, "assignment.put", { assignment: assignment("2", { assignee_id: "a2" }), version: 3 }));
    expect(next.assigned).toEqual([]);
    expect(next.notes["customer:c1"]!.assignment?.id).toBe("2");
  });
});

/** A small server: it keeps the truth of the bell, assignments and rooms, and tells each change as the real one does. */
class SmallServer {
  seq = 0;
  readonly log: FeedEvent[] = [];
  truth: Snapshot = snapshot();
  private count = 0;

  constructor(private readonly random: (below: number) => number) {}

  step(): void {
    const steps = [() => this.notify(), () => this.read(), () => this.assign(), () => this.sit(), () => this.say(), () => this.say(), () => this.change(), () => this.mark(), () => this.leave()];
    steps[this.random(steps.length)]!();
    this.truth = structuredClone(this.truth);
  }

  private tell<T extends FeedEvent["type"]>(type: T, data: Extract<FeedEvent, { type: T }>["data"]): void {
    this.seq += 1 + this.random(3);
    this.log.push({ seq: this.seq, type, at, data: structuredClone(data) } as unknown as FeedEvent);
  }

  private id(): string {
    this.count += 1;
    return String(this.count).padStart(6, "0");
  }

  private notify(): void {
    const added = notice(this.id());
    this.truth.unread_notifications += 1;
    this.truth.notifications = [added, ...this.truth.notifications].slice(0, 20);
    this.tell("notification.put", { notification: added, unread: this.truth.unread_notifications });
  }

  private read(): void {
    const unread = this.truth.notifications.filter(({ read_at }) => read_at === null);
    const one = unread[this.random(Math.max(1, unread.length))];
    if (!one) return;
    one.read_at = at;
    this.truth.unread_notifications -= 1;
    this.tell("notification.read", { ids: [one.id], read_at: at, unread: this.truth.unread_notifications });
  }

  private assign(): void {
    const open = this.truth.assigned[0];
    if (open && this.random(2) === 0) {
      this.truth.assigned = this.truth.assigned.slice(1);
      return this.tell("assignment.put", { assignment: { ...open, state: "done", ended_at: at }, version: 1 });
    }
    const added = assignment(this.id());
    this.truth.assigned = [added, ...this.truth.assigned];
    this.tell("assignment.put", { assignment: added, version: 1 });
  }

  private sit(): void {
    const id = `r${this.random(3)}`;
    if (this.truth.rooms.some((one) => one.room.id === id)) return;
    const seq = this.random(5);
    const taken = seat(id, { room: room(id, { last_seq: seq }), read_seq: seq, last: seq === 0 ? null : said(id, seq) });
    this.truth.rooms.push(taken);
    this.tell("seat.put", { seat: taken });
  }

  private leave(): void {
    const left = this.truth.rooms[this.random(3)];
    if (!left) return;
    this.truth.rooms = this.truth.rooms.filter((one) => one !== left);
    this.tell("room.removed", { room_id: left.room.id });
    this.tell("room_message.put", { message: said(left.room.id, left.room.last_seq + 1) });
  }

  private say(): void {
    const there = this.truth.rooms[this.random(3)];
    if (!there) return;
    const seq = there.room.last_seq + 1;
    const message = said(there.room.id, seq, { author: people[this.random(2)]! });
    there.room.last_seq = seq;
    there.last = message;
    if (message.author.id === me) there.read_seq = seq;
    this.tell("room_message.put", { message });
  }

  private change(): void {
    const there = this.truth.rooms[this.random(3)];
    if (!there?.last) return;
    there.last = { ...there.last, version: there.last.version + 1, text: `changed ${this.random(100)}` };
    this.tell("room_message.put", { message: there.last });
    there.room = { ...there.room, members: this.random(9), version: there.room.version + 1 };
    this.tell("room.put", { room: there.room });
  }

  private mark(): void {
    const there = this.truth.rooms[this.random(3)];
    if (!there) return;
    there.read_seq = Math.max(there.read_seq, there.room.last_seq);
    if (there.last?.author.id === me) there.read_seq = Math.max(there.read_seq, there.last.seq);
    this.tell("room.read", { room_id: there.room.id, staff_id: me, seq: there.read_seq });
  }
}

function chance(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((a ^ (a >>> 13)) >>> 0) % below;
  };
}

/** What a fresh snapshot can know: of a room the last message alone. */
function shown(state: State) {
  const rooms = Object.fromEntries(Object.entries(state.rooms).map(([id, { messages: _known, ...rest }]) => [id, rest]));
  return { ...state, rooms, seq: 0 };
}

describe.each(Array.from({ length: 40 }, (_, seed) => seed + 1))("the law among colleagues, chance %i", (seed) => {
  const server = new SmallServer(chance(seed));
  for (let step = 0; step < 40; step += 1) server.step();
  const middle = fromSnapshot(server.seq, structuredClone(server.truth));
  const from = server.log.length;
  for (let step = 0; step < 80; step += 1) server.step();
  const fresh = fromSnapshot(server.seq, structuredClone(server.truth));
  const missed = server.log.slice(from);

  test("snapshot and events make the fresh snapshot, once or twice", () => {
    expect(shown(missed.reduce(apply, middle))).toEqual(shown(fresh));
    expect(shown(missed.flatMap((one) => [one, one]).reduce(apply, middle))).toEqual(shown(fresh));
  });

  test("of each room the last known message is the last", () => {
    for (const { messages, last } of Object.values(missed.reduce(apply, middle).rooms)) expect(messages.at(-1) ?? null).toEqual(last);
  });
});
