import type { Language } from "../../i18n/words";
import type { Id, Iso } from "../../protocol";

export const kinds = ["say", "menu", "language", "hours", "customer", "collect", "request", "queue", "callback", "voicemail", "transfer", "hang_up"] as const;
export type Kind = (typeof kinds)[number];

export interface Prompt {
  words: Partial<Record<Language, string>>;
  sounds: Partial<Record<Language, string>>;
}

export interface Step {
  id: string;
  kind: Kind;
  name: string;
  prompt: Prompt;
  exits: Record<string, string>;
  repeats: number;
  seconds: number;
  calendar_id: Id | null;
  queue_id: Id | null;
  priority: number;
  attributes: Record<string, string>;
  /** What the agent needs besides what the queue asks: skill to least level. */
  skills: Record<string, number>;
  key: string;
  /** Of a menu: as what a key is kept. */
  values: Record<string, string>;
  is_secret: boolean;
  least_digits: number;
  most_digits: number;
  is_confirmed: boolean;
  number: string;
}

export interface Flow {
  languages: Language[];
  announces_recording: boolean;
  first: string;
  steps: Step[];
}

export interface Fault {
  step: string;
  fault: string;
  at: string;
}

export interface CallFlow {
  id: Id;
  name: string;
  branch_id: Id | null;
  draft: Flow;
  published: number | null;
  account_ids: Id[];
  problems: Fault[];
  version: number;
}

export interface Edition {
  number: number;
  flow: Flow;
  published_at: Iso;
  published_by: string;
  calls: number;
}

export interface Figure {
  step: string;
  exit: string;
  calls: number;
}

export const keys = [..."1234567890*#"];
export const freshFlow = (language: Language): Flow => ({ languages: [language], announces_recording: false, first: "start", steps: [] });

/** The ways out that every step of a kind has. */
const ways: Record<Kind, string[]> = {
  say: ["next"],
  menu: ["timeout", "invalid"],
  language: ["next"],
  hours: ["open", "closed"],
  customer: ["known", "unknown"],
  collect: ["next", "failed"],
  request: ["found", "missing"],
  callback: ["declined"],
  transfer: ["failed"],
  queue: [],
  voicemail: [],
  hang_up: [],
};
export const needsQueue = (kind: Kind) => kind === "queue" || kind === "voicemail" || kind === "callback";
export const asksTwice = (kind: Kind) => ["menu", "language", "collect", "request", "callback"].includes(kind);

/** The ways out of a step in the order in which they are shown: keys first, then tiers, then what always is. */
export function exitsOf(step: Step): string[] {
  const always = ways[step.kind];
  const own = Object.keys(step.exits).filter((name) => !always.includes(name));
  const place = (name: string) => (keys.includes(name) ? keys.indexOf(name) : keys.length);
  return [...own.sort((one, other) => place(one) - place(other)), ...always];
}

export function freshStep(id: string, kind: Kind): Step {
  return {
    id, kind, name: "", prompt: { words: {}, sounds: {} }, exits: {}, repeats: 2, seconds: 6, calendar_id: null, queue_id: null, priority: 0,
    attributes: {}, skills: {}, key: "", values: {}, is_secret: false, least_digits: 1, most_digits: 20, is_confirmed: true, number: "",
  };
}

function freeId(flow: Flow): string {
  if (flow.steps.length === 0) return flow.first;
  const taken = new Set(flow.steps.map(({ id }) => id));
  let place = flow.steps.length;
  while (taken.has(`step-${place}`)) place += 1;
  return `step-${place}`;
}

/** A flow with a new step to which an exit leads; without one it is the first. */
export function withStep(flow: Flow, kind: Kind, from?: { id: string; exit: string }): { flow: Flow; id: string } {
  const id = freeId(flow);
  const added = { ...flow, steps: [...flow.steps, freshStep(id, kind)] };
  return { id, flow: from ? withExit(added, from.id, from.exit, id) : { ...added, first: id } };
}

export function withExit(flow: Flow, id: string, exit: string, to: string): Flow {
  return changed(flow, id, (step) => ({ ...step, exits: { ...step.exits, [exit]: to } }));
}

/** Without a way out; steps that nothing leads to any more go with it. */
export function withoutExit(flow: Flow, id: string, exit: string): Flow {
  const cut = changed(flow, id, (step) => ({ ...step, exits: Object.fromEntries(Object.entries(step.exits).filter(([name]) => name !== exit)) }));
  const reached = new Set(shape(cut).keys());
  return { ...cut, steps: cut.steps.filter((step) => reached.has(step.id)) };
}

export function changed(flow: Flow, id: string, change: (step: Step) => Step): Flow {
  return { ...flow, steps: flow.steps.map((step) => (step.id === id ? change(step) : step)) };
}

/** Where each step is shown: in the first way that leads to it from the beginning; other ways refer to it there. */
export function shape(flow: Flow): Map<string, { from: string; exit: string } | null> {
  const steps = new Map(flow.steps.map((step) => [step.id, step]));
  const found = new Map<string, { from: string; exit: string } | null>();
  const visit = (id: string, by: { from: string; exit: string } | null) => {
    const step = steps.get(id);
    if (!step || found.has(id)) return;
    found.set(id, by);
    for (const exit of exitsOf(step)) {
      const to = step.exits[exit];
      if (to !== undefined) visit(to, { from: id, exit });
    }
  };
  visit(flow.first, null);
  return found;
}
