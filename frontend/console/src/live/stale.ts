import { useEffect } from "react";
import { useLive, useView } from "./context";

/** A list that many look at is asked for anew by all of them at once: so not in the same moment, and not more often. */
const jitterMs = 1_000;
const leastMs = 10_000;
/** Whether something is late, or new to the filter of today, changes by time alone. */
const anywayMs = 60_000;

interface Paced {
  /** Run soon, if it did not run lately, else when it may again. */
  ask: () => void;
  stop: () => void;
}

/** Runs when asked, at most once in `least`, soon at first; what is asked while nobody sees it waits until somebody does. */
export function paced(run: () => void, least: number, jitter: number): Paced {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOwed = false;
  const go = () => {
    timer = undefined;
    if (document.hidden) {
      isOwed = true;
      return;
    }
    isOwed = false;
    last = Date.now();
    run();
  };
  const ask = () => {
    timer ??= setTimeout(go, Math.max(Math.random() * jitter, last + least - Date.now()));
  };
  const seen = () => {
    if (!document.hidden && isOwed) ask();
  };
  document.addEventListener("visibilitychange", seen);
  return {
    ask,
    stop: () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    },
  };
}

/** Reads a list anew when the server says that something in it may have changed, and now and then anyway. */
export function useStale(list: "tickets" | "callbacks", reload: () => Promise<void>, isOn: boolean): void {
  const live = useLive();
  const { round, link } = useView();
  const { isUp } = link;
  useEffect(() => {
    if (!isOn) return;
    const again = paced(() => void reload(), leastMs, jitterMs);
    const stop = live.hear<{ list: string }>("stale", (told) => told.list === list && again.ask());
    const timer = setInterval(again.ask, anywayMs);
    return () => {
      again.stop();
      stop();
      clearInterval(timer);
    };
  }, [live, list, reload, isOn]);
  useEffect(() => {
    if (!isUp || !isOn) return;
    // A socket forgets when the line was down: it is asked for after every sync.
    live.ask("list.watch", { list }).catch(() => undefined);
    return () => void live.ask("list.leave", { list }).catch(() => undefined);
  }, [live, list, round, isUp, isOn]);
}
