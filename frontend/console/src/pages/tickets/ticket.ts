import type { Texts } from "../../kit/Said";
import type { Id, Iso } from "../../protocol";

/** Tickets as the API tells them, and what can be said of them without asking. */

export const kinds = ["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead"] as const;
export type Kind = (typeof kinds)[number];
export const priorities = ["low", "normal", "high", "urgent"] as const;
export type Priority = (typeof priorities)[number];
export type Category = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";
export const slaStates = ["kept", "near", "breached"] as const;
export type SlaState = "none" | (typeof slaStates)[number];
export type LinkKind = "parent" | "related" | "duplicate" | "converted" | "split";
export const paperKinds = ["call", "visit", "execution", "training", "answer", "fix"] as const;
const paperChain: readonly PaperKind[] = ["call", "visit", "execution"];
export type PaperKind = (typeof paperKinds)[number];
export type FieldValue = string | number | boolean | string[] | null;

export interface TicketRow {
  id: Id;
  kind: Kind;
  number: string;
  subject: string;
  status_id: Id;
  category: Category;
  priority: Priority;
  type_id: Id | null;
  requester_kind: "external" | "internal";
  customer_id: Id | null;
  customer_name: string | null;
  requester_id: Id | null;
  requester_name: string | null;
  branch_id: Id | null;
  queue_id: Id | null;
  owner_id: Id | null;
  owner_name: string | null;
  source: string;
  is_confidential: boolean;
  due_at: Iso | null;
  sla: SlaState;
  opened_at: Iso;
  changed_at: Iso;
  solved_at: Iso | null;
  closed_at: Iso | null;
  merged_into: Id | null;
  version: number;
}

export interface Link {
  ticket: TicketRow;
  kind: LinkKind;
  is_outgoing: boolean;
}

export interface Check {
  id: Id;
  text: string;
  done_at: Iso | null;
  done_by: Id | null;
}

export interface TimeSpent {
  id: Id;
  staff_id: Id;
  staff_name: string;
  minutes: number;
  worked_on: string;
  note: string;
  at: Iso;
}

export interface Paper {
  id: Id;
  kind: PaperKind;
  number: string;
  at: Iso;
  minutes: number | null;
  staff_id: Id | null;
  staff_name: string | null;
  interaction_id: Id | null;
  summary: string;
  outcome: string;
  follows_id: Id | null;
  version: number;
}

/** A file on the ticket itself. */
export interface TicketFile {
  id: Id;
  name: string;
  content_type: string;
  size: number;
  url: string;
  at: Iso;
  by_name: string;
  is_own: boolean;
}

export type Metric = "first_response" | "next_response" | "resolution";

export interface Clock {
  metric: Metric;
  round: number;
  state: "running" | "paused" | "met" | "dropped";
  target_minutes: number;
  due_at: Iso | null;
  warned_at: Iso | null;
  breached_at: Iso | null;
  ended_at: Iso | null;
}

/** Once it became due at another moment. */
export interface DueChange {
  metric: Metric;
  round: number;
  at: Iso;
  cause: string;
  policy_name: string | null;
  target_minutes: number | null;
  due_before: Iso | null;
  due_after: Iso | null;
}

export interface Standing {
  policy_id: Id | null;
  policy_name: string | null;
  clocks: Clock[];
  due_at: Iso | null;
  state: SlaState;
}

export interface Ticket extends TicketRow {
  description: string;
  fields: Record<string, FieldValue>;
  answered_at: Iso | null;
  minutes_spent: number;
  followers: Id[];
  readers: Id[];
  interactions: Id[];
  links: Link[];
  checks: Check[];
  times: TimeSpent[];
  papers: Paper[];
  files: TicketFile[];
  standing: Standing;
  due_history: DueChange[];
}

export interface Past {
  id: Id;
  at: Iso;
  by_name: string;
  cause: string;
  changes: Record<string, [unknown, unknown]>;
  batch_id: Id | null;
  undone_at: Iso | null;
}

export interface Status {
  id: Id;
  names: Texts;
  category: Category;
  kinds: Kind[] | null;
  position: number;
  is_active: boolean;
}

export interface TicketType {
  id: Id;
  kind: Kind;
  names: Texts;
  parent_id: Id | null;
  is_active: boolean;
}

export interface TicketField {
  id: Id;
  key: string;
  names: Texts;
  kinds: Kind[] | null;
  type: "text" | "long_text" | "number" | "date" | "yes_no" | "choice" | "choices";
  options: { key: string; names: Texts }[];
  is_required: boolean;
  is_active: boolean;
}

export interface BulkDone {
  batch_id: Id;
  changed: Id[];
  unchanged: Id[];
  refused: { id: Id; kind: string; detail: string }[];
}

export interface Counted {
  kind: Kind;
  status_id: Id;
  sla: SlaState;
  number: number;
}

/** In the reader's language, otherwise in one that is there. */
export function nameIn(names: Texts, language: keyof Texts): string {
  return names[language] ?? names.en ?? Object.values(names)[0] ?? "";
}

/** The stages, types or fields that tickets of all these kinds can have. */
export function fitting<T extends { kinds: Kind[] | null; is_active: boolean }>(all: T[], ...wanted: Kind[]): T[] {
  return all.filter((each) => each.is_active && wanted.every((kind) => each.kinds === null || each.kinds.includes(kind)));
}

export const isOver = ({ category }: Pick<TicketRow, "category">): boolean => category === "solved" || category === "closed";

export type Tone = "kept" | "near" | "late" | "stopped" | "was_kept" | "was_late";

/** How its promise stands: in a word, and the moment that the word is about. Null: nothing was promised. */
export function dueOf(ticket: Pick<TicketRow, "category" | "due_at" | "sla">, now: number): { tone: Tone; at: Iso | null } | null {
  const { due_at: at, sla } = ticket;
  if (sla === "none") return null;
  if (isOver(ticket)) return { tone: sla === "breached" ? "was_late" : "was_kept", at: null };
  // The minute in which nobody has been told yet is late all the same.
  if (sla === "breached" || (at !== null && Date.parse(at) <= now)) return { tone: "late", at };
  if (at === null) return { tone: "stopped", at };
  return { tone: sla === "near" ? "near" : "kept", at };
}

/** The oldest document comes first, and behind each what was made of it. */
export function inChains(papers: Paper[]): { paper: Paper; depth: number }[] {
  const known = new Set(papers.map(({ id }) => id));
  const after = (id: Id | null, depth: number): { paper: Paper; depth: number }[] =>
    papers
      .filter(({ follows_id }) => (follows_id !== null && known.has(follows_id) ? follows_id : null) === id)
      .sort((one, other) => one.at.localeCompare(other.at))
      .flatMap((paper) => [{ paper, depth }, ...after(paper.id, depth + 1)]);
  return after(null, 0);
}

/** The document that usually comes after one: a call leads to a visit, a visit to work carried out, whatever else to its like. */
export const nextPaper = (kind: PaperKind): PaperKind => (paperChain.includes(kind) && paperChain[paperChain.indexOf(kind) + 1]) || kind;
