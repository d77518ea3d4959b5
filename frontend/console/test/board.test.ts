import { describe, expect, test } from "vitest";
import { changed, channelsOf, fromSnapshot, queuesOf, standing, withAgents, type Board } from "../src/pages/board/state";
import type { AgentFigures, Alarm, BoardChange, BoardSnapshot, QueueFigures } from "../src/protocolBoard";

const queue = (id: string, channel: string, waiting: number) => ({ queue_id: id, queue_name: id, channel, contacts_in_queue: waiting }) as unknown as QueueFigures;
const agent = (id: string, handled: number) => ({ id, name: id, contacts_handled: handled }) as unknown as AgentFigures;
const alarm = (id: string) => ({ id }) as unknown as Alarm;
const parts = { epoch: "one", day_start: "2026-11-27T00:00:00Z", queues: [], agents: [], alarms: [] };
const begun = (): Board => {
  const snapshot: BoardSnapshot = { ...parts, version: 3, after: null, queues: [queue("chat", "", 1), queue("chat", "webchat", 1)], agents: [agent("sara", 0)], alarms: [alarm("a")] };
  return fromSnapshot(snapshot);
};
const change = (version: number, part: Partial<BoardChange>): BoardChange => ({ ...parts, gone: [], version, ...part });

describe("a board", () => {
  test("takes whole values by their ids and lets go of what is gone", () => {
    const next = changed(begun(), change(4, { queues: [queue("chat", "", 2)], agents: [agent("omar", 1)], gone: ["alarm:a", "queue:chat:webchat"] }));
    expect(next?.version).toBe(4);
    expect(Object.keys(next!.queues)).toEqual(["chat:"]);
    expect(next!.queues["chat:"]!.contacts_in_queue).toBe(2);
    expect(Object.keys(next!.agents)).toEqual(["sara", "omar"]);
    expect(next!.alarms).toEqual({});
  });

  test("is opened anew after a hole, or when another process tells", () => {
    expect(changed(begun(), change(5, {}))).toBeNull();
    expect(changed(begun(), change(4, { epoch: "two" }))).toBeNull();
  });

  test("is the same after a change that it knows", () => {
    const board = begun();
    expect(changed(board, change(3, { agents: [agent("sara", 9)] }))).toBe(board);
  });

  test("has its queues by name, their channels apart, and further agents of a page", () => {
    expect(queuesOf(begun(), "en").map(({ queue_id }) => queue_id)).toEqual(["chat"]);
    expect(channelsOf(begun(), "chat").map(({ channel }) => channel)).toEqual(["webchat"]);
    expect(Object.keys(withAgents(begun().agents, [agent("maya", 0)]))).toEqual(["sara", "maya"]);
  });
});

test("a service level is held against the goal", () => {
  expect([null, 80, 70.5, 69].map((level) => standing(level, 80))).toEqual(["none", "good", "near", "bad"]);
});
