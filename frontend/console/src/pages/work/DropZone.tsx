import { Text } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useEffect, useRef, useState, type RefObject } from "react";
import { createPortal } from "react-dom";
import { usePhrases } from "../../i18n/phrases";
import css from "./Composer.module.css";
import { words } from "./words";

/** The whole conversation takes files that are dropped or pasted; while they hover, it says so. */
export function DropZone(props: { inside: RefObject<HTMLElement | null>; isOpen: boolean; take: (files: File[]) => void }) {
  const { say } = usePhrases(words);
  const [isOver, setOver] = useState(false);
  const now = useRef(props);
  now.current = props;
  useEffect(() => {
    const zone = props.inside.current?.closest("section");
    if (!zone) return;
    // Entering a child leaves its parent: what counts is how many were entered.
    let depth = 0;
    const listen = <K extends "dragenter" | "dragover" | "dragleave" | "drop" | "paste">(name: K, take: (event: HTMLElementEventMap[K]) => void) => {
      zone.addEventListener(name, take as EventListener);
      return () => zone.removeEventListener(name, take as EventListener);
    };
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const ends = [
      listen("dragenter", (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth += 1;
        setOver(true);
      }),
      listen("dragover", (event) => hasFiles(event) && event.preventDefault()),
      listen("dragleave", (event) => {
        if (!hasFiles(event)) return;
        depth = Math.max(0, depth - 1);
        if (depth === 0) setOver(false);
      }),
      listen("drop", (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        if (now.current.isOpen) now.current.take([...(event.dataTransfer?.files ?? [])]);
      }),
      listen("paste", (event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        // Word puts a picture of the text beside the text: then the text is meant.
        if (files.length === 0 || event.clipboardData?.types.includes("text/plain") || !now.current.isOpen) return;
        event.preventDefault();
        now.current.take(files);
      }),
    ];
    return () => ends.forEach((end) => end());
  }, [props.inside]);
  const zone = props.inside.current?.closest("section");
  if (!isOver || !zone) return null;
  return createPortal(
    <div className={css.drop} data-testid="drop-zone" role="status">
      <IconPaperclip size={40} stroke={1.4} aria-hidden />
      <Text fw={600}>{say(props.isOpen ? "drop" : "drop_closed")}</Text>
    </div>,
    zone,
  );
}
