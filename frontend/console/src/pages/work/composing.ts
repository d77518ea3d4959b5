import { notifications } from "@mantine/notifications";
import { useCallback, useEffect, useRef, useState } from "react";
import { upload } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { useLive, useProblemText } from "../../live/context";
import type { Attachment, Id } from "../../protocol";

const typingEveryMs = 3_000;

/** What is being written, kept on this device while the agent looks at other work. */
export function useTextDraft(interactionId: Id): [string, (text: string) => void] {
  const key = `markaz.draft.${interactionId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const change = useCallback(
    (next: string) => {
      setText(next);
      if (next === "") sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, next);
    },
    [key],
  );
  return [text, change];
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

/** Files go up while the agent writes; the message names them when it is sent. */
export function useUploads(path = "/api/files") {
  const [files, setFiles] = useState<Attachment[]>([]);
  const [running, setRunning] = useState<string[]>([]);
  const { say } = useSpeech();
  const textOf = useProblemText();

  const add = async (chosen: File[]) => {
    for (const file of chosen) {
      setRunning((names) => [...names, file.name]);
      try {
        const done = await upload(file, path);
        setFiles((known) => [...known, done]);
      } catch (error) {
        const message = say("compose.upload_failed", { name: file.name, reason: textOf(error) });
        notifications.show({ color: "red", message, role: "alert" });
      } finally {
        setRunning((names) => names.filter((name) => name !== file.name));
      }
    }
  };
  return {
    files,
    running,
    add: (chosen: File[]) => void add(chosen),
    remove: (id: Id) => setFiles((known) => known.filter((file) => file.id !== id)),
    clear: () => setFiles([]),
  };
}
