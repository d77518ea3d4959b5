import { expect, it } from "vitest";
import { nextLook, stateOf } from "../src/pages/knowledge/telling";

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
