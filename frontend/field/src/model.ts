/** Visits as the server tells them, and what stands in the queue behind them. Pure. */

export type State = "planned" | "dispatched" | "on_the_way" | "arrived" | "working" | "done" | "not_done" | "cancelled";
export type Move = "on_the_way" | "arrived" | "working" | "done" | "not_done";

export interface Part {
  name: string;
  code?: string;
  quantity: number;
}

export interface Check {
  text: string;
  is_done: boolean;
}

export interface Place {
  address: string;
  latitude: number | null;
  longitude: number | null;
  phone: string;
}

export interface VisitRow {
  id: string;
  number: string;
  kind_id: string;
  subject: string;
  state: State;
  customer_name: string | null;
  place: Place;
  minutes: number;
  promised: { begins_at: string; ends_at: string } | null;
  priority: number;
  planned_at: string | null;
  charge: "free" | "charged" | null;
  version: number;
}

export interface Visit extends VisitRow {
  notes: string;
  parts: Part[];
  checklist: Check[];
  needs_signature: boolean;
  needs_photo: boolean;
  reason: string;
  outcome: string;
  minutes_worked: number | null;
  signed_by: string;
  files: { id: string; kind: Proof; name: string; url: string }[];
}

export type Proof = "photo" | "signature";

export interface Step {
  client_id: string;
  state: Move;
  /** The phone's time: when it was done, not when it was sent. */
  at: string;
  latitude?: number;
  longitude?: number;
  reason?: string;
  outcome?: string;
  checklist?: Check[];
  parts?: Part[];
  minutes_worked?: number;
  signed_by?: string;
}

interface Queued {
  /** Given by the phone's storage: the order in which things were done, over all tabs. */
  order: number;
  client_id: string;
  /** Whose it is: a phone may have several people. */
  person_id: string;
  visit_id: string;
  /** What the visit is called, for when it is no longer in the list. */
  title: string;
  /** Why the server will not have it; null while it may still be sent. */
  refused: string | null;
}

export interface QueuedStep extends Queued {
  kind: "step";
  step: Step;
}

export interface QueuedFile extends Queued {
  kind: "file";
  proof: Proof;
  name: string;
  blob: Blob;
  at: string;
}

export type Entry = QueuedStep | QueuedFile;
export type New<Each> = Each extends Entry ? Omit<Each, "order"> : never;

const nexts: Partial<Record<State, Move[]>> = {
  dispatched: ["on_the_way", "arrived", "working", "done", "not_done"],
  on_the_way: ["arrived", "working", "done", "not_done"],
  arrived: ["working", "done", "not_done"],
  working: ["done", "not_done"],
};

export const isOver = (state: State): boolean => state === "done" || state === "not_done" || state === "cancelled";
export const movesFrom = (state: State): Move[] => nexts[state] ?? [];

/** The visit as the technician knows it: what the server knows, and what it will know. */
export function shownOf(visit: Visit, entries: readonly Entry[]): Visit {
  let shown = visit;
  for (const entry of entries) {
    if (entry.visit_id !== visit.id || entry.kind !== "step" || entry.refused !== null) continue;
    if (!movesFrom(shown.state).includes(entry.step.state)) continue;
    const { state, reason, outcome, checklist, parts, minutes_worked, signed_by } = entry.step;
    shown = {
      ...shown,
      state,
      reason: reason ?? shown.reason,
      outcome: outcome ?? shown.outcome,
      checklist: checklist ?? shown.checklist,
      parts: parts ?? shown.parts,
      minutes_worked: minutes_worked ?? shown.minutes_worked,
      signed_by: signed_by ?? shown.signed_by,
    };
  }
  return shown;
}

/** What is owed before a visit is done, as the server will ask; an empty list when nothing is. */
export function owedBy(visit: Visit, entries: readonly Entry[], signedBy: string): ("signature" | "photo")[] {
  const has = (proof: Proof) =>
    visit.files.some(({ kind }) => kind === proof) ||
    entries.some((entry) => entry.visit_id === visit.id && entry.kind === "file" && entry.proof === proof && entry.refused === null);
  const owed: ("signature" | "photo")[] = [];
  if (visit.needs_signature && !(signedBy.trim() && has("signature"))) owed.push("signature");
  if (visit.needs_photo && !has("photo")) owed.push("photo");
  return owed;
}

/** Days of the list, in order: what was not finished before today stands with today. */
export function daysOf<Row extends VisitRow>(rows: readonly Row[], startOfToday: number): { day: number; rows: Row[] }[] {
  const days = new Map<number, Row[]>();
  const sorted = [...rows].sort((a, b) => (a.planned_at ?? "").localeCompare(b.planned_at ?? ""));
  for (const row of sorted) {
    const at = new Date(row.planned_at ?? startOfToday);
    const own = new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
    if (own < startOfToday && isOver(row.state)) continue;
    const day = Math.max(own, startOfToday);
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, those]) => ({ day, rows: those }));
}
