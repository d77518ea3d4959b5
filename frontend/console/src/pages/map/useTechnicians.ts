import { useEffect, useState } from "react";
import { useLive, useView } from "../../live/context";
import type { FenceCrossed, MapChange, Technician } from "../../protocolGeo";
import { known, replaced, type Technicians } from "./state";

/** Who is on the map while it is looked at; after a reconnect it is opened anew. */
export function useTechnicians(crossed: (what: FenceCrossed) => void): { technicians: Technician[] | null; isFailed: boolean } {
  const live = useLive();
  const { round, link } = useView();
  const [technicians, setTechnicians] = useState<Technicians | null>(null);
  const [isFailed, setFailed] = useState(false);
  const { isUp } = link;
  useEffect(() => {
    if (!isUp) return;
    let isGone = false;
    // What is told while the answer is under way is newer than the answer.
    let held: MapChange[] | null = [];
    const open = async () => {
      try {
        const answer = await live.ask("map.open", {});
        if (isGone) return;
        setTechnicians((held ?? []).reduce(replaced, known(answer.technicians)));
        held = null;
        setFailed(false);
      } catch {
        if (!isGone) setFailed(true);
      }
    };
    const stop = live.hear<MapChange>("map", (change) => {
      if (held) held.push(change);
      else setTechnicians((old) => old && replaced(old, change));
    });
    const deaf = live.hear<FenceCrossed>("map.crossed", crossed);
    void open();
    return () => {
      isGone = true;
      stop();
      deaf();
      live.ask("map.close", {}).catch(() => undefined);
    };
  }, [live, round, isUp, crossed]);
  return { technicians: technicians && [...technicians.values()], isFailed };
}
