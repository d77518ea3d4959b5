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
  client_id: string | null;
  at: string;
}

export interface Chat {
  interaction_id: string;
  state: "queued" | "assigned" | "closed";
  agent_name: string | null;
  position: number | null;
}

export interface WidgetSettings {
  title: string | null;
  greeting: string | null;
  color: string | null;
  locale: string | null;
  is_open: boolean;
}

export type FeedEvent = { seq: number; at: string } & (
  | { type: "chat.put"; data: { chat: Chat | null } }
  | { type: "message.put"; data: { message: VisitorMessage } }
);

export interface Hello {
  visitor_token: string;
  widget: WidgetSettings;
  kind: "snapshot" | "events" | "resync";
  seq: number;
  state?: { chat: Chat | null; messages: VisitorMessage[] };
  events?: FeedEvent[];
}

export type Ack<T> =
  | { ok: true; result: T }
  | { ok: false; error: { type: string; title: string; status: number; detail: string } };
