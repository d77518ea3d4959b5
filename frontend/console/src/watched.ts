import { merge, withMessage, type State, type Work } from "./feed";
import type { FeedEvent, Id, Interaction, Message } from "./protocol";

/** What a watched conversation is after an event, whoever has it and whatever its state. */
export function watchedAfter(watched: State["watched"], event: FeedEvent): State["watched"] {
  if (event.type === "interaction.put") {
    const { interaction, messages = [] } = event.data;
    const known = watched[interaction.id];
    return known ? { ...watched, [interaction.id]: { interaction, messages: merge(known.messages, messages) } } : watched;
  }
  if (event.type === "message.put") {
    const known = watched[event.data.interaction_id];
    return known ? { ...watched, [event.data.interaction_id]: withMessage(known, event.data) } : watched;
  }
  return watched;
}

/** The answer of `interaction.watch`, with what happened between the reading and the hearing, and since. */
export function watch(state: State, interaction: Interaction, messages: Message[], events: FeedEvent[]): State {
  const work: Work = { interaction, messages: merge([], messages) };
  return { ...state, watched: events.reduce(watchedAfter, { ...state.watched, [interaction.id]: work }) };
}

export function unwatch(state: State, id: Id): State {
  const { [id]: _left, ...watched } = state.watched;
  return { ...state, watched };
}
