import type { Chat, FeedEvent, Hello, VisitorMessage } from "./protocol";

export interface State {
  seq: number | null;
  chat: Chat | null;
  messages: VisitorMessage[];
}

export const nothing: State = { seq: null, chat: null, messages: [] };

/** The state after an event; the same event twice changes nothing, an older one is dropped. */
export function apply(state: State, event: FeedEvent): State {
  if (state.seq !== null && event.seq < state.seq) return state;
  const { seq } = event;
  if (event.type === "chat.put") return { ...state, seq, chat: event.data.chat };
  if (event.type === "message.put") return { ...state, seq, messages: merge(state.messages, [event.data.message]) };
  return { ...state, seq };
}

export function fromHello(state: State, hello: Hello): State {
  const events = hello.events ?? [];
  if (hello.kind === "snapshot" && hello.state) {
    // What happened while the server read the snapshot comes with it.
    return events.reduce(apply, { seq: hello.seq, chat: hello.state.chat, messages: merge([], hello.state.messages) });
  }
  return { ...events.reduce(apply, state), seq: hello.seq };
}

/** Takes a message that came as an answer; what the feed said about it stays. */
export function learn(state: State, message: VisitorMessage): State {
  if (state.messages.some((known) => known.id === message.id)) return state;
  return { ...state, messages: merge(state.messages, [message]) };
}

/** By id, since a second chat of the same visitor counts from one again; ids of chats grow with time. */
function merge(known: VisitorMessage[], put: VisitorMessage[]): VisitorMessage[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of put) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => compare(a.interaction_id, b.interaction_id) || a.seq - b.seq);
}

/** Code by code, not by the reader's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
