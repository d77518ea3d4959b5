import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Status, TicketField, TicketType } from "./ticket";

/** What tickets are made of here: the stages, types and custom fields that administrators defined. */
export interface Setup {
  statuses: Status[];
  types: TicketType[];
  fields: TicketField[];
  isRead: boolean;
}

const freshMs = 60_000;
const none: Setup = { statuses: [], types: [], fields: [], isRead: false };
let kept = { setup: none, at: 0 };
let reading: Promise<Setup> | null = null;

async function read(): Promise<Setup> {
  const items = async <T>(path: string) => (await call<{ items: T[] }>("GET", path)).items;
  const [statuses, types, fields] = await Promise.all([items<Status>("/api/ticket-statuses"), items<TicketType>("/api/ticket-types"), items<TicketField>("/api/ticket-fields")]);
  kept = { setup: { statuses, types, fields, isRead: true }, at: Date.now() };
  return kept.setup;
}

/** Read once for all that show tickets, and again when it is older than a minute. */
export function useSetup(): Setup {
  const [setup, setSetup] = useState(kept.setup);
  useEffect(() => {
    let isGone = false;
    if (Date.now() - kept.at > freshMs) reading ??= read().finally(() => (reading = null));
    // Without an answer the list shows less, and asks again when it is opened the next time.
    (reading ?? Promise.resolve(kept.setup)).then((found) => !isGone && setSetup(found), () => undefined);
    return () => {
      isGone = true;
    };
  }, []);
  return setup;
}
