import type { AgentFigures, Alarm, BoardChange, BoardParts, BoardSnapshot, QueueFigures } from "../../protocolBoard";
import type { Id, Iso } from "../../protocol";

/** The board as it is known, each part by its id. */
export interface Board {
  epoch: string;
  version: number;
  dayStart: Iso;
  queues: Record<string, QueueFigures>;
  agents: Record<Id, AgentFigures>;
  alarms: Record<Id, Alarm>;
}

const queueKey = ({ queue_id, channel }: QueueFigures) => `${queue_id}:${channel}`;

function put(board: Omit<Board, "epoch" | "version" | "dayStart">, parts: BoardParts): Board {
  const keyed = <T>(values: T[], key: (value: T) => string) => Object.fromEntries(values.map((value) => [key(value), value]));
  return {
    epoch: parts.epoch,
    version: parts.version,
    dayStart: parts.day_start,
    queues: parts.queues.length > 0 ? { ...board.queues, ...keyed(parts.queues, queueKey) } : board.queues,
    agents: withAgents(board.agents, parts.agents),
    alarms: parts.alarms.length > 0 ? { ...board.alarms, ...keyed(parts.alarms, ({ id }) => id) } : board.alarms,
  };
}

export const fromSnapshot = (snapshot: BoardSnapshot): Board => put({ queues: {}, agents: {}, alarms: {} }, snapshot);

export const withAgents = (known: Board["agents"], agents: AgentFigures[]): Board["agents"] =>
  agents.length > 0 ? { ...known, ...Object.fromEntries(agents.map((agent) => [agent.id, agent])) } : known;

/** The board after a change; null when something was missed: then it has to be opened anew. */
export function changed(board: Board, change: BoardChange): Board | null {
  if (change.epoch !== board.epoch || change.version > board.version + 1) return null;
  if (change.version <= board.version) return board;
  const without = (kind: string) => change.gone.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
  const left = {
    queues: omit(board.queues, without("queue")),
    agents: omit(board.agents, without("agent")),
    alarms: omit(board.alarms, without("alarm")),
  };
  return put(left, change);
}

function omit<T>(record: Record<string, T>, keys: string[]): Record<string, T> {
  if (keys.length === 0) return record;
  const gone = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => !gone.has(key)));
}

/** The queues over all their channels, by name. */
export function queuesOf(board: Board, language: string): QueueFigures[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return Object.values(board.queues).filter(({ channel }) => channel === "").sort((a, b) => compare(a.queue_name, b.queue_name));
}

/** One queue's channels. */
export const channelsOf = (board: Board, queueId: Id): QueueFigures[] =>
  Object.values(board.queues).filter(({ queue_id, channel }) => queue_id === queueId && channel !== "");

/** How a service level stands against the goal: reached, nearly, missed. */
export function standing(level: number | null, goal: number): "good" | "near" | "bad" | "none" {
  if (level === null) return "none";
  if (level >= goal) return "good";
  return level >= goal - 10 ? "near" : "bad";
}
