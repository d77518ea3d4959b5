import { reduceTeam, teamFromSnapshot, type TeamEvent, type TeamState } from "./feedTeam";
import type {
  Desk,
  ExtensionView,
  FeedEvent,
  Held,
  Id,
  Interaction,
  Me,
  Message,
  MessagePut,
  Named,
  QueueName,
  Offer,
  Organisation,
  Presence,
  SavedDraft,
  Snapshot,
} from "./protocol";
import { watchedAfter } from "./watched";

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
  queues: QueueName[];
  agents: Named[];
  dispositions: string[];
  organisation: Organisation;
  extensions: ExtensionView[];
  drafts: SavedDraft[];
  /** Own replies that wait to be sent, the next first. */
  held: Held[];
  desk: Desk;
  /** Conversations that are looked at, whoever has them; kept apart from own work. */
  watched: Record<Id, Work>;
}

export function fromSnapshot(seq: number, snapshot: Snapshot): State {
  const { me, presence, offers, queues, agents, dispositions, organisation, extensions, drafts, held, desk } = snapshot;
  const work = Object.fromEntries(
    snapshot.interactions.map(({ interaction, messages }) => [interaction.id, { interaction, messages: merge([], messages) }]),
  );
  return {
    seq, me, presence, offers, work, queues, agents, dispositions, organisation, extensions, drafts: inOrder(drafts), held: soonestFirst(held), desk, watched: {},
    ...teamFromSnapshot(snapshot),
  };
}

/**
 * The state after an event. Applying one twice changes nothing, because values are whole.
 *
 * An event older than the state is dropped: a late double must not bring an old value back. One of the same position
 * is applied, since one position of the log may say several things.
 */
export function apply(state: State, event: FeedEvent): State {
  if (event.seq < state.seq) return state;
  return { ...reduce(state, event), watched: watchedAfter(state.watched, event), seq: event.seq };
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
    case "organisation.put":
      return { ...state, organisation: event.data.organisation };
    case "draft.put":
      return putDraft(state, event.data.draft);
    case "held.put":
      return putHeld(state, event.data.held);
    case "desk.put":
      return { ...state, desk: event.data.desk };
    default:
      // What is nobody's state, such as a word that pages listen to, is left alone there too.
      return reduceTeam(state, event as TeamEvent, state.me.id);
  }
}

/** Adds messages that came as an answer, not as an event: what the feed already said about them stays. */
export function learn(state: State, interactionId: Id, messages: Message[]): State {
  return { ...state, work: learned(state.work, interactionId, messages), watched: learned(state.watched, interactionId, messages) };
}

/** A message of work that is not there (any more) is not kept: `interaction.put` brings the messages with it. */
function learned(all: Record<Id, Work>, id: Id, messages: Message[]): Record<Id, Work> {
  const work = all[id];
  const known = new Set(work?.messages.map((message) => message.seq));
  const fresh = messages.filter((message) => !known.has(message.seq));
  if (!work || fresh.length === 0) return all;
  return { ...all, [id]: { ...work, messages: merge(work.messages, fresh) } };
}

function putDraft(state: State, draft: SavedDraft): State {
  const others = state.drafts.filter((one) => one.interaction_id !== draft.interaction_id || one.kind !== draft.kind);
  const isKept = draft.text !== "" || draft.attachments.length > 0 || draft.forwards !== null;
  return { ...state, drafts: isKept ? inOrder([...others, draft]) : others };
}

const inOrder = (drafts: SavedDraft[]): SavedDraft[] =>
  [...drafts].sort((a, b) => a.interaction_id.localeCompare(b.interaction_id) || a.kind.localeCompare(b.kind));

/** What waits no longer is gone. */
export function putHeld(state: State, held: Held): State {
  const known = state.held.find(({ id }) => id === held.id);
  if (known && known.version > held.version) return state;
  const others = state.held.filter(({ id }) => id !== held.id);
  return { ...state, held: held.state === "waiting" ? soonestFirst([...others, held]) : others };
}

const soonestFirst = (held: Held[]): Held[] =>
  [...held].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || a.id.localeCompare(b.id));

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

export type Group = "waiting" | "answered" | "snoozed";

/** What waits for the agent, what waits for the customer, what was put aside; each in the order of the list. */
export function workInGroups(state: State): { group: Group; works: Work[] }[] {
  const work = workInOrder(state);
  const groups = (["waiting", "answered", "snoozed"] as const).map((group) => ({ group, works: work.filter((one) => groupOf(one) === group) }));
  return groups.filter(({ works }) => works.length > 0);
}

export function groupOf({ interaction }: Work): Group {
  const { snoozed_until, customer_at, answered_at, call, state } = interaction;
  if (snoozed_until !== null) return "snoozed";
  const isOurTurn = customer_at !== null && (answered_at === null || Date.parse(customer_at) > Date.parse(answered_at));
  return isOurTurn || call !== null || state === "wrap_up" || answered_at === null ? "waiting" : "answered";
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
  return work ? { ...state, work: { ...state.work, [put.interaction_id]: withMessage(work, put) } } : state;
}

/** A conversation after a message, with what the message changes on it. */
export function withMessage(work: Work, { message, unread, preview }: MessagePut): Work {
  const { interaction } = work;
  // What nobody wrote, or what goes to others alone, is no answer.
  const isAnswer = message.author.kind !== "system" && message.details["aside"] !== true;
  const spoke = message.direction === "inbound" ? "customer_at" : message.direction === "outbound" && isAnswer ? "answered_at" : null;
  return {
    interaction: {
      ...interaction,
      last_seq: Math.max(interaction.last_seq, message.seq),
      unread: unread ?? interaction.unread,
      preview: preview ?? interaction.preview,
      ...(spoke === null ? {} : { [spoke]: later(interaction[spoke], message.at) }),
    },
    messages: merge(work.messages, [message]),
  };
}

/** A delivery mark of an old message must not make it the last word. */
const later = (known: string | null, at: string): string => (known !== null && Date.parse(known) > Date.parse(at) ? known : at);

export function merge(known: Message[], put: Message[]): Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of put) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
