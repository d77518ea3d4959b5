import { Alert, Button, Center, Loader, Text, useComputedColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "../http/api";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { useProblemText } from "../live/context";
import { insertWords } from "../pages/work/composing";
import type { ExtensionView } from "../protocol";
import { go } from "../shell/route";
import css from "./Frames.module.css";
import { addressOf, askedOf, isForeign, isFrom, renewalMs, type Asked, type Context, type Subject } from "./handshake";
import { words } from "./words";

const silentMs = 8_000;

/** The page of another system. It is told who looks at what by a signed token, by `postMessage` to its exact origin. */
export function ExtensionFrame(props: { extension: ExtensionView; subject: Subject }) {
  const { extension, subject } = props;
  const { language } = useSpeech();
  const { say } = usePhrases(words);
  const frame = useRef<HTMLIFrameElement>(null);
  const { state, trouble } = useHandshake(extension, subject, frame);
  const isBlocked = useBlocked(extension.origin);
  const name = nameOf(extension, language);
  if (!isForeign(extension, window.location.origin)) return <Alert color="red">{say("own")}</Alert>;
  if (isBlocked) {
    return (
      <Alert color="yellow" data-testid="frame-blocked">
        {say("blocked")}
        <Button mt="sm" size="xs" variant="default" onClick={() => window.location.reload()}>{say("reload")}</Button>
      </Alert>
    );
  }
  return (
    <div className={css.frame} data-testid="extension" data-state={state}>
      {trouble !== null && <Alert color="red" role="alert">{trouble}</Alert>}
      {state === "waiting" && <Center p="xs"><Loader size="xs" me="xs" /><Text size="sm" c="dimmed">{say("waiting")}</Text></Center>}
      {state === "silent" && <Alert color="yellow" role="status">{say("silent")}</Alert>}
      <iframe
        ref={frame}
        title={name}
        src={addressOf(extension, subject, language)}
        sandbox="allow-scripts allow-forms allow-popups allow-same-origin"
        referrerPolicy="origin"
        loading="lazy"
      />
    </div>
  );
}

type State = "waiting" | "silent" | "told";

function useHandshake(extension: ExtensionView, subject: Subject, frame: React.RefObject<HTMLIFrameElement | null>) {
  const [state, setState] = useState<State>("waiting");
  const [trouble, setTrouble] = useState<string | null>(null);
  const theme = useComputedColorScheme("light");
  const textOf = useProblemText();
  const isReady = useRef(false);
  const timer = useRef(0);
  const { id, origin } = extension;
  const { customerId, interaction } = subject;
  const interactionId = interaction?.id;

  const tell = useCallback(async () => {
    window.clearTimeout(timer.current);
    try {
      const about = interactionId === undefined ? { customer_id: customerId } : { interaction_id: interactionId };
      const context = await call<Context>("POST", `/api/extensions/${id}/context`, { ...about, theme });
      frame.current?.contentWindow?.postMessage({ type: "markaz:context", ...context }, origin);
      setState("told");
      setTrouble(null);
      timer.current = window.setTimeout(() => void tell(), renewalMs(context.expires_at, Date.now()));
    } catch (error) {
      setTrouble(textOf(error));
      timer.current = window.setTimeout(() => void tell(), 30_000);
    }
  }, [id, origin, customerId, interactionId, theme, textOf, frame]);

  const act = useAsked(interactionId);
  useEffect(() => {
    const heard = (event: MessageEvent) => {
      if (!isFrom(event, frame.current?.contentWindow ?? null, origin)) return;
      const asked = askedOf(event.data);
      if (asked?.type === "ready") {
        isReady.current = true;
        void tell();
      } else if (asked) act(asked);
    };
    window.addEventListener("message", heard);
    const silent = window.setTimeout(() => setState((old) => (old === "waiting" ? "silent" : old)), silentMs);
    // Another theme is told at once to a frame that listens already.
    if (isReady.current) void tell();
    return () => {
      window.removeEventListener("message", heard);
      window.clearTimeout(silent);
      window.clearTimeout(timer.current);
    };
  }, [origin, tell, act, frame]);
  return { state, trouble };
}

/** What a frame asks of us counts only right after a press in it: the browser knows. */
function useAsked(interactionId: string | undefined) {
  const { say } = usePhrases(words);
  return useCallback(
    (asked: Asked) => {
      if (!navigator.userActivation.isActive) {
        notifications.show({ id: "frame-refused", color: "yellow", message: say("refused") });
        return;
      }
      if (asked.type === "open") go(...(asked.customer ? ["customers", asked.customer] : ["work", asked.interaction ?? ""]));
      if (asked.type === "insert" && interactionId !== undefined) insertWords(interactionId, asked.text);
    },
    [say, interactionId],
  );
}

/** The policy that this page came with does not know an extension that is newer than it. */
function useBlocked(origin: string): boolean {
  const [isBlocked, setBlocked] = useState(false);
  useEffect(() => {
    const violated = (event: SecurityPolicyViolationEvent) => {
      if (event.effectiveDirective === "frame-src" && event.blockedURI.startsWith(origin)) setBlocked(true);
    };
    document.addEventListener("securitypolicyviolation", violated);
    return () => document.removeEventListener("securitypolicyviolation", violated);
  }, [origin]);
  return isBlocked;
}

export function nameOf(extension: ExtensionView, language: "en" | "ar" | "fa"): string {
  return extension.name[language] ?? Object.values(extension.name)[0] ?? extension.origin;
}
