import type { TeamCommands, TeamEvents, TeamSnapshot } from "./protocolTeam";

/** The server's views and events, as docs/realtime.md states them. */

export type Id = string;
export type Iso = string;

export type Channel = "email" | "sms" | "voice" | "webchat" | "telegram";
export type PresenceState = "available" | "not_ready" | "offline";
export type Calendar = "gregory" | "persian" | "islamic-umalqura";

export interface Presence {
  state: PresenceState;
  reason: string | null;
  since: Iso;
}

export interface Identity {
  kind: "email" | "phone" | "visitor" | "telegram";
  value: string;
}

export interface Customer {
  id: Id;
  name: string;
  kind: "person" | "organization";
  identities: Identity[];
  locale: string | null;
}

export interface Call {
  call_id: Id;
  status: "ringing" | "waiting" | "joined" | "completed" | "busy" | "no_answer" | "failed" | "canceled";
  started_at: Iso | null;
  answered_at: Iso | null;
  ended_at: Iso | null;
  outcome: string | null;
}

export interface Interaction {
  id: Id;
  number: number;
  channel: Channel;
  direction: "inbound" | "outbound";
  state: "queued" | "assigned" | "wrap_up" | "closed";
  subject: string | null;
  customer: Customer;
  address: string;
  queue_id: Id;
  queue_name: string;
  agent_id: Id | null;
  agent_name: string | null;
  last_seq: number;
  preview: string;
  unread: number;
  opened_at: Iso;
  assigned_at: Iso | null;
  closed_at: Iso | null;
  disposition: string | null;
  call: Call | null;
}

export interface Attachment {
  id: Id;
  name: string;
  content_type: string;
  size: number;
  url: string;
}

export type Delivery = "none" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "uncertain";

export interface Message {
  id: Id;
  seq: number;
  interaction_id: Id;
  direction: "inbound" | "outbound" | "note" | "system";
  author: { kind: "customer" | "agent" | "system"; id: Id | null; name: string };
  text: string;
  html: string | null;
  attachments: Attachment[];
  delivery: Delivery;
  error: string | null;
  client_id: string | null;
  at: Iso;
  event: string | null;
}

export interface Offer {
  id: Id;
  interaction_id: Id;
  channel: Channel;
  queue_name: string;
  customer: Customer;
  subject: string | null;
  preview: string;
  made_at: Iso;
  expires_at: Iso;
  waited_seconds: number;
}

export interface Me {
  id: Id;
  name: string;
  login: string;
  is_guest: boolean;
  locale: string;
  permissions: string[];
  calendar: Calendar;
}

export interface Named {
  id: Id;
  name: string;
}

export interface Snapshot extends TeamSnapshot {
  me: Me;
  presence: Presence;
  offers: Offer[];
  interactions: { interaction: Interaction; messages: Message[] }[];
  queues: Named[];
  agents: Named[];
  dispositions: string[];
  server_time: Iso;
}

/** A message, with what it changes on its interaction. */
export interface MessagePut {
  interaction_id: Id;
  message: Message;
  unread?: number;
  preview?: string;
}

interface FeedEventOf<Type extends string, Data> {
  seq: number;
  type: Type;
  at: Iso;
  data: Data;
}

export type FeedEvent =
  | FeedEventOf<"presence.changed", { presence: Presence }>
  | FeedEventOf<"offer.made", { offer: Offer }>
  | FeedEventOf<"offer.closed", { offer_id: Id; outcome: "accepted" | "declined" | "timeout" | "withdrawn" }>
  | FeedEventOf<"interaction.put", { interaction: Interaction; messages?: Message[] }>
  | FeedEventOf<"interaction.removed", { interaction_id: Id }>
  | FeedEventOf<"message.put", MessagePut>
  | FeedEventOf<"me.changed", object>
  | { [Type in keyof TeamEvents]: FeedEventOf<Type, TeamEvents[Type]> }[keyof TeamEvents];

export type SyncAnswer =
  | { kind: "snapshot"; seq: number; state: Snapshot; events?: FeedEvent[] }
  | { kind: "events"; seq: number; events: FeedEvent[] }
  | { kind: "resync" };

export interface Typing {
  interaction_id: Id;
  who: "visitor" | "agent";
  is_typing: boolean;
  preview?: string;
}

/** What the client may ask over the socket: name, argument, answer. */
export interface Commands extends TeamCommands {
  "sync": [{ seq: number | null }, SyncAnswer];
  "presence.set": [{ state: PresenceState; reason: string | null }, Presence];
  "offer.accept": [{ offer_id: Id }, { interaction_id: Id }];
  "offer.decline": [{ offer_id: Id; reason: string | null }, object];
  "interaction.reply": [{ interaction_id: Id; client_id: string; text: string; attachments: Id[] }, { message: Message }];
  "interaction.note": [{ interaction_id: Id; client_id: string; text: string }, { message: Message }];
  "interaction.transfer": [
    { interaction_id: Id; queue_id: Id | null; agent_id: Id | null; note: string | null },
    object,
  ];
  "interaction.close": [{ interaction_id: Id; disposition: string | null; note: string | null }, { state: string }];
  "interaction.wrap_up_done": [{ interaction_id: Id }, object];
  "interaction.read": [{ interaction_id: Id; seq: number }, object];
  "interaction.messages": [{ interaction_id: Id; before_seq: number | null; limit: number }, { messages: Message[] }];
  "interaction.typing": [{ interaction_id: Id; is_typing: boolean }, object];
  "call.hang_up": [{ interaction_id: Id }, object];
}
