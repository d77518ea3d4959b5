import { useCallback, useEffect, useRef } from "react";
import { useLive } from "../../live/context";
import type { Id } from "../../protocol";

const typingEveryMs = 3_000;

const insertion = "markaz.insertion";

/** Puts words into the composer of a conversation that is on the screen; the agent decides whether they are sent. */
export function insertWords(id: Id, said: string): void {
  window.dispatchEvent(new CustomEvent(insertion, { detail: { id, said } }));
}

/** What another page beside the conversation offers. */
export function useInsertion(interactionId: Id, take: (said: string) => void): void {
  useEffect(() => {
    const insert = (event: Event) => {
      const { id, said } = (event as CustomEvent<{ id: Id; said: string }>).detail;
      if (id === interactionId) take(said);
    };
    window.addEventListener(insertion, insert);
    return () => window.removeEventListener(insertion, insert);
  });
}

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
