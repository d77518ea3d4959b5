import { expect, it } from "vitest";
import { foreseen, nextLook, outlook, stateOf } from "../src/pages/knowledge/telling";

it("calls nothing sent before its channel took it, and leaves what failed as the server says", () => {
  expect(["queued", "sending", "uncertain", "sent", "delivered"].map((delivery) => stateOf({ state: "sent", delivery }))).toEqual([
    "on_way", "on_way", "on_way", "sent", "sent",
  ]);
  expect(stateOf({ state: "refused", delivery: "failed" })).toBe("refused");
  expect(stateOf({ state: "failed", delivery: "failed" })).toBe("failed");
});

it("looks again while something is under way, and then no more", () => {
  const onWay = { state: "sent", delivery: "queued" } as const;
  const over = { state: "refused", delivery: "failed" } as const;
  expect(nextLook({ waiting: 1, items: [over] })).toBe(1_000);
  expect(nextLook({ waiting: 0, items: [over, onWay] })).toBe(5_000);
  expect(nextLook({ waiting: 0, items: [over] })).toBeNull();
});

it("says beforehand who will not get it, and shows them first", () => {
  const told = { channel: "email", is_same_customer: false, reason: null };
  const same = { channel: null, is_same_customer: true, reason: null };
  const lost = { channel: null, is_same_customer: false, reason: "no_way" } as const;
  const ended = { channel: "email", is_same_customer: false, reason: "unsubscribed" } as const;
  const stopped = { channel: "sms", is_same_customer: false, reason: "opted_out" } as const;
  expect([told, same, lost, ended, stopped].map(outlook)).toEqual([null, "same_customer", "missed", "missed", "missed"]);
  expect(foreseen([told, same, lost, ended, stopped])).toEqual([lost, ended, stopped, told, same]);
});
