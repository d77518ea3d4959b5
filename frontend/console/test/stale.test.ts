import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "../src/live/stale";

const page = Object.assign(new EventTarget(), { hidden: false });

beforeEach(() => {
  page.hidden = false;
  vi.stubGlobal("document", page);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const look = (hidden: boolean) => {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
};

test("the first change is read soon, the next ones together and not before their time", () => {
  const run = vi.fn();
  const { ask } = paced(run, 10_000, 1_000);
  ask();
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(run).toHaveBeenCalledTimes(1);
  for (let second = 0; second < 8; second++) {
    ask();
    vi.advanceTimersByTime(1_000);
  }
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2_000);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test("what changes while nobody sees it is read once when somebody looks", () => {
  const run = vi.fn();
  const { ask } = paced(run, 10_000, 1_000);
  look(true);
  ask();
  vi.advanceTimersByTime(5_000);
  ask();
  vi.advanceTimersByTime(60_000);
  expect(run).not.toHaveBeenCalled();
  look(false);
  vi.advanceTimersByTime(1_000);
  expect(run).toHaveBeenCalledTimes(1);
  look(true);
  look(false);
  vi.advanceTimersByTime(60_000);
  expect(run).toHaveBeenCalledTimes(1);
});

test("whoever leaves the page reads nothing more", () => {
  const run = vi.fn();
  const { ask, stop } = paced(run, 10_000, 1_000);
  ask();
  stop();
  vi.advanceTimersByTime(60_000);
  look(true);
  look(false);
  vi.advanceTimersByTime(60_000);
  expect(run).not.toHaveBeenCalled();
});
