import { useEffect, useRef, useState } from "react";
import { useLive, useView } from "../../live/context";
import type { BoardChange } from "../../protocolBoard";
import { changed, fromSnapshot, withAgents, type Board } from "./state";

/** The live board while it is looked at; after a reconnect it goes on from what was seen. */
export function useBoard(): { board: Board | null; isFailed: boolean } {
  const live = useLive();
  const { round, link } = useView();
  const [board, setBoard] = useState<Board | null>(null);
  const [isFailed, setFailed] = useState(false);
  const kept = useRef<Board | null>(null);
  // Whether all agents were read: changes alone would never bring the missing ones.
  const isWhole = useRef(false);
  const { isUp } = link;
  useEffect(() => {
    if (!isUp) return;
    let isGone = false;
    // Changes that come while the answer is under way; they belong after it.
    let held: BoardChange[] | null = null;
    const show = (next: Board) => {
      kept.current = next;
      if (!isGone) setBoard(next);
    };
    const take = (change: BoardChange) => {
      if (held) return void held.push(change);
      const next = kept.current && changed(kept.current, change);
      if (next) show(next);
      else void open();
    };
    const open = async () => {
      held = [];
      try {
        const known = isWhole.current ? kept.current : null;
        const { snapshot, changes } = await live.ask("board.open", { epoch: known?.epoch ?? null, version: known?.version ?? 0 });
        isWhole.current = false;
        const begun = snapshot ? fromSnapshot(snapshot) : kept.current!;
        show([...(changes ?? []), ...held].reduce((known, change) => changed(known, change) ?? known, begun));
        held = null;
        setFailed(false);
        for (let after = snapshot?.after ?? null; after !== null && !isGone; ) {
          const page = await live.ask("board.agents", { epoch: begun.epoch, after });
          show({ ...kept.current!, agents: withAgents(kept.current!.agents, page.agents) });
          after = page.after;
        }
        isWhole.current = !isGone;
      } catch {
        held = null;
        if (!isGone) setFailed(true);
      }
    };
    const stop = live.hear<BoardChange>("board", take);
    void open();
    return () => {
      isGone = true;
      stop();
      // Without a line there is nothing left to close.
      live.ask("board.close", {}).catch(() => undefined);
    };
  }, [live, round, isUp]);
  return { board, isFailed };
}
