import { Problem } from "../../http/api";
import type { FieldValue, Ticket, TicketField } from "./ticket";

/** What a ticket's form holds, each custom field by itself. */
export type Values = Record<string, FieldValue>;

export interface Edit {
  /** What the ticket was when it was last read. */
  base: Values;
  mine: Values;
  /** What somebody else changed while it was changed here; saving decides. */
  clashes: Record<string, FieldValue>;
}

const prefix = "fields.";
const own = ["subject", "description", "type_id", "branch_id", "is_confidential"] as const;

export function valuesOf(ticket: Ticket): Values {
  const plain = Object.fromEntries(own.map((name) => [name, ticket[name]]));
  return { ...plain, ...Object.fromEntries(Object.entries(ticket.fields).map(([key, value]) => [prefix + key, value])) };
}

export const begun = (ticket: Ticket): Edit => ({ base: valuesOf(ticket), mine: valuesOf(ticket), clashes: {} });

/** The form after somebody changed the ticket: what was not touched here follows, what was typed stays. */
export function rebased(edit: Edit, theirs: Values): Edit {
  const mine: Values = {};
  const clashes: Values = {};
  for (const name of new Set([...Object.keys(edit.base), ...Object.keys(edit.mine), ...Object.keys(theirs)])) {
    const [base, here, there] = [edit.base[name] ?? null, edit.mine[name] ?? null, theirs[name] ?? null];
    const isKept = !isSame(here, base);
    mine[name] = isKept ? here : there;
    if (isKept && !isSame(here, there) && (!isSame(there, base) || name in edit.clashes)) clashes[name] = there;
  }
  return { base: theirs, mine, clashes };
}

export function withValue(edit: Edit, name: string, value: FieldValue): Edit {
  return { ...edit, mine: { ...edit.mine, [name]: value } };
}

/** Take what the other one wrote. */
export function withTheirs(edit: Edit, name: string): Edit {
  const { [name]: theirs = null, ...clashes } = edit.clashes;
  return { base: edit.base, mine: { ...edit.mine, [name]: theirs }, clashes };
}

/** What is sent: only what differs, so that what others change meanwhile is not overwritten. */
export function changesOf({ base, mine }: Edit): Record<string, unknown> {
  const names = Object.keys(mine).filter((name) => !isSame(mine[name] ?? null, base[name] ?? null));
  const fields = names.filter((name) => name.startsWith(prefix));
  const plain = names.filter((name) => !name.startsWith(prefix));
  return {
    ...Object.fromEntries(plain.map((name) => [name, mine[name] ?? null])),
    ...(fields.length > 0 ? { fields: Object.fromEntries(fields.map((name) => [name.slice(prefix.length), mine[name] ?? null])) } : {}),
  };
}

/** Empty is empty, however a field says it. */
export function isSame(one: FieldValue, other: FieldValue): boolean {
  const plain = (value: FieldValue) => (value === null || value === "" || (Array.isArray(value) && value.length === 0) ? null : value);
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

/** The required fields that are empty, as forms name them. */
export function missing(fields: TicketField[], values: Values): string[] {
  return fields.filter(({ is_required, key }) => is_required && isSame(values[prefix + key] ?? null, null)).map(({ key }) => prefix + key);
}

/** Refuse as the server would, in words that every language has. */
export function mustHave(names: string[]): void {
  if (names.length === 0) return;
  throw new Problem(422, "urn:markaz:problem:invalid", "", null, { errors: names.map((loc) => ({ loc, msg: "", type: "missing" })) });
}
