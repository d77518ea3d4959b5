/** The visitor's side of docs/realtime.md. */

export interface File {
  id?: string;
  name: string;
  content_type: string;
  size: number;
  url: string;
}

export interface VisitorMessage {
  id: string;
  interaction_id: string;
  seq: number;
  from: "visitor" | "agent" | "system";
  author_name: string | null;
  text: string;
  attachments: File[];
  event: string | null;
  client_id: string | null;
  at: string;
}

export interface Chat {
  interaction_id: string;
  state: "queued" | "assigned" | "closed";
  agent_name: string | null;
  position: number | null;
  /** How far the agent has read. */
  read_seq: number;
  is_offline: boolean;
  rating: { score: number; comment: string } | null;
  /** Whom we call instead, once it was asked for. */
  callback?: { id: string; number: string } | null;
}

export interface Field {
  key: string;
  kind: "name" | "email" | "phone" | "text" | "select";
  label: string;
  is_required: boolean;
  options: { value: string; label: string }[];
}

export interface Invitation {
  id: string;
  page: string;
  after_seconds: number | null;
  scroll_percent: number | null;
  on_exit: boolean;
  every_hours: number;
  text: string;
}

export interface WidgetSettings {
  title: string | null;
  greeting: string | null;
  color: string | null;
  locale: string | null;
  side: "start" | "end";
  is_open: boolean;
  /** Messages are left instead of chats begun. */
  is_offline: boolean;
  answer_by: string | null;
  fields: Field[];
  consent: { version: string; text: string; is_required: boolean } | null;
  departments: { value: string; label: string }[];
  invitations: Invitation[];
  has_rating: boolean;
  has_transcript: boolean;
  /** Whether there is anything public to read. */
  has_articles: boolean;
  /** Of the rarer parts, in the visitor's language. */
  words: Record<string, string>;
}

export type FeedEvent = { seq: number; at: string } & (
  | { type: "chat.put"; data: { chat: Chat | null } }
  | { type: "message.put"; data: { message: VisitorMessage } }
);

export interface Hello {
  visitor_token: string;
  is_verified: boolean;
  widget: WidgetSettings;
  kind: "snapshot" | "events" | "resync";
  seq: number;
  state?: { chat: Chat | null; messages: VisitorMessage[] };
  events?: FeedEvent[];
}

export type Ack<T> =
  | { ok: true; result: T }
  | { ok: false; error: { type: string; title: string; status: number; detail: string } };
