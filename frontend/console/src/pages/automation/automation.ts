import { asciiDigits } from "../../kit/fold";
import { nextPosition, type Placed } from "../../kit/order";
import { said, type Texts } from "../../kit/Said";
import type { Id, Iso } from "../../protocol";
import type { Kind } from "../tickets/ticket";

/** Rules as the API tells them, and what a form makes of them. */

export type Shape =
  | "kind" | "priority" | "category" | "stage" | "type" | "agent" | "team" | "branch" | "customer" | "tier" | "requester"
  | "source" | "promise" | "metric" | "change" | "text" | "number" | "date" | "yes_no" | "choice";
export type Operation = "is" | "is_not" | "one_of" | "none_of" | "contains" | "lacks" | "empty" | "filled" | "at_least" | "at_most";
export type Value = string | number | boolean | string[] | null;

export interface KnownFact {
  name: string;
  shape: Shape;
  operations: Operation[];
  names: Texts | null;
}

export interface Catalogue {
  happenings: string[];
  lasting: ("opened" | "stage")[];
  facts: KnownFact[];
  settable: { what: Settable; shape: Shape }[];
  told: Told[];
  placeholders: string[];
}

export type Settable = "status_id" | "priority" | "queue_id" | "owner_id" | "type_id" | "is_confidential";
export type Told = "owner" | "followers" | "supervisors" | "people";
export type Trigger = { on: "event"; happening: string } | { on: "time"; since: "opened" | "stage"; minutes: number; in_business_time: boolean };

export interface Condition {
  fact: string;
  operation: Operation;
  value: Value;
}

export interface Conditions {
  all: Condition[];
  any: Condition[];
}

export type Action =
  | { do: "set"; what: Settable; value: string | boolean | null }
  | { do: "set_field"; key: string; value: Value }
  | { do: "raise_priority" }
  | { do: "add_check"; text: string }
  | { do: "notify"; to: Told; people: Id[]; text: string }
  | { do: "tell_customer"; texts: Texts };

export const deeds = ["set", "set_field", "raise_priority", "add_check", "notify", "tell_customer"] as const;
export type Deed = (typeof deeds)[number];

export interface Rule {
  id: Id;
  name: string;
  position: number;
  trigger: Trigger;
  conditions: Conditions;
  actions: Action[];
  is_active: boolean;
  version: number;
}

export interface Macro {
  id: Id;
  names: Texts;
  kinds: Kind[] | null;
  actions: Action[];
  position: number;
  is_active: boolean;
  version: number;
}

export interface Did {
  do: string;
  detail: string;
  is_refused: boolean;
}

export interface Run {
  id: Id;
  rule_id: Id | null;
  rule_name: string;
  ticket_id: Id;
  number: string;
  cause: string;
  at: Iso;
  did: Did[];
  is_refused: boolean;
}

export interface Held {
  fact: string;
  operation: Operation;
  found: Value;
  holds: boolean;
}

export const usualRule = (rules: Placed[]): Omit<Rule, "id"> => ({
  name: "",
  position: nextPosition(rules),
  trigger: { on: "event", happening: "opened" },
  conditions: { all: [], any: [] },
  actions: [{ do: "raise_priority" }],
  is_active: true,
  version: 0,
});

export const usualMacro = (macros: Placed[]): Omit<Macro, "id"> => ({
  names: {},
  kinds: null,
  actions: [{ do: "raise_priority" }],
  position: nextPosition(macros),
  is_active: true,
  version: 0,
});

export const triggerOf = (on: Trigger["on"]): Trigger =>
  on === "event" ? { on, happening: "opened" } : { on, since: "stage", minutes: 24 * 60, in_business_time: true };

/** What an action says before anybody filled it in. */
export function freshAction(what: Deed, fields: string[]): Action {
  switch (what) {
    case "set":
      return { do: what, what: "priority", value: "high" };
    case "set_field":
      return { do: what, key: fields[0] ?? "", value: null };
    case "raise_priority":
      return { do: what };
    case "add_check":
      return { do: what, text: "" };
    case "notify":
      return { do: what, to: "owner", people: [], text: "" };
    case "tell_customer":
      return { do: what, texts: {} };
  }
}

export const isMany = (operation: Operation): boolean => operation === "one_of" || operation === "none_of";
export const needsValue = (operation: Operation): boolean => operation !== "empty" && operation !== "filled";

/** A condition about this, before anybody said with what it is compared. */
export function conditionOn(fact: KnownFact): Condition {
  const operation = fact.operations[0] ?? "is";
  return { fact: fact.name, operation, value: emptyFor(fact.shape, operation) };
}

/** The same with another comparison: what was chosen stays as far as it fits. */
export function compared(condition: Condition, operation: Operation, shape: Shape): Condition {
  const { value } = condition;
  if (!needsValue(operation)) return { ...condition, operation, value: null };
  const single = Array.isArray(value) ? (value[0] ?? null) : value;
  const list = Array.isArray(value) ? value : value === null || value === "" ? [] : [String(value)];
  return { ...condition, operation, value: isMany(operation) ? list : (single ?? emptyFor(shape, operation)) };
}

const emptyFor = (shape: Shape, operation: Operation): Value =>
  !needsValue(operation) ? null : isMany(operation) ? [] : shape === "yes_no" ? true : shape === "text" || shape === "number" ? "" : null;

/** What nobody finished: a comparison with nothing holds for no ticket, or for every one. */
export function unfinished({ operation, value }: Condition): boolean {
  return needsValue(operation) && (value === null || value === "" || (Array.isArray(value) && value.length === 0));
}

/** A number as it is compared; what is none is sent as it was typed, and refused. */
export function numberOf(text: string): Value {
  const plain = asciiDigits(text).trim().replace(/٫/g, ".");
  const found = Number(plain);
  return plain === "" || Number.isNaN(found) ? text : found;
}

/** Actions as they are sent: words that are empty are left out. */
export function sentActions(actions: Action[]): Action[] {
  return actions.map((action) => {
    if (action.do === "tell_customer") return { ...action, texts: said(action.texts) };
    if (action.do === "notify") return { ...action, people: action.to === "people" ? action.people : [] };
    return action;
  });
}

/** A text with a placeholder added to its end, a space before it unless it begins a line. */
export function withPlaceholder(text: string, name: string): string {
  const gap = text === "" || /\s$/.test(text) ? "" : " ";
  return `${text}${gap}{${name}}`;
}

/** One after the other moved up; what is first stays. */
export function raised<T>(items: T[], at: number): T[] {
  if (at <= 0 || at >= items.length) return items;
  const next = [...items];
  [next[at - 1], next[at]] = [next[at]!, next[at - 1]!];
  return next;
}

/** The places that a refusal of a rule can name. */
export const places = [
  "trigger",
  "conditions",
  ...["all", "any"].flatMap((group) => Array.from({ length: 30 }, (_, at) => `conditions.${group}.${at}`)),
  ...Array.from({ length: 20 }, (_, at) => `actions.${at}`),
];
