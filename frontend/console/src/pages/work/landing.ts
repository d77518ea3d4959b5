import { useEffect, useRef, useState, type RefObject } from "react";
import type { Work } from "../../feed";
import { useLive } from "../../live/context";

const atOnce = 100;
/** Two thousand messages back; who looks further scrolls there. */
const mostReads = 20;

/** The part of an address that names a message. */
export function seqIn(part: string | undefined): number | null {
  const seq = part !== undefined && /^\d{1,9}$/.test(part) ? Number(part) : 0;
  return seq > 0 ? seq : null;
}

/**
 * Brings one message into sight, reading earlier ones until it is there; returns the one that is marked.
 *
 * `landed` is called before the view moves: from then on it does not follow the newest.
 */
export function useLanding(work: Work, at: number | null, box: RefObject<HTMLElement | null>, landed: () => void): number | null {
  const live = useLive();
  const { id } = work.interaction;
  const first = work.messages[0]?.seq ?? null;
  const [marked, setMarked] = useState<number | null>(null);
  const reads = useRef({ at, left: mostReads, asked: 0 });
  if (reads.current.at !== at) reads.current = { at, left: mostReads, asked: 0 };
  useEffect(() => {
    if (at === null || first === null || marked === at) return;
    if (first > at) {
      if (reads.current.asked === first || reads.current.left === 0) return;
      reads.current = { at, left: reads.current.left - 1, asked: first };
      // Without a line the newest are shown: they are still the right conversation.
      live.readEarlier(id, atOnce).catch(() => undefined);
      return;
    }
    const message = box.current?.querySelector<HTMLElement>(`[data-seq="${at}"]`);
    if (!message) return;
    landed();
    setMarked(at);
    message.scrollIntoView({ block: "center" });
    message.focus({ preventScroll: true });
  });
  return at === null ? null : marked;
}
