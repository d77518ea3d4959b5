import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { useProblemText } from "../../live/context";
import type { Attachment, Id } from "../../protocol";

const filesAtMost = 10;

/** Files of a room go up while somebody writes; the message names them when it is sent. */
export function useRoomUploads() {
  const [files, setFiles] = useState<Attachment[]>([]);
  const [running, setRunning] = useState<string[]>([]);
  const { say } = useSpeech();
  const textOf = useProblemText();

  const send = async (file: File) => {
    const form = new FormData();
    form.append("file", file, file.name);
    setRunning((names) => [...names, file.name]);
    try {
      const done = await call<Attachment>("POST", "/api/room-files", form);
      setFiles((known) => [...known, done]);
    } catch (error) {
      notifications.show({ color: "red", message: say("compose.upload_failed", { name: file.name, reason: textOf(error) }), role: "alert" });
    } finally {
      setRunning((names) => names.filter((name) => name !== file.name));
    }
  };
  return {
    files,
    running,
    add: (chosen: File[]) => chosen.slice(0, Math.max(0, filesAtMost - files.length - running.length)).forEach((file) => void send(file)),
    remove: (id: Id) => setFiles((known) => known.filter((file) => file.id !== id)),
    clear: () => setFiles([]),
  };
}
