import { byId, useList, type List } from "./list";

export interface Tier {
  id: string;
  name: string;
  position: number;
  version: number;
}

/** Tiers of loyalty, the most loyal first. */
export function useTiers(): List<Tier> {
  return useList<Tier>("/api/tiers", byId);
}
