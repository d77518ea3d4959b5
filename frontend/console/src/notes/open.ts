import { useCallback, useEffect, useState } from "react";
import { keyOf } from "../feedTeam";
import { Problem } from "../http/api";
import { useFeed, useLive, useView } from "../live/context";
import type { Colleague, DocumentRef, Notes } from "../protocolTeam";

/** The notes of a document while it is on the screen, kept true by the feed. `isHidden`: not for this reader. */
export function useNotes(document: DocumentRef): { notes: Notes | undefined; isHidden: boolean; reload: () => Promise<void> } {
  const { kind, id } = document;
  const live = useLive();
  const { round } = useView();
  const notes = useFeed().notes[keyOf(document)];
  const [isHidden, setHidden] = useState(false);
  const read = useCallback(async () => {
    try {
      await live.openNotes({ kind, id });
      setHidden(false);
    } catch (error) {
      if (error instanceof Problem && !error.isPassing) setHidden(true);
    }
  }, [live, kind, id]);
  // A new socket hears of nothing that the one before had open.
  useEffect(() => void read(), [read, round]);
  useEffect(() => () => void live.ask("document.close", { document: { kind, id } }).catch(() => undefined), [live, kind, id]);
  return { notes, isHidden, reload: read };
}

/** Who can be mentioned or given work. */
export function useColleagues(document: DocumentRef, isWanted: boolean): Colleague[] {
  const { kind, id } = document;
  const live = useLive();
  const [colleagues, setColleagues] = useState<Colleague[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    live.ask("document.colleagues", { document: { kind, id } }).then((answer) => setColleagues(answer.colleagues), () => undefined);
  }, [live, kind, id, isWanted]);
  return colleagues;
}
