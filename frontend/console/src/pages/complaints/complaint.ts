import { useCallback, useEffect, useRef, useState } from "react";
import { call, Problem } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import type { Language } from "../../i18n/words";
import { byId, useList, type List } from "../../kit/list";
import { useLive, useView } from "../../live/context";
import type { FeedEvent, Id, Iso } from "../../protocol";

export const stages = ["registered", "acknowledged", "investigation", "referred", "decided", "answered", "review", "closed"] as const;
export const steps = ["acknowledged", "investigation", "decision", "answered", "closed", "review"] as const;
export const outcomes = ["founded", "partly", "unfounded", "withdrawn"] as const;
export const ways = ["telephone", "letter", "in_person", "message"] as const;
export const missing = ["referral", "outcome", "review", "answer", "arrival", "cause"] as const;
export const dimensions = ["type", "source", "cause", "subject", "employee", "branch", "queue"] as const;

export type Stage = (typeof stages)[number];
export type Step = (typeof steps)[number];
export type Names = Partial<Record<Language, string>>;

export interface Complaint {
  ticket_id: Id;
  number: string;
  code: string;
  stage: Stage;
  source_id: Id;
  registered_at: Iso;
  receipt: "owed" | "sent" | "told";
  receipt_note: string;
  level: number;
  cause_id: Id | null;
  remedy: string;
  lesson: string;
  about: About[];
  deadlines: { step: Step; due_at: Iso; done_at: Iso | null; is_late: boolean }[];
  referrals: Referral[];
  escalations: { level: number; reason: string; to_owner_name: string; by_name: string | null; at: Iso }[];
  decisions: { id: Id; number: number; outcome: (typeof outcomes)[number]; reasons: string; decided_by: Id; decided_by_name: string; decided_at: Iso }[];
  reviews: { number: number; reason: string; asked_by_name: string | null; asked_at: Iso; decision_id: Id | null }[];
  answers: { decision_id: Id; way: (typeof ways)[number]; delivery: string | null; note: string; given_by_name: string | null; given_at: Iso }[];
  sent: { message_id: Id; at: Iso; preview: string; delivery: string }[];
  lacks: (typeof missing)[number] | null;
  version: number;
}

export interface About {
  kind: "product" | "service" | "employee";
  name: string;
  staff_id: Id | null;
}

export interface Referral {
  id: Id;
  ticket_id: Id;
  number: string;
  unit_name: string;
  question: string;
  asked_by_name: string | null;
  asked_at: Iso;
  due_at: Iso;
  is_late: boolean;
  state: "open" | "answered" | "returned" | "withdrawn";
  answer: string;
  ended_by_name: string | null;
  ended_at: Iso | null;
}

export interface ComplaintRow {
  ticket_id: Id;
  number: string;
  subject: string;
  priority: "low" | "normal" | "high" | "urgent";
  stage: Stage;
  source_id: Id;
  customer_name: string | null;
  owner_name: string | null;
  unit_name: string | null;
  level: number;
  registered_at: Iso;
  next_step: Step | null;
  due_at: Iso | null;
  is_late: boolean;
}

export interface Source {
  id: Id;
  names: Names;
  gravity: number;
  position: number;
  is_active: boolean;
  version: number;
}

export type Cause = Omit<Source, "gravity">;
export type Days = Record<Step, number>;

export interface Policy {
  id: Id;
  type_id: Id | null;
  source_id: Id | null;
  days: Days;
  version: number;
}

export const useSources = (): List<Source> => useList<Source>("/api/complaint-sources", byId);
export const useCauses = (): List<Cause> => useList<Cause>("/api/complaint-causes", byId);
export const useTypes = () => useList<{ id: Id; kind: string; names: Names }>("/api/ticket-types", byId);

/** Says what administrators called a thing, in the reader's language or in the first that there is. */
export function useNamed(): (names: Names) => string {
  const { language } = useSpeech();
  return useCallback((names: Names) => names[language] ?? names.en ?? Object.values(names)[0] ?? "", [language]);
}

const freshMs = 15_000;
const underWay = ["queued", "sending", "uncertain"];

/** Whether a message to the complainant is on its way: what becomes of it is told to its conversation only. */
export const isWriting = ({ sent, answers }: Pick<Complaint, "sent" | "answers">): boolean =>
  [...sent, ...answers].some(({ delivery }) => delivery !== null && underWay.includes(delivery));

/** The path of one complaint, kept true by the feed: the room that its ticket's page opens hears of every step. */
export function useComplaint(ticketId: Id): { complaint: Complaint | null; isGone: boolean; put: (next: Complaint) => void; reload: () => void } {
  const live = useLive();
  const { round } = useView();
  const [complaint, put] = useState<Complaint | null>(null);
  const [isGone, setGone] = useState(false);
  const turn = useRef(0);
  const read = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const found = await call<Complaint>("GET", `/api/complaints/${ticketId}`);
      if (mine === turn.current) put(found);
    } catch (error) {
      // Without a line what was read last stays.
      if (mine === turn.current && error instanceof Problem && !error.isPassing) setGone(true);
    }
  }, [ticketId]);
  const take = useCallback((next: Complaint) => {
    // An answer that is still under way was overtaken.
    turn.current += 1;
    put(next);
  }, []);
  // Heard first, read then: nothing between the two is missed. A new socket hears of nothing that the one before did.
  useEffect(() => void live.openNotes({ kind: "ticket", id: ticketId }).catch(() => undefined).then(read), [live, ticketId, read, round]);
  useEffect(() => live.hear<FeedEvent>("event", (event) => void (event.type === "ticket.put" && event.data.ticket.id === ticketId && read())), [live, ticketId, read]);
  const isWaiting = complaint !== null && isWriting(complaint);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => !document.hidden && void read(), freshMs);
    return () => clearInterval(timer);
  }, [isWaiting, read]);
  return { complaint, isGone, put: take, reload: () => void read() };
}
