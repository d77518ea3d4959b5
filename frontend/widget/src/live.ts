import { io, type Socket } from "socket.io-client";
import { browserStorage } from "../../shared/kept";
import { inOneTab, newId, Outbox, type Entry, type Outcome } from "../../shared/outbox";
import { apply, fromHello, learn, nothing, type State } from "./feed";
import type { Ack, FeedEvent, File, Hello, VisitorMessage, WidgetSettings } from "./protocol";

/** What the page says of its visitor; proven by nothing but a token that its server signed. */
export interface Person {
  name: string | null;
  email: string | null;
}

/** What was said before the chat. */
export interface Answers {
  form: Record<string, string>;
  department: string | null;
  consent: string | null;
  is_offline: boolean;
}

export interface Draft extends Entry, Person {
  /** Missing in what an older version of the widget wrote. */
  answers?: Answers;
  text: string;
  attachments: File[];
}

export interface View extends State {
  isUp: boolean;
  /** Set when a connection that was wanted is missing. */
  isDown: boolean;
  settings: WidgetSettings | null;
  outbox: Draft[];
  isAgentTyping: boolean;
  isVerified: boolean;
  /** Minutes to wait, where the server can tell. */
  minutes: number | null;
  /** Whether a call is offered instead of waiting. */
  mayCall: boolean;
  /** Set when the server asked to send more slowly. */
  isSlow: boolean;
  /** Why the server will not have us. */
  blocked: string | null;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

const ackTimeoutMs = 10_000;
const retryMs = 3_000;
const typingShownMs = 6_000;

/** The visitor's connection: it begins when the chat is opened, or at once for a visitor who is known. */
export class Live {
  view: View;
  page = location.href;
  answers: Answers;
  person: Person = { name: null, email: null };
  private readonly socket: Socket;
  private readonly storage = browserStorage();
  private readonly outbox: Outbox<Draft>;
  private readonly outboxName: string;
  private readonly tokenKey: string;
  private token: string | null;
  private identity: string | null = null;
  private held: FeedEvent[] | null = [];
  private helloNumber = 0;
  private typingTimer = 0;
  private refusals = 0;

  constructor(
    readonly server: string,
    private readonly site: string,
    private locale: string,
    private readonly changed: (view: View, before: View) => void,
  ) {
    this.outboxName = `markaz.${site}.outbox.`;
    this.tokenKey = `markaz.${site}.visitor`;
    this.token = this.keep(() => this.storage?.getItem(this.tokenKey)) ?? null;
    this.view = { ...nothing, isUp: false, isDown: false, settings: null, outbox: [], isAgentTyping: false, isVerified: false, minutes: null, mayCall: false, isSlow: false, blocked: null };
    this.answers = { form: {}, department: null, consent: null, ...(JSON.parse(this.stored("answers") ?? "{}") as object), is_offline: false };
    this.outbox = new Outbox<Draft>(this.storage, this.outboxName, () => this.outboxChanged());
    this.outboxChanged();
    this.socket = io(`${server}/chat`, {
      path: "/socket.io/",
      transports: ["websocket"],
      autoConnect: false,
      reconnectionDelayMax: 10_000,
      auth: (give) => give({ visitor_token: this.token, site, page: this.page.slice(0, 500), locale: this.locale, identity: this.identity }),
    });
    this.listen();
    if (this.token || this.view.outbox.length > 0) this.connect();
    void this.load();
  }

  /** What is shown before anybody connects. */
  private async load(): Promise<void> {
    try {
      const settings = (await (await this.http(`/chat/widgets/${this.site}?locale=${this.locale}`)).json()) as WidgetSettings;
      if (!this.view.isUp) this.show({ settings });
    } catch {
      // The connection brings them too.
    }
  }

  speak(locale: string): void {
    this.locale = locale;
    if (this.socket.active) this.again();
    void this.load();
  }

  /** A token signed by the page's server; another person never goes on with what the one before said (C1). */
  identify(token: string | null): void {
    this.identity = token;
    if (token === null) {
      this.token = null;
      this.keep(() => this.storage?.removeItem(this.tokenKey));
      this.save({ form: {}, department: null, consent: null });
    }
    this.show({ ...nothing, isVerified: false });
    if (token !== null || this.socket.active) this.again();
  }

  private again(): void {
    this.helloNumber += 1;
    this.held = [];
    this.view.seq = null;
    this.socket.disconnect().connect();
  }

  save(answers: Partial<Answers>): void {
    this.answers = { ...this.answers, ...answers };
    this.store("answers", JSON.stringify(this.answers));
  }

  /** Half an address must not hold a message up. */
  answer(key: string, value: string, kind: string): void {
    const { [key]: _before, ...form } = this.answers.form;
    const isSound = value !== "" && (kind !== "email" || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value));
    this.save({ form: isSound ? { ...form, [key]: value } : form });
  }

  stored(name: string): string | null {
    return this.keep(() => this.storage?.getItem(`markaz.${this.site}.${name}`)) ?? null;
  }

  store(name: string, text: string): void {
    this.keep(() => this.storage?.setItem(`markaz.${this.site}.${name}`, text));
  }

  count(invitation: string, outcome: string): void {
    const body = JSON.stringify({ site: this.site, invitation, outcome });
    this.http("/chat/invitations", { method: "POST", body }, { "Content-Type": "application/json" }).catch(() => undefined);
  }

  connect(): void {
    if (!this.socket.active) this.socket.connect();
  }

  write(text: string, attachments: File[], isOffline = false): void {
    const answers = { ...this.answers, is_offline: isOffline };
    this.outbox.put({ client_id: newId(), written_at: Date.now(), refused: null, text, attachments, answers, ...this.person });
    this.connect();
    void this.flush();
  }

  discard(draft: Draft): void {
    this.outbox.remove(draft.client_id);
  }

  /** Not worth an error when it does not arrive. */
  tell(name: "chat.typing" | "chat.read" | "chat.end", argument: object): void {
    this.ask(name, argument).catch(() => undefined);
  }

  async upload(file: Blob & { name: string }): Promise<File> {
    const form = new FormData();
    form.append("file", file, file.name);
    return (await (await this.http("/chat/files", { method: "POST", body: form })).json()) as File;
  }

  /** A file of the own chat as an address for this page. It is fetched by script, since only that can say who asks. */
  async open(file: File): Promise<string> {
    return URL.createObjectURL(await (await this.http(file.url)).blob());
  }

  private async http(path: string, init: RequestInit = {}, more = {}): Promise<Response> {
    const headers = { "X-Visitor-Token": this.token ?? "", "X-Site": this.site, ...more };
    const answer = await fetch(new URL(path, this.server), { ...init, headers, credentials: "omit" });
    if (!answer.ok) throw new Refused(answer.status, answer.statusText);
    return answer;
  }

  private listen(): void {
    const { socket } = this;
    socket.on("connect", () => void this.hello());
    socket.on("disconnect", () => this.wentDown());
    socket.on("connect_error", (error: Error & { data?: { type: string; detail: string } }) => {
      if (error.data?.type.endsWith(":blocked")) this.show({ blocked: error.data.detail });
      this.wentDown();
    });
    socket.on("blocked", ({ detail }: { detail: string }) => this.show({ blocked: detail }));
    socket.on("queue", ({ interaction_id, position, minutes, callback }: { interaction_id: string; position: number; minutes: number | null; callback: boolean }) => {
      const { chat } = this.view;
      if (chat?.interaction_id === interaction_id && chat.state === "queued") this.show({ chat: { ...chat, position }, minutes, mayCall: callback });
    });
    socket.on("event", (event: FeedEvent) => this.take(event));
    socket.on("resync", () => void this.hello(true));
    socket.on("typing", ({ who, is_typing }: { who: string; is_typing: boolean }) => who === "agent" && this.typing(is_typing));
    socket.on("reconnect", ({ after_ms }: { after_ms: number }) => {
      socket.disconnect();
      setTimeout(() => socket.connect(), after_ms);
    });
    addEventListener("online", () => this.view.isDown && socket.connect());
    addEventListener("storage", (event) => event.key?.startsWith("markaz.") && this.outbox.reload());
    setInterval(() => void this.flush(), retryMs);
  }

  private async hello(isFresh = false): Promise<void> {
    const number = ++this.helloNumber;
    this.held ??= [];
    try {
      const hello = await this.ask<Hello>("hello", { seq: isFresh ? null : this.view.seq });
      if (number !== this.helloNumber) return;
      this.refusals = 0;
      this.token = hello.visitor_token;
      this.keep(() => this.storage?.setItem(this.tokenKey, hello.visitor_token));
      if (hello.kind === "resync") return await this.hello(true);
      const held = this.held ?? [];
      this.held = null;
      const state = held.reduce(apply, fromHello(this.view, hello));
      const { seq, chat, messages } = state;
      this.show({ seq, chat, messages, settings: hello.widget, isUp: true, isDown: false, isVerified: hello.is_verified, blocked: null });
      this.settle();
      await this.flush();
    } catch {
      setTimeout(() => this.socket.connected && number === this.helloNumber && void this.hello(isFresh), retryMs);
    }
  }

  private take(event: FeedEvent): void {
    if (this.held) {
      this.held.push(event);
      return;
    }
    const { seq, chat, messages } = apply(this.view, event);
    this.show({ seq, chat, messages, ...(event.type === "message.put" ? { isAgentTyping: false } : {}) });
    this.settle();
  }

  private async flush(): Promise<void> {
    if (this.held !== null || !this.socket.connected || this.view.outbox.length === 0) return;
    await inOneTab(this.outboxName, () => this.outbox.flush((draft) => this.send(draft)));
  }

  private async send(draft: Draft): Promise<Outcome> {
    const { client_id, text } = draft;
    const name = draft.name?.slice(0, 100) ?? null;
    // Half an address must not hold the message up.
    const email = draft.email && /^[^\s@]+@[^\s@]+$/.test(draft.email) ? draft.email : null;
    const attachments = draft.attachments.map((file) => file.id);
    try {
      const said = { client_id, text, name, email, attachments, ...draft.answers };
      const { message } = await this.ask<{ message: VisitorMessage }>("chat.send", said);
      const { messages } = learn(this.view, message);
      this.show({ messages, isSlow: false });
      return { kind: "committed" };
    } catch (error) {
      if (error instanceof Refused && error.status === 429) this.show({ isSlow: true });
      const isFinal = error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;
      return isFinal ? { kind: "refused", reason: error.message } : { kind: "later" };
    }
  }

  async ask<T>(name: string, argument: object): Promise<T> {
    if (!this.socket.connected) throw new Error("offline");
    const ack = (await this.socket.timeout(ackTimeoutMs).emitWithAck(name, argument)) as Ack<T>;
    if (!ack.ok) throw new Refused(ack.error.status, ack.error.detail || ack.error.title);
    return ack.result;
  }

  /** The feed may tell of our message before the acknowledgement does, or instead of it. */
  private settle(): void {
    const known = new Set(this.view.messages.map((message) => message.client_id));
    for (const draft of this.outbox.entries()) if (known.has(draft.client_id)) this.outbox.remove(draft.client_id);
  }

  private wentDown(): void {
    this.held ??= [];
    this.show({ isUp: false, isDown: true, isAgentTyping: false });
    // The server refused or ended it, and may do so for long: ask ever more rarely.
    if (!this.socket.active) setTimeout(() => this.connect(), retryMs * 2 ** Math.min(this.refusals++, 6));
  }

  private typing(isTyping: boolean): void {
    clearTimeout(this.typingTimer);
    this.show({ isAgentTyping: isTyping });
    if (isTyping) this.typingTimer = window.setTimeout(() => this.show({ isAgentTyping: false }), typingShownMs);
  }

  private outboxChanged(): void {
    if (this.outbox) this.show({ outbox: this.outbox.entries() });
  }

  private show(change: Partial<View>): void {
    const before = this.view;
    this.view = { ...before, ...change };
    this.changed(this.view, before);
  }

  /** A browser may forbid storage to pages; then the visitor is new at the next page. */
  private keep<T>(access: () => T): T | null {
    try {
      return access();
    } catch {
      return null;
    }
  }
}
