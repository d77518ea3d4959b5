import { useEffect, useState, useSyncExternalStore } from "react";
import { call } from "../../../http/api";
import type { Id, Interaction, Iso } from "../../../protocol";

export interface Bounce {
  address: string;
  is_hard: boolean;
  at: Iso;
  times: number;
  status: string;
  reason: string;
}

export interface Participant {
  /** Null for the customer. */
  id: Id | null;
  address: string;
  name: string;
  origin: "customer" | "cc" | "reply" | "signed" | "agent";
  state: "pending" | "confirmed" | "refused";
  bounce: Bounce | null;
}

export interface LinkedInteraction {
  id: Id;
  number: number;
  channel: string;
  subject: string | null;
  state: string;
  reason: "closed" | "refused";
  is_earlier: boolean;
}

/** Who takes part in a conversation, and what it belongs with. */
export interface Around {
  participants: Participant[];
  links: LinkedInteraction[];
}

// What no line of the conversation tells is read again when somebody here says so.
let changes = 0;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function readAgain(): void {
  changes += 1;
  listeners.forEach((listener) => listener());
}

// The panel and the strip over the composer show the same at the same time: they read it once.
let last: { key: string; found: Promise<Around> } | null = null;
function read(id: Id, key: string): Promise<Around> {
  if (last?.key !== key) last = { key, found: call<Around>("GET", `/api/interactions/${encodeURIComponent(id)}/around`) };
  return last.found;
}

/** Read again with each line of the conversation; null while it is not known. */
export function useAround(interaction: Pick<Interaction, "id" | "last_seq" | "channel">): Around | null {
  const { id, last_seq, channel } = interaction;
  const [around, setAround] = useState<Around | null>(null);
  const version = useSyncExternalStore(subscribe, () => changes);
  const isMail = channel === "email";
  useEffect(() => {
    if (!isMail) return;
    let isCurrent = true;
    read(id, `${id}:${last_seq}:${version}`).then(
      (found) => isCurrent && setAround(found),
      // The next line of the conversation brings the next try.
      () => (last = null),
    );
    return () => void (isCurrent = false);
  }, [id, last_seq, version, isMail]);
  return around;
}
