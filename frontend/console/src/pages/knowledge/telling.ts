import type { Id } from "../../protocol";

/** A ticket that a solution concerns, and how its customer is told. */
export interface Concerned {
  ticket_id: Id;
  number: string;
  subject: string;
  customer_name: string | null;
  channel: string | null;
  detail: string;
}

/** Why somebody does not get it, as far as is known before it is sent. */
type Hindrance = "unsubscribed" | "opted_out" | "no_way";

/** A ticket before anything is sent. */
export interface Foreseen extends Concerned {
  is_same_customer: boolean;
  reason: Hindrance | null;
}

/** What becomes of one ticket, in a word. */
export type Standing = Telling["state"] | "on_way" | "missed";

export const colors: Record<Standing, string> = {
  waiting: "gray", on_way: "blue", sent: "teal", same_customer: "gray", refused: "orange", missed: "orange", failed: "red",
};

/** What is to be expected of one; null: it will be sent. */
export function outlook(row: Pick<Foreseen, "channel" | "is_same_customer" | "reason">): "same_customer" | "missed" | null {
  if (row.is_same_customer) return "same_customer";
  return row.reason !== null || row.channel === null ? "missed" : null;
}

/** Those who will not get it first: among hundreds they are what somebody looks for. */
export function foreseen<R extends Parameters<typeof outlook>[0]>(rows: R[]): R[] {
  const isMissed = (row: R) => outlook(row) === "missed";
  return [...rows.filter(isMissed), ...rows.filter((row) => !isMissed(row))];
}

/** What became of one ticket of a solution, as the server tells it. */
export interface Telling extends Concerned {
  state: "waiting" | "sent" | "same_customer" | "refused" | "failed";
  reason: Hindrance | "bounced" | "undelivered" | null;
  is_solved: boolean;
  delivery: string | null;
  error: string | null;
}

/** A message that was written is not sent until its channel took it. */
export function stateOf(row: Pick<Telling, "state" | "delivery">): Telling["state"] | "on_way" {
  return row.state === "sent" && ["queued", "sending", "uncertain"].includes(row.delivery ?? "") ? "on_way" : row.state;
}

const waitingMs = 1_000;
const onWayMs = 5_000;

/** How soon the report is worth another look; null: nothing of it is under way. */
export function nextLook(sent: { waiting: number; items: Pick<Telling, "state" | "delivery">[] }): number | null {
  if (sent.waiting > 0) return waitingMs;
  return sent.items.some((row) => stateOf(row) === "on_way") ? onWayMs : null;
}
