import { useEffect, useState } from "react";
import { call } from "../http/api";
import type { Channel, Id, Iso } from "../protocol";

export type HitKind = "customer" | "ticket" | "conversation" | "message";
export const hitKinds: HitKind[] = ["customer", "ticket", "conversation", "message"];

export interface Hit {
  kind: HitKind;
  id: Id;
  /** None of a ticket that a colleague asked for. */
  customer_id: Id | null;
  customer_name: string;
  /** Ranges of Unicode characters, not of JavaScript's units. */
  snippet: { text: string; marks: [number, number][] };
  at: Iso;
  interaction_id: Id | null;
  number: number | null;
  channel: Channel | null;
  state: string | null;
  subject: string | null;
  seq: number | null;
  direction: string | null;
  author_name: string | null;
  /** Of a ticket: its number. */
  tag: string | null;
}

export interface HitGroup {
  kind: HitKind;
  items: Hit[];
  next_cursor: string | null;
}

export interface SearchWish {
  q: string;
  kinds?: string;
  channel?: string;
  since?: Iso;
  until?: Iso;
  limit?: number;
  cursor?: string;
}

export async function readHits(wish: SearchWish): Promise<HitGroup[]> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) query.set(name, String(value));
  return (await call<{ groups: HitGroup[] }>("GET", `/api/search?${query.toString()}`)).groups;
}

interface Reading {
  groups: HitGroup[];
  isBusy: boolean;
  isFailed: boolean;
}

const nothing: Reading = { groups: [], isBusy: false, isFailed: false };

/** What is found for a wish; null asks nothing. An answer that comes late is dropped. */
export function useHits(wish: SearchWish | null): Reading & { more: (kind: HitKind) => Promise<void> } {
  const [reading, setReading] = useState(nothing);
  const key = JSON.stringify(wish);
  useEffect(() => {
    const asked = JSON.parse(key) as SearchWish | null;
    if (asked === null) {
      setReading(nothing);
      return undefined;
    }
    let isLate = false;
    setReading((old) => ({ ...old, isBusy: true, isFailed: false }));
    readHits(asked).then(
      (groups) => isLate || setReading({ groups, isBusy: false, isFailed: false }),
      () => isLate || setReading({ groups: [], isBusy: false, isFailed: true }),
    );
    return () => {
      isLate = true;
    };
  }, [key]);
  const more = async (kind: HitKind) => {
    const cursor = reading.groups.find((group) => group.kind === kind)?.next_cursor;
    if (!wish || !cursor) return;
    const [next] = await readHits({ ...wish, kinds: kind, cursor });
    const grown = (group: HitGroup) =>
      group.kind === kind && next ? { ...next, items: [...group.items, ...next.items] } : group;
    setReading((old) => ({ ...old, groups: old.groups.map(grown) }));
  };
  return { ...reading, more };
}

/** The pieces of a snippet, each with whether it was looked for. */
export function piecesOf(snippet: Hit["snippet"]): { text: string; isHit: boolean }[] {
  const letters = Array.from(snippet.text);
  const pieces: { text: string; isHit: boolean }[] = [];
  let at = 0;
  for (const [start, end] of snippet.marks) {
    if (start > at) pieces.push({ text: letters.slice(at, start).join(""), isHit: false });
    pieces.push({ text: letters.slice(start, end).join(""), isHit: true });
    at = end;
  }
  if (at < letters.length) pieces.push({ text: letters.slice(at).join(""), isHit: false });
  return pieces;
}
