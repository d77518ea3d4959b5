import { useEffect, useState } from "react";
import type { Work } from "../../feed";
import { useFeed, useLive } from "../../live/context";
import type { Id } from "../../protocol";

/** A conversation that is not one's own, live; `isGone` when it cannot be read. Null watches nothing. */
export function useWatched(id: Id | null): { work: Work | undefined; isGone: boolean } {
  const live = useLive();
  const { watched } = useFeed();
  const [gone, setGone] = useState<Id | null>(null);
  useEffect(() => {
    if (id === null) return;
    const { isKnown, leave } = live.watch(id);
    isKnown.catch(() => setGone(id));
    return leave;
  }, [live, id]);
  return { work: id === null ? undefined : watched[id], isGone: gone === id && id !== null };
}
