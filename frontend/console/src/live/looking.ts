import type { Id, Look } from "../protocol";

export interface Looker {
  name: string;
  isWriting: boolean;
  until: number;
}

/** Who has which conversation open: interaction, then colleague. */
export type Looking = Record<Id, Record<Id, Looker>>;

/** A hint holds this long; it is said again every ten seconds. */
export const lookHoldsMs = 15_000;
export const lookEveryMs = 10_000;

export function lookedAt(looking: Looking, look: Look, now: number): Looking {
  const { [look.staff_id]: _before, ...others } = looking[look.interaction_id] ?? {};
  const here = { name: look.name, isWriting: look.is_writing, until: now + lookHoldsMs };
  return { ...looking, [look.interaction_id]: look.is_here ? { ...others, [look.staff_id]: here } : others };
}

/** Without those whose hint is too old: whoever lost the line says nothing. */
export function stillLooking(looking: Looking, now: number): Looking {
  const left = Object.entries(looking).map(([id, who]) => [id, Object.fromEntries(Object.entries(who).filter(([, { until }]) => until > now))] as const);
  return Object.fromEntries(left.filter(([, who]) => Object.keys(who).length > 0));
}
