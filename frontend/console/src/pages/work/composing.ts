import { useCallback, useEffect, useRef } from "react";
import { useLive } from "../../live/context";
import type { Id } from "../../protocol";

const typingEveryMs = 3_000;

/** Tells the visitor that somebody is writing, at most every few seconds. */
export function useTypingMark(interactionId: Id, isWanted: boolean): (isTyping: boolean) => void {
  const live = useLive();
  const toldAt = useRef(0);
  const tell = useCallback(
    (isTyping: boolean) => {
      const isDue = isTyping ? Date.now() - toldAt.current > typingEveryMs : toldAt.current > 0;
      if (!isWanted || !isDue) return;
      toldAt.current = isTyping ? Date.now() : 0;
      live.ask("interaction.typing", { interaction_id: interactionId, is_typing: isTyping }).catch(() => undefined);
    },
    [live, interactionId, isWanted],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}
