import { workInGroups, type State } from "../../feed";
import type { Live } from "../../live/live";
import type { Id, Interaction } from "../../protocol";
import { go } from "../../shell/route";

/** What can be done on the work page, as plain functions: buttons call them, and keys may. */

export const snooze = (live: Live, id: Id, until: Date, note: string | null = null) =>
  live.ask("interaction.snooze", { interaction_id: id, until: until.toISOString(), note });

export const wake = (live: Live, id: Id) => live.ask("interaction.wake", { interaction_id: id });

/** From whoever has it as the page shows it: whoever was faster wins. */
export const take = (live: Live, { id, agent_id }: Interaction) => live.ask("interaction.take", { interaction_id: id, has: agent_id });

export const extendWrapUp = (live: Live, id: Id) => live.ask("interaction.wrap_up_extend", { interaction_id: id });

/** Goes to the work that stands `by` places after the chosen one in the list, round its ends. */
export function step(state: State, chosen: Id | undefined, by: 1 | -1): void {
  const ids = workInGroups(state).flatMap(({ works }) => works.map(({ interaction }) => interaction.id));
  if (ids.length === 0) return;
  const at = chosen === undefined ? -1 : ids.indexOf(chosen);
  const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length;
  go("work", ids[next]!);
}

/** Presses a control of the open conversation by the name that it has in the page. */
const press = (name: string) => () => document.querySelector<HTMLElement>(`[data-testid="conversation"] [data-testid="${name}"]`)?.click();

/** For the register of keys: a name, the usual key, and what it does. */
export const workActions = [
  { id: "work.next", key: "j", run: (state: State, chosen?: Id) => step(state, chosen, 1) },
  { id: "work.previous", key: "k", run: (state: State, chosen?: Id) => step(state, chosen, -1) },
  { id: "work.reply", key: "r", run: () => document.querySelector<HTMLElement>('[data-testid="composer"]')?.focus() },
  { id: "work.snooze", key: "z", run: press("snooze") },
  { id: "work.transfer", key: "t", run: press("transfer") },
  { id: "work.close", key: "e", run: press("close") },
  { id: "work.customer", key: "c", run: press("show-customer") },
] as const;
