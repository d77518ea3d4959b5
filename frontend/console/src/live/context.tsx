import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { notifications } from "@mantine/notifications";
import { useRegion, useSpeech } from "../i18n/context";
import { Problem } from "../http/api";
import type { State } from "../feed";
import type { Id } from "../protocol";
import { Live, type View } from "./live";

const LiveContext = createContext<Live | null>(null);

export function LiveProvider(props: { userId: Id; signedOut: () => void; children: ReactNode }) {
  const { userId, signedOut } = props;
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const made = new Live(userId, signedOut);
    setLive(made);
    return () => made.close();
  }, [userId, signedOut]);
  return live ? <LiveContext.Provider value={live}>{props.children}</LiveContext.Provider> : null;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
}

export function useView(): View {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.read);
}

/** The state for pages; the shell shows them only once there is one. */
export function useFeed(): State {
  const { state } = useView();
  if (!state) throw new Error("a page was shown before the first snapshot");
  return state;
}

/** Says in the reader's language what went wrong. */
export function useProblemText(): (error: unknown) => string {
  const { speech, refusals } = useRegion();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof Problem)) return String(error);
      const usual = speech.say(`problem.${error.kind}`);
      // The server explains itself in English, and closer than our words do.
      if (speech.language === "en") return error.status !== 0 && error.detail !== "" ? error.detail : usual;
      return refusals?.of(error) ?? usual;
    },
    [speech, refusals],
  );
}

/** Runs a command, tells of a failure, and knows whether it is still running. */
export function useCommand(): { isBusy: boolean; run: (work: () => Promise<unknown>) => Promise<boolean> } {
  const [isBusy, setBusy] = useState(false);
  const textOf = useProblemText();
  const { say } = useSpeech();
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      setBusy(true);
      try {
        await work();
        return true;
      } catch (error) {
        notifications.show({ color: "red", title: say("common.failed"), message: textOf(error), role: "alert" });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [say, textOf],
  );
  return { isBusy, run };
}

/** The server's time in milliseconds, every `everyMs`. */
export function useServerNow(everyMs = 1_000): number {
  const { clockOffsetMs } = useView();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now + clockOffsetMs;
}
