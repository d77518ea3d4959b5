import { workInGroups, type State } from "../../feed";
import type { Live } from "../../live/live";
import type { Id, Interaction } from "../../protocol";
import { go } from "../../shell/route";

/** What can be done on the work page, as plain functions: buttons and keys call them. */

export const snooze = (live: Live, id: Id, until: Date, note: string | null = null) =>
  live.ask("interaction.snooze", { interaction_id: id, until: until.toISOString(), note });

export const wake = (live: Live, id: Id) => live.ask("interaction.wake", { interaction_id: id });

/** From whoever has it as the page shows it: whoever was faster wins. */
export const take = (live: Live, { id, agent_id }: Interaction) => live.ask("interaction.take", { interaction_id: id, has: agent_id });

/** One that waits; of several who want it one has it. */
export const pick = (live: Live, id: Id) => live.ask("interaction.pick", { interaction_id: id });

export const extendWrapUp = (live: Live, id: Id) => live.ask("interaction.wrap_up_extend", { interaction_id: id });

/** Goes to the work that stands `by` places after the chosen one in the list, round its ends. */
export function step(state: State, chosen: Id | undefined, by: 1 | -1): void {
  const ids = workInGroups(state).flatMap(({ works }) => works.map(({ interaction }) => interaction.id));
  if (ids.length === 0) return;
  const at = chosen === undefined ? -1 : ids.indexOf(chosen);
  const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length;
  go("work", ids[next]!);
}
