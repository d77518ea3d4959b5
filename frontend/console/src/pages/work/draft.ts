import { useCallback, useEffect, useRef, useState } from "react";
import { keep, keptValue } from "../../../../shared/kept";
import { newId } from "../../../../shared/outbox";
import { Problem } from "../../http/api";
import { useLive, useView } from "../../live/context";
import type { Attachment, Id, Letter, SavedDraft } from "../../protocol";

export interface Written extends Letter {
  text: string;
  html: string | null;
  attachments: Attachment[];
}

const nothing: Written = { text: "", html: null, attachments: [], recipients: null, subject: null, forwards: null };
const saveAfterMs = 800;
const retryMs = 5_000;
/** This page: what it saved itself comes back as an event, and must not overwrite what was typed since. */
export const deviceId = newId();

const isSame = (a: Written, b: Written): boolean =>
  a.text === b.text && a.html === b.html && a.subject === b.subject && a.forwards === b.forwards &&
  JSON.stringify(a.recipients) === JSON.stringify(b.recipients) && a.attachments.map(({ id }) => id).join() === b.attachments.map(({ id }) => id).join();

/**
 * What is being written, the same on every device of the agent.
 *
 * What the server does not have yet lies in this browser's storage, so that neither a lost line nor a closed page loses it.
 * `edition` changes when the words came from elsewhere, for an editor that keeps its own state.
 */
export function useDraft(interactionId: Id, kind: SavedDraft["kind"]) {
  const live = useLive();
  const { state, link } = useView();
  const key = `markaz.writing.${state?.me.id ?? ""}.${interactionId}.${kind}`;
  const saved = state?.drafts.find((draft) => draft.interaction_id === interactionId && draft.kind === kind);
  const [written, setWritten] = useState<Written>(() => unsaved(key) ?? wordsOf(saved));
  const [edition, setEdition] = useState(0);
  const newest = useRef(written);
  const isDirty = useRef(unsaved(key) !== null);
  const timer = useRef(0);

  const save = useCallback(async () => {
    window.clearTimeout(timer.current);
    if (!isDirty.current) return;
    const sent = newest.current;
    const argument = { ...sent, interaction_id: interactionId, kind, attachments: sent.attachments.map(({ id }) => id), client_id: deviceId };
    try {
      await live.ask("draft.save", argument);
      if (!isSame(sent, newest.current)) return;
      isDirty.current = false;
      keep(key, null);
    } catch (error) {
      // Refused for good: it stays in this browser.
      if (error instanceof Problem && !error.isPassing) return void (isDirty.current = false);
      // It lies in the storage; the next word, the next try or the next connection saves it.
      timer.current = window.setTimeout(() => void save(), retryMs);
    }
  }, [live, key, interactionId, kind]);

  const write = useCallback(
    (next: Written, isAtOnce = false) => {
      if (isSame(next, newest.current)) return;
      newest.current = next;
      isDirty.current = true;
      keep(key, JSON.stringify(next));
      setWritten(next);
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void save(), isAtOnce ? 0 : saveAfterMs);
    },
    [key, save],
  );
  /** Other words in the place of these, in an editor that keeps its own state too. */
  const replace = useCallback(
    (next: Written) => {
      write(next, true);
      setEdition((old) => old + 1);
    },
    [write],
  );
  const clear = useCallback(() => replace(nothing), [replace]);

  // Words from another device are taken over while nothing here waits to be saved.
  const savedAt = saved?.at ?? null;
  useEffect(() => {
    if (isDirty.current || saved?.client_id === deviceId) return;
    const next = wordsOf(saved);
    if (isSame(next, newest.current)) return;
    newest.current = next;
    setWritten(next);
    setEdition((old) => old + 1);
  }, [savedAt, saved]);

  useEffect(() => {
    if (link.isUp) void save();
  }, [link.isUp, save]);
  useEffect(() => () => void save(), [save]);

  // `newest` is never behind: what two writers add within one drawing is both kept.
  return { written, newest, edition, write, save, clear, replace };
}

function wordsOf(draft: SavedDraft | undefined): Written {
  return draft ? writtenOf(draft) : nothing;
}

function writtenOf({ text, html, attachments, recipients, subject, forwards }: SavedDraft): Written {
  return { text, html, attachments, recipients, subject, forwards };
}

function unsaved(key: string): Written | null {
  const found = keptValue(key);
  return typeof found === "object" && found !== null ? { ...nothing, ...(found as Partial<Written>) } : null;
}
