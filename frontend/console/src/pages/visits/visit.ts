import type { Id, Iso } from "../../protocol";
import type { Visit, VisitState } from "../dispatch/day";

export interface VisitStep {
  state: VisitState;
  at: Iso;
  received_at: Iso;
  by_name: string;
  reason: string;
  outcome: "taken" | "refused";
}

export interface VisitFile {
  id: Id;
  kind: "photo" | "signature";
  name: string;
  url: string;
}

export interface VisitPart {
  name: string;
  code: string;
  quantity: number;
}

/** A visit with all that hangs on it. */
export interface WholeVisit extends Visit {
  notes: string;
  is_in_warranty: boolean | null;
  parts: VisitPart[];
  checklist: { text: string; is_done: boolean }[];
  needs_signature: boolean;
  needs_photo: boolean;
  reason: string;
  outcome: string;
  minutes_worked: number | null;
  signed_by: string;
  attempts: number;
  steps: VisitStep[];
  files: VisitFile[];
}

export interface VisitKind {
  id: Id;
  names: Record<string, string>;
  minutes: number;
  skills: Record<Id, number>;
  checklist: string[];
  needs_signature: boolean;
  needs_photo: boolean;
  position: number;
  is_active: boolean;
  version: number;
}

/** What a kind is called in a language, or in one that it has. */
export const nameOf = (names: Record<string, string>, language: string): string => names[language] ?? names["en"] ?? Object.values(names)[0] ?? "";
