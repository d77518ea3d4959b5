import { Badge } from "@mantine/core";
import { IconLink, IconLock } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useLive } from "../../live/context";
import type { DocumentRef, Titled } from "../../protocolTeam";
import { pathTo } from "../../shell/route";
import { words } from "./words";

/** What a message points at, by the name that this reader may know; nothing of it for those who may not. */
export function DocumentChip(props: { document: DocumentRef }) {
  const { kind, id } = props.document;
  const { say, sayAny } = usePhrases(words);
  const titled = useTitle(kind, id);
  if (titled === undefined) return null;
  if (titled === null) {
    return <Badge mt={6} variant="default" tt="none" leftSection={<IconLock size={12} aria-hidden />} data-testid="document-hidden">{say("document_hidden")}</Badge>;
  }
  return (
    <Badge component="a" href={pathTo(...titled.link)} mt={6} size="lg" variant="light" tt="none" style={{ cursor: "pointer", maxWidth: "100%" }}
      leftSection={<IconLink size={14} aria-hidden />} data-testid="document-chip">
      {sayAny("document", kind, kind)}: <bdi>{titled.title}</bdi>
    </Badge>
  );
}

/** The document as this reader may know it; null when he may not, undefined before the answer. */
function useTitle(kind: string, id: string): Titled | null | undefined {
  const live = useLive();
  const [titled, setTitled] = useState<Titled | null>();
  useEffect(() => {
    let isCurrent = true;
    live.ask("document.titles", { documents: [{ kind, id }] }).then(
      ({ documents }) => isCurrent && setTitled(documents[0] ?? null),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [live, kind, id]);
  return titled;
}
