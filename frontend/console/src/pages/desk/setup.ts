import type { Language } from "../../i18n/words";
import type { Id } from "../../protocol";
import type { TicketKind } from "../promises/policy";

export { kinds, type TicketKind } from "../promises/policy";
export type Names = Partial<Record<Language, string>>;

export const categories = ["new", "open", "pending", "on_hold", "solved", "closed"] as const;
export type Category = (typeof categories)[number];

export const fieldTypes = ["text", "long_text", "number", "date", "yes_no", "choice", "choices"] as const;
export type FieldType = (typeof fieldTypes)[number];

export interface Stage {
  id: Id;
  names: Names;
  category: Category;
  kinds: TicketKind[] | null;
  position: number;
  is_active: boolean;
  version: number;
}

export interface TicketType {
  id: Id;
  kind: TicketKind;
  names: Names;
  parent_id: Id | null;
  position: number;
  is_active: boolean;
  version: number;
}

export interface FieldOption {
  key: string;
  names: Names;
}

export interface TicketField {
  id: Id;
  key: string;
  names: Names;
  kinds: TicketKind[] | null;
  type: FieldType;
  options: FieldOption[];
  is_required: boolean;
  is_searchable: boolean;
  is_for_customer: boolean;
  position: number;
  is_active: boolean;
  version: number;
}

/** A name in the reader's language, otherwise in another one that has it. */
export function nameIn(names: Names, language: Language): string {
  return names[language] ?? names.en ?? names.fa ?? names.ar ?? "";
}

/** The types of a kind as a tree: each after the one in which it stands. */
export function typeTree(types: TicketType[], kind: TicketKind): { type: TicketType; depth: number }[] {
  const own = types.filter((each) => each.kind === kind);
  const below = (parent: Id | null, depth: number): { type: TicketType; depth: number }[] =>
    inPlace(own.filter((each) => each.parent_id === parent)).flatMap((type) => [{ type, depth }, ...below(type.id, depth + 1)]);
  return below(null, 0);
}

/** A type and all that stand in it: it can stand in none of them. */
export function withBelow(types: TicketType[], id: Id): Set<Id> {
  const found = new Set([id]);
  // As many rounds as the tree can be deep.
  for (const _ of types) for (const { id: each, parent_id } of types) if (parent_id !== null && found.has(parent_id)) found.add(each);
  return found;
}

export function inPlace<T extends { position: number; id: Id }>(items: T[]): T[] {
  return [...items].sort((one, other) => one.position - other.position || one.id.localeCompare(other.id));
}

/** Stages lie in the order of their categories' way, within it by place. */
export const nextPlace = (items: { position: number }[]): number => Math.min(10_000, Math.max(0, ...items.map(({ position }) => position)) + 10);

/** A key that says what the name does where it is written in Latin letters, and is free in any case. */
export function keyFor(name: string, taken: string[], prefix: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 36);
  const base = plain || prefix;
  let key = base;
  for (let n = 2; taken.includes(key); n += 1) key = `${base}_${n}`;
  return key;
}
