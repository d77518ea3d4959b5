import { Problem } from "../http/api";

/** Fault by field: the server's words, and the kind of fault that ours are chosen by. */
export type Faults = Record<string, { type: string; text: string }>;

/**
 * Read which fields a refusal is about.
 *
 * A database's constraint names its column at the end (`staff_login_key`); `fields` are those that the form has.
 */
export function faultsOf(problem: Problem, fields: string[]): Faults {
  const faults: Faults = {};
  for (const { loc, msg, type } of problem.extra.errors ?? []) {
    const name = fieldAt(loc, fields);
    if (name !== undefined) faults[name] ??= { type: type ?? "other", text: msg };
  }
  const { constraint, field } = problem.extra;
  const named = field === undefined ? undefined : fieldAt(field, fields);
  if (named !== undefined) faults[named] ??= { type: "other", text: problem.detail };
  const taken = constraint === undefined ? undefined : fields.find((name) => constraint.endsWith(`_${name}_key`));
  const key = constraint?.endsWith("_pkey") ? fields[0] : taken;
  if (key !== undefined) faults[key] ??= { type: "taken", text: problem.detail };
  return faults;
}

/** Whether the refusal says that somebody else changed the same thing meanwhile. */
export function isStale(problem: unknown): boolean {
  return problem instanceof Problem && problem.status === 409 && problem.extra.constraint === "version";
}

/**
 * The longest field that a place lies in: `settings.title.fa` lies in `settings.title`.
 *
 * The settings of a channel are checked by the channel, which knows nothing of what they lie in; a form that shows settings beside the rest may leave the word out.
 */
function fieldAt(loc: string, fields: string[]): string | undefined {
  if (fields.includes(`settings.${loc}`)) return `settings.${loc}`;
  return longest(loc, fields) ?? (loc.startsWith("settings.") ? longest(loc.slice("settings.".length), fields) : undefined);
}

function longest(loc: string, fields: string[]): string | undefined {
  const found = fields.filter((name) => loc === name || loc.startsWith(`${name}.`));
  return found.sort((one, other) => other.length - one.length)[0];
}
