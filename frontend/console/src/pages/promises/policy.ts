import type { Id } from "../../protocol";

export const metrics = ["first_response", "next_response", "resolution"] as const;
export const priorities = ["urgent", "high", "normal", "low"] as const;
export const kinds = ["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case"] as const;
export const pauses = ["pending", "on_hold"] as const;

export type Metric = (typeof metrics)[number];
export type Priority = (typeof priorities)[number];
export type TicketKind = (typeof kinds)[number];

/** Minutes of business time; null is not promised. */
export type Targets = Record<Metric, number | null>;

export interface Conditions {
  kinds: string[];
  priorities: string[];
  tiers: Id[];
  customers: Id[];
  branches: Id[];
  queues: Id[];
}

export interface Policy {
  id: Id;
  name: string;
  position: number;
  conditions: Conditions;
  targets: Partial<Record<Priority, Targets>>;
  calendar_id: Id | null;
  warn_percent: number;
  pauses_on: string[];
  is_active: boolean;
  version: number;
}

export type PolicyDraft = Omit<Policy, "id">;

export const noConditions: Conditions = { kinds: [], priorities: [], tiers: [], customers: [], branches: [], queues: [] };
const nothing: Targets = { first_response: null, next_response: null, resolution: null };

/** Room between two policies, so that one can be put between them without touching the others. */
const step = 100;
const most = 10_000;

export const usual = (policies: Policy[]): PolicyDraft => ({
  name: "", position: nextPosition(policies), conditions: noConditions, targets: {}, calendar_id: null, warn_percent: 75, pauses_on: ["pending"], is_active: true, version: 0,
});

const nextPosition = (policies: Policy[]) => Math.min(most, Math.max(0, ...policies.map(({ position }) => position)) + step);

export function withTarget(targets: Policy["targets"], priority: Priority, metric: Metric, minutes: number | null): Policy["targets"] {
  return { ...targets, [priority]: { ...(targets[priority] ?? nothing), [metric]: minutes } };
}

/** As they are sent: a priority to which nothing is promised is not named. */
export function sentTargets(targets: Policy["targets"]): Policy["targets"] {
  return Object.fromEntries(Object.entries(targets).filter(([, each]) => each && metrics.some((metric) => each[metric] !== null)));
}

/** The policies in the order in which they are asked. */
export function inOrder(policies: Policy[]): Policy[] {
  // The server's order: names by code point, not by language.
  return [...policies].sort((one, other) => one.position - other.position || (one.name < other.name ? -1 : 1));
}

/**
 * Which policies get which position when one goes to another place of the list.
 *
 * One alone where there is room between its new neighbours; otherwise all whose position changes.
 */
export function moved(policies: Policy[], id: Id, to: number): { policy: Policy; position: number }[] {
  const all = inOrder(policies);
  const own = all.find((each) => each.id === id);
  const rest = all.filter((each) => each.id !== id);
  if (!own || to < 0 || to > rest.length || all.indexOf(own) === to) return [];
  const before = rest[to - 1]?.position ?? -1;
  const after = rest[to]?.position ?? Math.min(most + 1, before + 2 * step);
  const between = Math.floor((before + after) / 2);
  if (before < between && between < after) return [{ policy: own, position: between }];
  const order = [...rest.slice(0, to), own, ...rest.slice(to)];
  const room = Math.min(step, Math.floor(most / order.length));
  return order.map((policy, at) => ({ policy, position: (at + 1) * room })).filter(({ policy, position }) => policy.position !== position);
}
