import type { Held, Customer, FeedEvent, Interaction, Message, Offer, Organisation, SavedDraft, Snapshot } from "../src/protocol";

export const at = "2026-11-22T12:00:00Z";

export const customer: Customer = { id: "c1", name: "مریم رضایی", kind: "person", identities: [], locale: "fa" };

export function interaction(id: string, change: Partial<Interaction> = {}): Interaction {
  return {
    id,
    number: 1,
    channel: "webchat",
    direction: "inbound",
    state: "assigned",
    subject: null,
    customer,
    address: "visitor",
    queue_id: "q1",
    queue_name: "Support",
    agent_id: "a1",
    agent_name: "Sara",
    last_seq: 0,
    preview: "",
    unread: 0,
    opened_at: at,
    assigned_at: at,
    closed_at: null,
    disposition: null,
    call: null,
    customer_at: null,
    answered_at: null,
    snoozed_until: null,
    follow_up_at: null,
    wrap_up_until: null,
    is_extended: false,
    wrap_up_mode: "timed",
    wrap_up_since: null,
    priority: 0,
    is_emergency: false,
    ...change,
  };
}

export function message(interactionId: string, seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `${interactionId}-${seq}`,
    seq,
    interaction_id: interactionId,
    direction: "inbound",
    author: { kind: "customer", id: null, name: "مریم رضایی" },
    text: `message ${seq}`,
    html: null,
    attachments: [],
    delivery: "none",
    error: null,
    client_id: null,
    at,
    event: null,
    details: {},
    recipients: null,
    ...change,
  };
}

export function draft(interactionId: string, kind: SavedDraft["kind"], text: string): SavedDraft {
  return { interaction_id: interactionId, kind, text, html: null, attachments: [], recipients: null, subject: null, forwards: null, client_id: "device", at };
}

export function held(id: string, change: Partial<Held> = {}): Held {
  return {
    id, interaction_id: "i1", number: 1, customer_name: "Lena", author_id: "a1", author_name: "Sara", client_id: `c-${id}`, kind: "undo",
    state: "waiting", text: "text", html: null, attachments: [], recipients: null, subject: null, forwards: null, due_at: at, created_at: at, version: 1, ...change,
  };
}

export function offer(id: string): Offer {
  return {
    id,
    interaction_id: `i-${id}`,
    channel: "email",
    queue_name: "Support",
    customer,
    subject: null,
    preview: "",
    made_at: at,
    expires_at: at,
    waited_seconds: 3,
    is_broadcast: false,
  };
}

export function organisation(name: string): Organisation {
  return {
    name,
    logo: "",
    locale: "en",
    calendar: "gregory",
    digits: "language",
    time_zone: "Asia/Tehran",
    week_start: "saturday",
    weekend: ["friday"],
    languages: ["en"],
    presence_reasons: [],
  };
}

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    me: { id: "a1", name: "Sara", login: "sara", is_guest: false, locale: "en", permissions: [], calendar: "gregory" },
    presence: { state: "offline", reason: null, since: at },
    offers: [],
    interactions: [],
    queues: [],
    agents: [],
    dispositions: [],
    notifications: [],
    unread_notifications: 0,
    notification_settings: [],
    assigned: [],
    rooms: [],
    organisation: organisation("Sahra"),
    extensions: [],
    drafts: [],
    held: [],
    desk: { undo_seconds: 10, is_mailed: false },
    server_time: at,
    ...change,
  };
}

/** An event at a position of the log. */
export function event<T extends FeedEvent["type"]>(seq: number, type: T, data: Extract<FeedEvent, { type: T }>["data"]): FeedEvent {
  return { seq, type, at, data } as unknown as FeedEvent;
}
