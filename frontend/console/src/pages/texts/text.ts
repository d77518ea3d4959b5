import type { Id, Iso } from "../../protocol";

export interface TextMessage {
  id: Id;
  account_id: Id;
  /** None: it belongs to no conversation, such as the task of a technician. */
  interaction_id: Id | null;
  at: Iso;
  direction: "inbound" | "outbound";
  number: string;
  our_number: string;
  customer_name: string;
  author_name: string;
  text: string;
  delivery: "none" | "queued" | "sending" | "uncertain" | "sent" | "delivered" | "read" | "failed";
  error: string | null;
  fault: string | null;
}

export interface Told {
  at: Iso;
  status: string;
  digest: string;
}

export interface Batch {
  id: Id;
  account_name: string;
  name: string;
  text: string;
  send_at: Iso;
  state: "waiting" | "sending" | "done" | "cancelled";
  author_name: string;
  waiting: number;
  sent: number;
  left_out: number;
  failed: number;
  delivered: number;
}

export interface BatchItem {
  number: string;
  customer_name: string;
  state: "waiting" | "sent" | "left_out" | "failed";
  reason: string | null;
  delivery: TextMessage["delivery"] | null;
}

export const colorOf: Partial<Record<TextMessage["delivery"], string>> = { failed: "red", delivered: "teal", read: "teal", uncertain: "orange" };
