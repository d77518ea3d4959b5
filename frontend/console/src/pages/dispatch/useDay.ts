import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "../../http/api";
import { useLive, useView } from "../../live/context";
import { withVisit, type DayBoard, type Visit } from "./day";

const settledMs = 800;

/** A day of dispatch, live: a visit that changes is shown at once, and what follows from it (risks) soon after. */
export function useDay(date: string, branchId: string | null): { day: DayBoard | null; isFailed: boolean; reload: () => void; moment: number } {
  const live = useLive();
  const { round, link } = useView();
  const [day, setDay] = useState<DayBoard | null>(null);
  const [isFailed, setFailed] = useState(false);
  // Counts what was told of plans: who shows proposals reads them again.
  const [moment, setMoment] = useState(0);
  const asked = useRef(0);
  const read = useCallback(async () => {
    const number = ++asked.current;
    const query = new URLSearchParams({ day: date, ...(branchId ? { branch_id: branchId } : {}) });
    try {
      const found = await call<DayBoard>("GET", `/api/dispatch/day?${query.toString()}`);
      if (number !== asked.current) return;
      setDay(found);
      setFailed(false);
    } catch {
      if (number === asked.current) setFailed(true);
    }
  }, [date, branchId]);
  useEffect(() => {
    setDay(null);
    void read();
  }, [read]);
  const { isUp } = link;
  useEffect(() => {
    if (!isUp) return;
    let timer: number | undefined;
    const soon = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void read(), settledMs);
    };
    const stop = live.hear<{ type: string; data: { visit: Visit } }>("event", ({ type, data }) => {
      if (type === "plan.told") setMoment((old) => old + 1);
      if (type !== "visit.changed") return;
      if (branchId === null || data.visit.branch_id === null || data.visit.branch_id === branchId) setDay((old) => old && withVisit(old, data.visit));
      soon();
    });
    // First in, then read again: what happened in between is in what is read.
    live.ask("dispatch.watch", {}).then(soon, () => undefined);
    return () => {
      stop();
      window.clearTimeout(timer);
      live.ask("dispatch.leave", {}).catch(() => undefined);
    };
  }, [live, isUp, round, read, branchId]);
  return { day, isFailed, reload: () => void read(), moment };
}
