import { useCallback, useEffect, useRef, useState } from "react";
import { call, Problem } from "../../http/api";
import { useLive, useView } from "../../live/context";
import type { FeedEvent, Id } from "../../protocol";
import type { Ticket, TicketRow } from "./ticket";

export interface Reading {
  ticket: Ticket | null;
  isGone: boolean;
  read: () => Promise<void>;
  /** Take what a change answered with. */
  take: (ticket: Ticket) => void;
}

/** One ticket, kept true: its page hears of every change by the room that its comments open. */
export function useTicket(id: Id, put: (row: TicketRow) => void): Reading {
  const live = useLive();
  const { round } = useView();
  const [ticket, setTicket] = useState<Ticket | null>(null);
  const [isGone, setGone] = useState(false);
  // Counts what was asked and taken: an answer that was overtaken is dropped.
  const turn = useRef(0);
  const take = useCallback(
    (next: Ticket) => {
      turn.current += 1;
      setTicket(next);
      put(next);
    },
    [put],
  );
  const read = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const found = await call<Ticket>("GET", `/api/tickets/${encodeURIComponent(id)}`);
      if (mine !== turn.current) return;
      setTicket(found);
      setGone(false);
    } catch (error) {
      // Without a line what was read last stays.
      if (mine === turn.current && error instanceof Problem && !error.isPassing) setGone(true);
    }
  }, [id]);
  // Heard first, read then: nothing between the two is missed. A new socket hears of nothing that the one before did.
  useEffect(() => void live.openNotes({ kind: "ticket", id }).catch(() => undefined).then(read), [live, id, read, round]);
  useEffect(() => live.hear<FeedEvent>("event", (event) => void (event.type === "ticket.put" && event.data.ticket.id === id && read())), [live, id, read]);
  return { ticket, isGone, read, take };
}
