import { reduceTeam, teamFromSnapshot, type TeamState } from "./feedTeam";
import type { FeedEvent, Id, Interaction, Me, Message, MessagePut, Named, Offer, Presence, Snapshot } from "./protocol";

/** One piece of own work: the interaction and the messages known here, oldest first. */
export interface Work {
  interaction: Interaction;
  messages: Message[];
}

/** Everything the console shows. It comes from the feed alone, so that several tabs agree. */
export interface State extends TeamState {
  seq: number;
  me: Me;
  presence: Presence;
  offers: Offer[];
  work: Record<Id, Work>;
  queues: Named[];
  agents: Named[];
  dispositions: string[];
}

export function fromSnapshot(seq: number, snapshot: Snapshot): State {
  const { me, presence, offers, queues, agents, dispositions } = snapshot;
  const work = Object.fromEntries(
    snapshot.interactions.map(({ interaction, messages }) => [interaction.id, { interaction, messages: merge([], messages) }]),
  );
  return { seq, me, presence, offers, work, queues, agents, dispositions, ...teamFromSnapshot(snapshot) };
}

/**
 * The state after an event. Applying one twice changes nothing, because values are whole.
 *
 * An event older than the state is dropped: a late double must not bring an old value back. One of the same position
 * is applied, since one position of the log may say several things.
 */
export function apply(state: State, event: FeedEvent): State {
  if (event.seq < state.seq) return state;
  return { ...reduce(state, event), seq: event.seq };
}

function reduce(state: State, event: FeedEvent): State {
  switch (event.type) {
    case "presence.changed":
      return { ...state, presence: event.data.presence };
    case "offer.made":
      return { ...state, offers: putOffer(state.offers, event.data.offer) };
    case "offer.closed":
      return { ...state, offers: state.offers.filter((offer) => offer.id !== event.data.offer_id) };
    case "interaction.put":
      return takeInteraction(state, event.data.interaction, event.data.messages ?? []);
    case "interaction.removed":
      return removeInteraction(state, event.data.interaction_id);
    case "message.put":
      return putMessage(state, event.data);
    case "me.changed":
      return state;
    default:
      return reduceTeam(state, event, state.me.id);
  }
}

/** Adds messages that came as an answer, not as an event: what the feed already said about them stays. */
export function learn(state: State, interactionId: Id, messages: Message[]): State {
  const known = new Set(state.work[interactionId]?.messages.map((message) => message.seq));
  return putMessages(state, interactionId, messages.filter((message) => !known.has(message.seq)));
}

/** Work in the order an agent wants: what waits for an answer first, then the latest. */
export function workInOrder(state: State): Work[] {
  const isLiveCall = ({ interaction }: Work) => interaction.channel === "voice" && interaction.state === "assigned";
  return Object.values(state.work).sort(
    (a, b) =>
      Number(isLiveCall(b)) - Number(isLiveCall(a)) ||
      Number(b.interaction.unread > 0) - Number(a.interaction.unread > 0) ||
      lastMoment(b) - lastMoment(a) ||
      a.interaction.id.localeCompare(b.interaction.id),
  );
}

export function lastMoment(work: Work): number {
  const last = work.messages.at(-1);
  return Date.parse(last?.at ?? work.interaction.assigned_at ?? work.interaction.opened_at);
}

function putOffer(offers: Offer[], offer: Offer): Offer[] {
  const others = offers.filter((other) => other.id !== offer.id);
  return [...others, offer].sort((a, b) => a.made_at.localeCompare(b.made_at) || a.id.localeCompare(b.id));
}

/** The end of work is told as well, after its removal: what is closed or somebody else's is not kept. */
function takeInteraction(state: State, interaction: Interaction, messages: Message[]): State {
  const isOurs = interaction.agent_id === state.me.id && interaction.state !== "closed";
  return isOurs ? putInteraction(state, interaction, messages) : removeInteraction(state, interaction.id);
}

function putInteraction(state: State, interaction: Interaction, messages: Message[]): State {
  const known = state.work[interaction.id]?.messages ?? [];
  return { ...state, work: { ...state.work, [interaction.id]: { interaction, messages: merge(known, messages) } } };
}

function removeInteraction(state: State, id: Id): State {
  const { [id]: _removed, ...work } = state.work;
  return { ...state, work };
}

function putMessage(state: State, put: MessagePut): State {
  const work = state.work[put.interaction_id];
  if (!work) return state;
  const interaction = {
    ...work.interaction,
    last_seq: Math.max(work.interaction.last_seq, put.message.seq),
    unread: put.unread ?? work.interaction.unread,
    preview: put.preview ?? work.interaction.preview,
  };
  return putInteraction(state, interaction, [put.message]);
}

/** A message of work that is not ours (any more) is not kept: `interaction.put` brings the messages with it. */
function putMessages(state: State, id: Id, messages: Message[]): State {
  const work = state.work[id];
  if (!work || messages.length === 0) return state;
  return { ...state, work: { ...state.work, [id]: { ...work, messages: merge(work.messages, messages) } } };
}

function merge(known: Message[], put: Message[]): Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of put) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
