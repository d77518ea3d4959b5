import type { Branch } from "../http/views";
import { byId, useList } from "./list";

export interface Placed {
  branch: Branch;
  depth: number;
}

/** The branches as a tree: each after the one above it, by name among its equals. */
export function treeOf(branches: Branch[], compare: (one: string, other: string) => number): Placed[] {
  const known = new Set(branches.map(({ id }) => id));
  // Whoever sees a part of the tree sees its top without what is above.
  const above = ({ parent_id }: Branch) => (parent_id !== null && known.has(parent_id) ? parent_id : null);
  const below = (parent: string | null, depth: number): Placed[] =>
    branches
      .filter((branch) => above(branch) === parent)
      .sort((one, other) => compare(one.name, other.name))
      .flatMap((branch) => [{ branch, depth }, ...below(branch.id, depth + 1)]);
  return below(null, 0);
}

/** A branch and all below it. */
export function withBelow(branches: Branch[], id: string): Set<string> {
  const found = new Set([id]);
  for (const { branch } of treeOf(branches, () => 0)) {
    if (branch.parent_id !== null && found.has(branch.parent_id)) found.add(branch.id);
  }
  return found;
}

export const useBranches = () => useList<Branch>("/api/branches", byId);

/** The branches for a choice, indented as the tree is; the empty value is the whole organisation. */
export function branchChoices(branches: Branch[], whole: string, language: string): { value: string; label: string }[] {
  const { compare } = new Intl.Collator(language);
  const places = treeOf(branches, compare);
  return [{ value: "", label: whole }, ...places.map(({ branch, depth }) => ({ value: branch.id, label: "\u2003".repeat(depth) + branch.name }))];
}
