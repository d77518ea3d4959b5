import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Attachment, Id, Iso } from "../../protocol";
import { Name } from "./Name";
import { storedFileWords } from "./storedFileWords";

export interface StoredFile extends Attachment {
  at: Iso;
  interaction_id: Id;
  number: number;
  is_ours: boolean;
}

const pauseMs = 200;

/** Null while they are not there. */
export function useStoredFiles(customerId: Id, words = ""): StoredFile[] | null {
  const [files, setFiles] = useState<StoredFile[] | null>(null);
  useEffect(() => {
    let isGone = false;
    const timer = window.setTimeout(() => {
      call<{ items: StoredFile[] }>("GET", `/api/customers/${customerId}/files?q=${encodeURIComponent(words)}`).then(
        ({ items }) => !isGone && setFiles(items),
        () => !isGone && setFiles([]),
      );
    }, words === "" ? 0 : pauseMs);
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [customerId, words]);
  return files;
}

/** What a file is called, whose it was, and when. */
export function FileFacts(props: { file: StoredFile }) {
  const { file } = props;
  const { say } = usePhrases(storedFileWords);
  const dates = useDates();
  return (
    <span>
      <Name of={file.name} />{" "}
      <Text span size="xs" c="dimmed">{say(file.is_ours ? "ours" : "theirs")} · {dates.full(file.at)} · <bdi>#{file.number}</bdi></Text>
    </span>
  );
}
