import { notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useView } from "../../live/context";
import { go } from "../../shell/route";
import { words } from "./words";

/** Shows what a supervisor whispers, whatever page the agent looks at; what was there before is known. */
export function useWhispers(): void {
  const { state } = useView();
  const { say } = usePhrases(words);
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!state) return;
    const whispers = Object.values(state.work).flatMap(({ messages }) => messages.filter(({ details }) => typeof details?.["whisper"] === "string"));
    const fresh = known.current === null ? [] : whispers.filter(({ id, author }) => !known.current?.has(id) && author.id !== state.me.id);
    known.current = new Set(whispers.map(({ id }) => id));
    for (const { id, author, text, interaction_id } of fresh) {
      const open = () => {
        notifications.hide(id);
        go("work", interaction_id);
      };
      notifications.show({ id, color: "yellow", title: say("whispered", { name: author.name }), message: text.slice(0, 200), onClick: open, autoClose: 10_000, role: "status" });
    }
  }, [state, say]);
}
