import type { TicketRow } from "./pages/tickets/ticket";
import type { BoardCommands } from "./protocolBoard";
import type { GeoCommands } from "./protocolGeo";
import type { CallCommands, Listener, Party } from "./protocolCall";
import type { TeamCommands, TeamEvents, TeamSnapshot } from "./protocolTeam";

/** The server's views and events, as docs/realtime.md states them. */

export type Id = string;
export type Iso = string;

/** `ticket` is none that somebody writes over: tickets are offered like what comes over the others. */
export type Channel = "email" | "sms" | "voice" | "webchat" | "telegram" | "portal" | "ticket" | "smpp" | "fax" | "cti";
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
  is_muted: boolean;
  is_held: boolean;
  /** Of a call that we place: which try this is. */
  attempt?: number;
  party?: Party | null; listeners?: Listener[];
  recording?: "off" | "on" | "paused" | "unsure";
  is_doubtful?: boolean;
}

/** What came with a chat from a web site. */
export interface ChatDetails {
  /** The attempt of a campaign that began it. */
  dial?: Id;
  form?: { key: string; label: string; value: string }[];
  email?: string;
  phone?: string;
  page?: string;
  is_verified?: boolean;
  is_offline?: boolean;
  consent?: { version: string };
  rating?: { score: number; comment: string };
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
  details?: ChatDetails;
  customer_at: Iso | null;
  answered_at: Iso | null;
  snoozed_until: Iso | null;
  follow_up_at: Iso | null;
  wrap_up_until: Iso | null;
  is_extended: boolean;
  wrap_up_mode: "none" | "optional" | "timed" | "manual";
  wrap_up_since: Iso | null;
  priority: number;
  is_emergency: boolean;
}

export interface Attachment {
  id: Id;
  name: string;
  content_type: string;
  size: number;
  url: string;
}

export interface Recipient {
  address: string;
  name: string;
}

/** To whom a mail of ours goes. */
export interface Recipients {
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
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
  details: Record<string, unknown>;
  /** Of a mail of ours; null: the customer alone. */
  recipients: Recipients | null;
}

/** What a mail has beside its words. */
export interface Letter {
  recipients: Recipients | null;
  subject: string | null;
  /** A message of the conversation that is passed on with its files. */
  forwards: Id | null;
}

/** A reply that waits: for its undo to run out, or for its moment. */
export interface Held extends Letter {
  id: Id;
  interaction_id: Id;
  number: number;
  customer_name: string;
  author_id: Id;
  author_name: string;
  client_id: string;
  kind: "undo" | "later";
  state: "waiting" | "sent" | "taken_back" | "stopped";
  text: string;
  html: string | null;
  attachments: Attachment[];
  due_at: Iso;
  created_at: Iso;
  version: number;
}

/** How somebody wants the own desk. */
export interface Desk {
  undo_seconds: number;
  is_mailed: boolean;
}

/** What is asked of a reply beside its words and files. */
export interface ReplyMore extends Partial<Letter> {
  locale?: "en" | "ar" | "fa" | null;
  is_signed?: boolean;
}

/** What somebody is writing, on any device; without text and files it is gone. `client_id` names the device. */
export interface SavedDraft extends Letter {
  interaction_id: Id;
  kind: "reply" | "note";
  text: string;
  html: string | null;
  attachments: Attachment[];
  client_id: string;
  at: Iso | null;
}

/** An earlier conversation, as an offer shows it. */
export interface Past {
  id: Id;
  number: number;
  channel: Channel;
  state: Interaction["state"];
  subject: string | null;
  preview: string;
  opened_at: Iso;
  closed_at: Iso | null;
  disposition: string | null;
  agent_name: string | null;
  score: number | null;
}

export interface OfferContext {
  customer: Customer;
  notes: string;
  past: Past[];
}

export interface Offer {
  id: Id;
  /** Of a ticket its own id. */
  interaction_id: Id;
  channel: Channel;
  queue_name: string;
  /** Of a ticket that a colleague asked for it is empty. */
  customer: Partial<Customer>;
  subject: string | null;
  preview: string;
  made_at: Iso;
  expires_at: Iso;
  waited_seconds: number;
  is_broadcast: boolean;
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

/** Where work can be handed; `channels` null is all of them. */
export interface QueueName extends Named {
  channels: string[] | null;
}

export interface Named {
  id: Id;
  name: string;
}

export interface Reason {
  key: string;
  name: Partial<Record<"en" | "ar" | "fa", string>>;
}

/** What everybody who signs in knows of the organisation. */
export interface Organisation {
  name: string;
  logo: string;
  locale: "en" | "ar" | "fa";
  calendar: Calendar;
  digits: "language" | "latin";
  time_zone: string;
  week_start: string;
  weekend: string[];
  languages: ("en" | "ar" | "fa")[];
  presence_reasons: Reason[];
}

/** A page of another system; `origin` is the only one that is spoken to. */
export interface ExtensionView {
  id: Id;
  name: Partial<Record<"en" | "ar" | "fa", string>>;
  url: string;
  origin: string;
  place: "conversation" | "customer";
}

export interface Snapshot extends TeamSnapshot {
  me: Me;
  presence: Presence;
  offers: Offer[];
  interactions: { interaction: Interaction; messages: Message[] }[];
  queues: QueueName[];
  agents: Named[];
  dispositions: string[];
  organisation: Organisation;
  extensions: ExtensionView[];
  drafts: SavedDraft[];
  held: Held[];
  desk: Desk;
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
  | FeedEventOf<"rating.given", { interaction_id: Id; customer_name: string; score: number; comment: string }>
  | FeedEventOf<"organisation.put", { organisation: Organisation }>
  | FeedEventOf<"customer.contacted", { customer_id: Id; name: string; interaction_id: Id; channel: Channel }>
  | FeedEventOf<"draft.put", { draft: SavedDraft }>
  | FeedEventOf<"ticket.put", { change: string; ticket: TicketRow }>
  | FeedEventOf<"held.put", { held: Held }>
  | FeedEventOf<"desk.put", { desk: Desk }>
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

/** A colleague has it open too. */
export interface Look {
  interaction_id: Id;
  staff_id: Id;
  name: string;
  is_here: boolean;
  is_writing: boolean;
}

/** To a queue, to an agent, or to whoever has skills, in the queue named or in its own. */
export interface HandOver {
  interaction_id: Id;
  queue_id: Id | null;
  agent_id: Id | null;
  skills: Record<Id, number>;
  note: string | null;
}

/** What the client may ask over the socket: name, argument, answer. */
export interface Commands extends TeamCommands, BoardCommands, GeoCommands, CallCommands {
  "sync": [{ seq: number | null }, SyncAnswer];
  "list.watch": [{ list: string }, object];
  "list.leave": [{ list: string }, object];
  "presence.set": [{ state: PresenceState; reason: string | null }, Presence];
  "offer.accept": [{ offer_id: Id }, { interaction_id: Id }];
  "offer.decline": [{ offer_id: Id; reason: string | null }, object];
  "interaction.reply": [{ interaction_id: Id; client_id: string; text: string; html: string | null; attachments: Id[] } & ReplyMore, { message: Message }];
  "interaction.hold": [
    { interaction_id: Id; client_id: string; text: string; html: string | null; attachments: Id[]; undo_seconds?: number; send_at?: Iso } & ReplyMore,
    { held: Held },
  ];
  "held.take_back": [{ held_id: Id; device: string }, { held: Held }];
  "held.postpone": [{ held_id: Id; send_at: Iso; version: number }, { held: Held }];
  "desk.save": [Desk, { desk: Desk }];
  "interaction.note": [{ interaction_id: Id; client_id: string; text: string; is_whisper: boolean }, { message: Message }];
  "interaction.transfer": [HandOver, object];
  "interaction.reroute": [HandOver, object];
  "interaction.pick": [{ interaction_id: Id }, { interaction: Interaction }];
  "interaction.prioritise": [{ interaction_id: Id; priority: number; is_emergency: boolean }, { interaction: Interaction }];
  "interaction.close": [
    { interaction_id: Id; disposition: string | null; note: string | null; follow_up_at?: Iso | null; wants_wrap_up?: boolean },
    { state: string },
  ];
  "interaction.wrap_up_done": [{ interaction_id: Id }, object];
  "interaction.read": [{ interaction_id: Id; seq: number }, object];
  "interaction.messages": [{ interaction_id: Id; before_seq: number | null; limit: number }, { messages: Message[] }];
  "interaction.typing": [{ interaction_id: Id; is_typing: boolean }, object];
  "interaction.watch": [{ interaction_id: Id }, { seq: number; interaction: Interaction; messages: Message[]; events: FeedEvent[] }];
  "interaction.unwatch": [{ interaction_id: Id }, object];
  "interaction.look": [{ interaction_id: Id; is_here: boolean; is_writing: boolean }, object];
  "interaction.take": [{ interaction_id: Id; has: Id | null }, { interaction: Interaction }];
  "interaction.snooze": [{ interaction_id: Id; until: Iso; note: string | null }, { interaction: Interaction }];
  "interaction.wake": [{ interaction_id: Id }, object];
  "interaction.wrap_up_extend": [{ interaction_id: Id }, { interaction: Interaction }];
  "offer.context": [{ offer_id: Id }, OfferContext];
  "draft.save": [
    { interaction_id: Id; kind: SavedDraft["kind"]; text: string; html: string | null; attachments: Id[]; client_id: string } & Letter,
    { draft: SavedDraft },
  ];
}
