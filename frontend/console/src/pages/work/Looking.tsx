import { Avatar, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useLive, useView } from "../../live/context";
import { lookEveryMs } from "../../live/looking";
import type { Id } from "../../protocol";
import css from "./Work.module.css";
import { words } from "./words";

/** Says to colleagues that one looks here, now and every ten seconds; returns how to say that one writes. */
export function useLook(id: Id): (isWriting: boolean) => void {
  const live = useLive();
  const { link, looking } = useView();
  const [isWriting, setWriting] = useState(false);
  // Somebody new is answered at once, so that both know of each other.
  const others = Object.keys(looking[id] ?? {}).sort().join();
  useEffect(() => {
    if (!link.isUp) return;
    const tell = () => {
      if (document.visibilityState === "visible") live.ask("interaction.look", { interaction_id: id, is_here: true, is_writing: isWriting }).catch(() => undefined);
    };
    tell();
    const timer = window.setInterval(tell, lookEveryMs);
    return () => window.clearInterval(timer);
  }, [live, id, isWriting, link.isUp, others]);
  useEffect(
    () => () => void live.ask("interaction.look", { interaction_id: id, is_here: false, is_writing: false }).catch(() => undefined),
    [live, id],
  );
  return setWriting;
}

/** Who has the conversation open too, and who of them writes. */
export function AlsoHere(props: { id: Id }) {
  const { looking } = useView();
  const { say } = usePhrases(words);
  const who = Object.entries(looking[props.id] ?? {});
  if (who.length === 0) return null;
  const writing = who.filter(([, { isWriting }]) => isWriting).map(([, { name }]) => name);
  const names = who.map(([, { name }]) => name).join(", ");
  return (
    <div className={css.here} role="status" data-testid="also-here">
      <Avatar.Group>
        {who.slice(0, 4).map(([id, { name }]) => (
          <Tooltip key={id} label={<bdi>{name}</bdi>}>
            <Avatar name={name} color="initials" size="sm" radius="xl" alt="" />
          </Tooltip>
        ))}
      </Avatar.Group>
      <span>{writing.length > 0 ? say("writing", { name: writing.join(", ") }) : say("here", { names })}</span>
    </div>
  );
}
