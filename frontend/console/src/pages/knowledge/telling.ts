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

/** What became of one ticket of a solution, as the server tells it. */
export interface Telling extends Concerned {
  state: "waiting" | "sent" | "same_customer" | "refused" | "failed";
  reason: "unsubscribed" | "bounced" | "undelivered" | null;
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
