import type { Id } from "../protocol";

/** Something that has its place among others. */
export interface Placed {
  id: Id;
  name?: string;
  position: number;
}

/** Room between two, so that one can be put between them without touching the others. */
const step = 100;
const most = 10_000;
// The server's order: names by code point, not by language.
const tie = ({ name, id }: Placed) => name ?? id;

export const nextPosition = (items: Placed[]): number => Math.min(most, Math.max(0, ...items.map(({ position }) => position)) + step);

/** In the order in which they are asked. */
export function inOrder<T extends Placed>(items: T[]): T[] {
  return [...items].sort((one, other) => one.position - other.position || (tie(one) < tie(other) ? -1 : 1));
}

/**
 * Which of them get which position when one goes to another place of the list.
 *
 * One alone where there is room between its new neighbours; otherwise all whose position changes.
 */
export function moved<T extends Placed>(items: T[], id: Id, to: number): { item: T; position: number }[] {
  const all = inOrder(items);
  const own = all.find((each) => each.id === id);
  const rest = all.filter((each) => each.id !== id);
  if (!own || to < 0 || to > rest.length || all.indexOf(own) === to) return [];
  const before = rest[to - 1]?.position ?? -1;
  const after = rest[to]?.position ?? Math.min(most + 1, before + 2 * step);
  const between = Math.floor((before + after) / 2);
  if (before < between && between < after) return [{ item: own, position: between }];
  const order = [...rest.slice(0, to), own, ...rest.slice(to)];
  const room = Math.min(step, Math.floor(most / order.length));
  return order.map((item, at) => ({ item, position: (at + 1) * room })).filter(({ item, position }) => item.position !== position);
}
