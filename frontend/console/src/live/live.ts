import { io, type Socket } from "socket.io-client";
import { browserStorage } from "../../../shared/kept";
import { inOneTab, newId, Outbox, type Outcome } from "../../../shared/outbox";
import { apply, fromSnapshot, learn, putHeld, type State } from "../feed";
import { learnNotes, learnRoom } from "../feedTeam";
import { Problem, readSession } from "../http/api";
import type { Attachment, Commands, FeedEvent, Id, Look, Message, SyncAnswer, Typing } from "../protocol";
import type { DocumentRef, RoomTyping } from "../protocolTeam";
import { wordsOf, type Draft } from "./draft";
import { lookedAt, lookHoldsMs, stillLooking, type Looking } from "./looking";
import { Watches } from "./watches";

/** What a component sees. A new object after every change. */
export interface View {
  state: State | null;
  link: { isUp: boolean; downSince: number | null; lastSync: number | null };
  outbox: Draft[];
  typing: Record<Id, { preview: string; until: number }>;
  /** Who types in which room: names by person. */
  roomTyping: Record<Id, Record<Id, { name: string; until: number }>>;
  /** Counts the sockets that were synced: what one of them had open, the next one opens anew. */
  round: number;
  /** Colleagues who have a conversation open too. */
  looking: Looking;
  /** Server's clock minus ours, for countdowns. */
  clockOffsetMs: number;
}

type Ack<T> = { ok: true; result: T } | { ok: false; error: { type: string; title: string; status: number; detail: string } };

const ackTimeoutMs = 10_000;
const retryMs = 3_000;
const typingShownMs = 6_000;
const sleepTickMs = 5_000;

/** The console's connection: it keeps the state of `feed.ts` true and sends what waits in the outbox. */
export class Live {
  private view: View = {
    state: null,
    link: { isUp: false, downSince: null, lastSync: null },
    outbox: [],
    typing: {},
    roomTyping: {},
    round: 0,
    looking: {},
    clockOffsetMs: 0,
  };
  private readonly watches = new Watches(this);
  private readonly socket: Socket;
  private readonly outbox: Outbox<Draft>;
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Set<number>();
  /** Events that come while `sync` is under way; they belong after its answer. */
  private held: FeedEvent[] | null = [];
  private syncNumber = 0;
  private lastTick = Date.now();
  private connectTimer = 0;
  private isClosed = false;

  private readonly outboxName: string;

  constructor(
    userId: Id,
    private readonly signedOut: () => void,
  ) {
    this.outboxName = `markaz.outbox.${userId}.`;
    this.outbox = new Outbox<Draft>(browserStorage(), this.outboxName, () => this.outboxChanged());
    this.outboxChanged();
    this.socket = io("/agent", { path: "/socket.io/", transports: ["websocket"], reconnectionDelayMax: 5_000, autoConnect: false });
    this.listen();
    this.socket.connect();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): View => this.view;

  close(): void {
    this.isClosed = true;
    window.clearTimeout(this.connectTimer);
    this.timers.forEach((timer) => window.clearInterval(timer));
    window.removeEventListener("online", this.wake);
    window.removeEventListener("storage", this.storageChanged);
    document.removeEventListener("visibilitychange", this.wake);
    this.socket.disconnect();
  }

  /** Asks the server and gives its answer; throws a Problem. */
  async ask<Name extends keyof Commands>(name: Name, argument: Commands[Name][0]): Promise<Commands[Name][1]> {
    if (!this.socket.connected) throw new Problem(0, "urn:markaz:problem:offline", "offline");
    let ack: Ack<Commands[Name][1]>;
    try {
      ack = await this.socket.timeout(ackTimeoutMs).emitWithAck(name, argument);
    } catch {
      throw new Problem(0, "urn:markaz:problem:offline", "no answer");
    }
    if (!ack.ok) throw new Problem(ack.error.status, ack.error.type, ack.error.detail || ack.error.title);
    return ack.result;
  }

  /** Writes a reply or a note: it is shown at once and sent once, now or when the connection is back. */
  write(kind: Draft["kind"], interactionId: Id, text: string, attachments: Attachment[], more: Pick<Draft, "html" | "isWhisper" | "aside" | "more" | "wait"> = {}): void {
    this.outbox.put({
      client_id: newId(),
      written_at: Date.now(),
      refused: null,
      kind,
      interaction_id: interactionId,
      text,
      attachments,
      ...more,
    });
    void this.flush();
  }

  /** Follows a conversation that is not one's own; the promise fails when it cannot be read. Returns what ends it. */
  watch(id: Id): { isKnown: Promise<void>; leave: () => void } {
    return this.watches.begin(id);
  }

  /** Hears packets that are no events of the feed; returns what ends it. */
  hear<T>(name: string, listener: (data: T) => void): () => void {
    this.socket.on(name as never, listener as never);
    return () => this.socket.off(name as never, listener as never);
  }

  /** For `Watches`: the state changes in one place. */
  change(next: (state: State) => State): void {
    if (this.view.state) this.show({ state: next(this.view.state) });
  }

  retry(draft: Draft): void {
    this.outbox.put({ ...draft, refused: null });
    void this.flush();
  }

  discard(draft: Draft): void {
    this.outbox.remove(draft.client_id);
  }

  async readEarlier(interactionId: Id, limit = 50): Promise<boolean> {
    const { state } = this.view;
    const first = (state?.work[interactionId] ?? state?.watched[interactionId])?.messages[0]?.seq ?? null;
    const { messages } = await this.ask("interaction.messages", { interaction_id: interactionId, before_seq: first, limit });
    this.learn(interactionId, messages);
    return messages.length === limit;
  }

  /** Reads what was said in a room before what is known here; the newest when nothing is. */
  async readRoom(roomId: Id, isAnew = false, limit = 50): Promise<boolean> {
    const first = isAnew ? null : (this.view.state?.rooms[roomId]?.messages[0]?.seq ?? null);
    const { messages } = await this.ask("room.messages", { room_id: roomId, before_seq: first, limit });
    if (this.view.state) this.show({ state: learnRoom(this.view.state, roomId, { messages }) });
    return messages.length === limit;
  }

  async readMembers(roomId: Id): Promise<void> {
    const { members } = await this.ask("room.members", { room_id: roomId });
    if (this.view.state) this.show({ state: learnRoom(this.view.state, roomId, { members }) });
  }

  /** Reads a document's notes, which are kept true from then on. */
  async openNotes(document: DocumentRef): Promise<void> {
    const notes = await this.ask("document.open", { document });
    if (this.view.state) this.show({ state: learnNotes(this.view.state, notes) });
  }

  private listen(): void {
    const { socket } = this;
    socket.on("connect", () => void this.sync());
    socket.on("disconnect", () => this.wentDown());
    socket.on("connect_error", () => void this.wasRefused());
    socket.on("event", (event: FeedEvent) => this.take(event));
    socket.on("resync", () => void this.sync(true));
    socket.on("signed_out", () => this.signedOut());
    socket.on("typing", (typing: Typing) => this.showTyping(typing));
    socket.on("room_typing", (typing: RoomTyping) => this.showRoomTyping(typing));
    socket.on("look", (look: Look) => this.showLook(look));
    socket.on("reconnect", ({ after_ms }: { after_ms: number }) => this.comeBack(after_ms));
    window.addEventListener("online", this.wake);
    window.addEventListener("storage", this.storageChanged);
    document.addEventListener("visibilitychange", this.wake);
    this.timers.add(window.setInterval(() => this.tick(), sleepTickMs));
    this.timers.add(window.setInterval(() => void this.flush(), retryMs));
  }

  private async sync(isFresh = false): Promise<void> {
    const number = ++this.syncNumber;
    this.held ??= [];
    try {
      const seq = isFresh ? null : (this.view.state?.seq ?? null);
      const answer = await this.ask("sync", { seq });
      // A newer sync has begun; its answer counts.
      if (number !== this.syncNumber) return;
      if (answer.kind === "resync") return await this.sync(true);
      this.settle(answer);
      await this.flush();
    } catch (error) {
      if (number !== this.syncNumber) return;
      if (error instanceof Problem && error.status === 401) return this.signedOut();
      window.setTimeout(() => this.socket.connected && number === this.syncNumber && void this.sync(isFresh), retryMs);
    }
  }

  private settle(answer: Exclude<SyncAnswer, { kind: "resync" }>): void {
    let state = this.view.state;
    let { clockOffsetMs } = this.view;
    if (answer.kind === "snapshot") {
      // What happened while the server read the snapshot comes with it.
      const watched = state?.watched ?? {};
      state = (answer.events ?? []).reduce(apply, { ...fromSnapshot(answer.seq, answer.state), watched });
      clockOffsetMs = Date.parse(answer.state.server_time) - Date.now();
    } else if (state) {
      state = { ...answer.events.reduce(apply, state), seq: answer.seq };
    }
    const held = this.held ?? [];
    this.held = null;
    if (state) state = held.reduce(apply, state);
    const round = answer.kind === "snapshot" || !this.view.link.isUp ? this.view.round + 1 : this.view.round;
    this.show({ state, round, clockOffsetMs, link: { isUp: true, downSince: null, lastSync: Date.now() } });
    this.settleOutbox();
    this.watches.again();
    if (held.some((event) => event.type === "me.changed")) void this.sync(true);
  }

  private take(event: FeedEvent): void {
    if (this.held) {
      this.held.push(event);
      return;
    }
    if (!this.view.state) return;
    this.watches.hear(event);
    this.show({
      state: apply(this.view.state, event),
      link: { ...this.view.link, lastSync: Date.now() },
      ...(event.type === "message.put" ? { typing: without(this.view.typing, event.data.interaction_id) } : {}),
    });
    if (event.type === "message.put" || event.type === "room_message.put" || event.type === "held.put") this.settleOutbox();
    if (event.type === "me.changed") void this.sync(true);
  }

  private learn(interactionId: Id, messages: Message[]): void {
    if (this.view.state) this.show({ state: learn(this.view.state, interactionId, messages) });
    this.settleOutbox();
  }

  private async flush(): Promise<void> {
    if (this.held !== null || !this.socket.connected || this.view.outbox.length === 0) return;
    await inOneTab(this.outboxName, () => this.outbox.flush((draft) => this.send(draft)));
  }

  private async send(draft: Draft): Promise<Outcome> {
    const { interaction_id, client_id, text } = draft;
    try {
      if (draft.kind === "room") {
        await this.sendToRoom(draft);
        return { kind: "committed" };
      }
      if (draft.wait) {
        const { held } = await this.ask("interaction.hold", { ...wordsOf(draft), ...draft.wait });
        this.change((state) => putHeld(state, held));
        return { kind: "committed" };
      }
      const { message } =
        draft.kind === "note"
          ? await this.ask("interaction.note", { interaction_id, client_id, text, is_whisper: draft.isWhisper ?? false })
          : await this.ask("interaction.reply", wordsOf(draft));
      this.learn(interaction_id, [message]);
      return { kind: "committed" };
    } catch (error) {
      if (error instanceof Problem && !error.isPassing) return { kind: "refused", reason: error.kind };
      return { kind: "later" };
    }
  }

  private async sendToRoom({ interaction_id: room_id, client_id, text, attachments, aside }: Draft): Promise<void> {
    const more = aside ?? { mentions: [], reply_seq: null, document: null };
    const { message } = await this.ask("room.say", { room_id, client_id, text, attachments: attachments.map(({ id }) => id), ...more });
    if (this.view.state) this.show({ state: learnRoom(this.view.state, room_id, { messages: [message] }) });
  }

  /** The feed may tell of our message before the acknowledgement does, or instead of it. */
  private settleOutbox(): void {
    const { state } = this.view;
    for (const draft of this.outbox.entries()) {
      const { kind, interaction_id: id } = draft;
      const known = kind === "room" ? state?.rooms[id] : (state?.work[id] ?? state?.watched[id]);
      const messages = known?.messages ?? [];
      if (state?.held.some((held) => held.client_id === draft.client_id)) this.outbox.remove(draft.client_id);
      if (messages.some((message) => message.client_id === draft.client_id)) this.outbox.remove(draft.client_id);
    }
  }

  private wentDown(): void {
    this.held ??= [];
    const downSince = this.view.link.downSince ?? Date.now();
    this.show({ link: { ...this.view.link, isUp: false, downSince } });
    // The library does not retry what the server refused or ended.
    if (!this.socket.active) this.connectIn(retryMs);
  }

  /** A refused handshake may mean that the session has ended. */
  private async wasRefused(): Promise<void> {
    this.wentDown();
    if (this.socket.active) return;
    await readSession().catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) this.signedOut();
    });
  }

  private comeBack(afterMs: number): void {
    this.socket.disconnect();
    this.connectIn(afterMs);
  }

  private connectIn(afterMs: number): void {
    window.clearTimeout(this.connectTimer);
    if (!this.isClosed) this.connectTimer = window.setTimeout(() => this.socket.connect(), afterMs);
  }

  /** A laptop that slept missed its timers: then the truth is asked for at once. */
  private tick(): void {
    const now = Date.now();
    const hasSlept = now - this.lastTick > 4 * sleepTickMs;
    this.lastTick = now;
    if (hasSlept) this.wake();
  }

  private readonly wake = (): void => {
    if (document.visibilityState === "hidden") return;
    if (!this.socket.connected) this.socket.connect();
    else if (this.held === null) void this.sync();
  };

  private readonly storageChanged = (): void => this.outbox.reload();

  private showTyping(typing: Typing): void {
    if (typing.who !== "visitor") return;
    const others = without(this.view.typing, typing.interaction_id);
    if (!typing.is_typing) return this.show({ typing: others });
    const until = Date.now() + typingShownMs;
    this.show({ typing: { ...others, [typing.interaction_id]: { preview: typing.preview ?? "", until } } });
    window.setTimeout(() => {
      if (this.view.typing[typing.interaction_id]?.until === until) {
        this.show({ typing: without(this.view.typing, typing.interaction_id) });
      }
    }, typingShownMs);
  }

  private showRoomTyping({ room_id, staff_id, name, is_typing }: RoomTyping): void {
    if (staff_id === this.view.state?.me.id) return;
    const until = is_typing ? Date.now() + typingShownMs : 0;
    const others = without(this.view.roomTyping[room_id] ?? {}, staff_id);
    const typing = is_typing ? { ...others, [staff_id]: { name, until } } : others;
    this.show({ roomTyping: { ...this.view.roomTyping, [room_id]: typing } });
    if (!is_typing) return;
    window.setTimeout(() => {
      const now = this.view.roomTyping[room_id] ?? {};
      if (now[staff_id]?.until === until) this.show({ roomTyping: { ...this.view.roomTyping, [room_id]: without(now, staff_id) } });
    }, typingShownMs);
  }

  private showLook(look: Look): void {
    if (look.staff_id === this.view.state?.me.id) return;
    this.show({ looking: lookedAt(this.view.looking, look, Date.now()) });
    window.setTimeout(() => this.show({ looking: stillLooking(this.view.looking, Date.now()) }), lookHoldsMs + 100);
  }

  private outboxChanged(): void {
    // The first call comes from the outbox's own constructor.
    if (this.outbox) this.show({ outbox: this.outbox.entries() });
  }

  private show(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

function without<T>(record: Record<Id, T>, id: Id): Record<Id, T> {
  const { [id]: _gone, ...others } = record;
  return others;
}
