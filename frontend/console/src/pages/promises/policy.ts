import { nextPosition } from "../../kit/order";
import type { Id } from "../../protocol";

export const metrics = ["first_response", "next_response", "resolution"] as const;
export const priorities = ["urgent", "high", "normal", "low"] as const;
export const kinds = ["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead"] as const;
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

export const usual = (policies: Policy[]): PolicyDraft => ({
  name: "", position: nextPosition(policies), conditions: noConditions, targets: {}, calendar_id: null, warn_percent: 75, pauses_on: ["pending"], is_active: true, version: 0,
});

export function withTarget(targets: Policy["targets"], priority: Priority, metric: Metric, minutes: number | null): Policy["targets"] {
  return { ...targets, [priority]: { ...(targets[priority] ?? nothing), [metric]: minutes } };
}

/** As they are sent: a priority to which nothing is promised is not named. */
export function sentTargets(targets: Policy["targets"]): Policy["targets"] {
  return Object.fromEntries(Object.entries(targets).filter(([, each]) => each && metrics.some((metric) => each[metric] !== null)));
}
