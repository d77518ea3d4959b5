import { notifications } from "@mantine/notifications";
import { useRef, useState } from "react";
import { csrf, problemOfText } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useSpeech } from "../../i18n/context";
import { useProblemText } from "../../live/context";
import type { Attachment } from "../../protocol";
import { words } from "./words";

export interface Running {
  key: number;
  name: string;
  percent: number;
  stop: () => void;
}

const filesAtMost = 10;

/** Files go up while the agent writes, several at once; the message names them when it is sent. */
export function useUploads(files: Attachment[], done: (file: Attachment) => void) {
  const [running, setRunning] = useState<Running[]>([]);
  const number = useRef(0);
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const textOf = useProblemText();

  const start = async (file: File, then?: (file: Attachment) => void) => {
    const key = ++number.current;
    const change = (part: Partial<Running>) => setRunning((old) => old.map((one) => (one.key === key ? { ...one, ...part } : one)));
    const request = new XMLHttpRequest();
    setRunning((old) => [...old, { key, name: file.name, percent: 0, stop: () => request.abort() }]);
    try {
      const stored = await send(request, file, (percent) => change({ percent }));
      if (stored) done(stored);
      // After the file is among the message's.
      if (stored && then) window.setTimeout(() => then(stored));
    } catch (error) {
      notifications.show({ color: "red", message: say("compose.upload_failed", { name: file.name, reason: textOf(error) }), role: "alert" });
    } finally {
      setRunning((old) => old.filter((one) => one.key !== key));
    }
  };
  const room = Math.max(0, filesAtMost - files.length - running.length);
  const add = (chosen: File[], then?: (file: Attachment) => void) => {
    if (chosen.length > room) notifications.show({ color: "yellow", message: desk.say("too_many"), role: "alert" });
    for (const file of chosen.slice(0, room)) void start(file, then);
  };
  return { running, room, add };
}

/** `fetch` cannot tell how far it is. Null: it was stopped. */
function send(request: XMLHttpRequest, file: File, progress: (percent: number) => void): Promise<Attachment | null> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, file.name);
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && progress(Math.round((100 * loaded) / total));
    request.onload = () =>
      request.status < 300 ? resolve(JSON.parse(request.responseText) as Attachment) : reject(problemOfText(request.status, request.responseText));
    request.onerror = () => reject(problemOfText(0, ""));
    request.onabort = () => resolve(null);
    request.open("POST", "/api/files");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", csrf());
    request.send(form);
  });
}
