import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { mustAsk } from "./asking";
import { Form } from "./Form";
import { chatIcon, closeIcon, endIcon, moreIcon } from "./icons";
import { Late } from "./Late";
import type { Live, View } from "./live";
import { MessageView, PendingView } from "./Message";
import type { Invitation } from "./protocol";
import { languages, type Speech } from "./words";

export interface Props {
  live: Live;
  view: View;
  speech: Speech;
  isOpen: boolean;
  /** On a page of its own, which it fills. */
  isFull: boolean;
  isHidden: boolean;
  isMuted: boolean;
  unread: number;
  invitation: Invitation | null;
  open: () => void;
  close: () => void;
  decline: () => void;
  mute: () => void;
  speak: (language: string) => void;
}

export function Widget(props: Props) {
  const { speech, isOpen, view } = props;
  const root = useRef<HTMLDivElement>(null);
  const color = view.settings?.color ?? null;
  // Set by script: a style attribute in markup would need a looser policy of the page.
  useLayoutEffect(() => {
    if (!color || !CSS.supports("color", color)) return;
    const style = root.current!.style;
    const light = lightness(color);
    style.setProperty("--color", color);
    style.setProperty("--on", light > 0.18 ? "#000" : "#fff");
    // A pale colour does not mark the focus on white.
    if (light > 0.3) style.setProperty("--edge", "#475467");
    else style.removeProperty("--edge");
  }, [color, props.isHidden]);
  if (props.isHidden) return null;
  const place = `root${isOpen ? " open" : ""}${props.isFull ? " full" : ""}${view.settings?.side === "start" ? " start" : ""}`;
  return (
    <div ref={root} class={place} dir={speech.dir} lang={speech.language}>
      {isOpen ? <Panel {...props} /> : <Launcher {...props} />}
    </div>
  );
}

/** Relative luminance (WCAG 2): above 0.18 black reads better on it than white. */
export function lightness(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function Launcher({ speech, unread, open, invitation, decline }: Props) {
  const { say } = speech;
  const label = unread > 0 ? `${say("open")}. ${say("unread", unread)}` : say("open");
  return (
    <>
      {invitation && (
        <div class="invite" role="status" data-testid="invitation">
          <p dir="auto">{invitation.text}</p>
          <button type="button" class="main" onClick={open} data-testid="invitation-accept">{say("reply")}</button>
          <button type="button" class="icon" onClick={decline} aria-label={say("dismiss")} data-testid="invitation-dismiss">{closeIcon}</button>
        </div>
      )}
      <button type="button" class="launcher" onClick={open} aria-label={label} data-testid="launcher">
        {chatIcon}
        {unread > 0 && <span class="badge" data-testid="launcher-badge" aria-hidden="true">{unread}</span>}
      </button>
    </>
  );
}

function Panel(props: Props) {
  const { live, view, speech, close, isFull } = props;
  const { say } = speech;
  const { chat, settings, outbox } = view;
  const [isAsked, setAsked] = useState(false);
  const [wantsTranscript, setTranscript] = useState(false);
  const isRunning = chat !== null && chat.state !== "closed";
  const isQuiet = !isRunning && outbox.length === 0 && settings !== null;
  const isOffline = isQuiet && settings.is_offline && !isAsked;
  const mayAsk = isQuiet && !isOffline && !isAsked && mustAsk(settings);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !isFull) close();
    if (event.key === "Tab") keepInside(event);
    // The page's own shortcuts must not hear what is typed here.
    event.stopPropagation();
  };
  return (
    <section class="panel" role="dialog" aria-label={settings?.title || say("title")} onKeyDown={pressed} data-testid="widget-panel">
      <header class="head">
        <h2>
          <bdi>{settings?.title || say("title")}</bdi>
          <Status {...props} />
        </h2>
        <More {...props} transcript={chat && settings?.has_transcript ? () => setTranscript(true) : null} />
        {isRunning && (
          <button type="button" class="icon" onClick={() => live.tell("chat.end", {})} aria-label={say("end")} title={say("end")} data-testid="widget-end">
            {endIcon}
          </button>
        )}
        {!isFull && <button type="button" class="icon" onClick={close} aria-label={say("close")} data-testid="widget-close">{closeIcon}</button>}
      </header>
      {view.isDown && !view.blocked && <p class="note" role="status" data-testid="widget-offline">{say("offline")}</p>}
      {view.isSlow && outbox.length > 0 && <p class="note" role="status">{say("slow")}</p>}
      {view.blocked ? <p class="list" role="alert" data-testid="widget-blocked">{view.blocked}</p> : (
        <>
          <List {...props}>
            {(isOffline || mayAsk) && <Late of="Asking" key={String(isOffline)} server={live.server} with={{ live, settings: settings!, speech, isOffline, done: () => setAsked(true) }} />}
            {chat?.is_offline && chat.state === "queued" && (
              <p class="line" role="status" data-testid="widget-left">
                {settings?.answer_by ? say("left", speech.moment(settings.answer_by)) : say("leftOpen")}
              </p>
            )}
            {chat?.state === "closed" && chat.agent_name !== null && settings?.has_rating && outbox.length === 0 && (
              <Late of="Rating" key={chat.interaction_id} server={live.server} with={{ live, view, speech }} />
            )}
            {(chat?.callback || (chat?.state === "queued" && view.mayCall)) && <Late of="Callback" key={chat.interaction_id} server={live.server} with={{ live, view, speech }} />}
            {wantsTranscript && <Late of="Transcript" server={live.server} with={{ live, speech, close: () => setTranscript(false) }} />}
          </List>
          {!isOffline && !mayAsk && <Form live={live} view={view} speech={speech} />}
        </>
      )}
    </section>
  );
}

/** From the last control back to the first, and the other way. */
function keepInside(event: KeyboardEvent): void {
  const panel = event.currentTarget as HTMLElement;
  const all = [...panel.querySelectorAll<HTMLElement>("button, input, select, textarea, a, summary, [tabindex]")].filter((each) => each.offsetParent && !each.matches(":disabled"));
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (active !== from) return;
  event.preventDefault();
  to?.focus();
}

/** What is seldom wanted. */
function More(props: Props & { transcript: (() => void) | null }) {
  const { speech, isMuted } = props;
  const { say } = speech;
  return (
    <details class="more">
      <summary class="icon" aria-label={say("more")} data-testid="widget-more">{moreIcon}</summary>
      <div onClick={(event) => event.target instanceof HTMLButtonElement && event.currentTarget.parentElement!.removeAttribute("open")}>
        {props.transcript && <button type="button" onClick={props.transcript} data-testid="more-transcript">{say("transcript")}</button>}
        <button type="button" onClick={props.mute} aria-pressed={!isMuted} data-testid="more-sound">{say(isMuted ? "soundOn" : "soundOff")}</button>
        {Object.keys(languages).map((language) => language !== speech.language && (
          <button key={language} type="button" lang={language} onClick={() => props.speak(language)} data-testid={`more-${language}`}>
            {{ en: "English", ar: "العربية", fa: "فارسی" }[language]}
          </button>
        ))}
      </div>
    </details>
  );
}

/** Waiting with the position, talking to whom, or ended. */
function Status({ view, speech }: Props) {
  const { chat, minutes } = view;
  const { say } = speech;
  if (!chat) return null;
  return (
    <p role="status" data-testid="widget-status" data-state={chat.state} data-position={chat.position}>
      {chat.state === "queued" && !chat.is_offline && (chat.position === null ? say("waiting") : say("position", chat.position))}
      {chat.state === "queued" && !chat.is_offline && minutes !== null && <span> · {say("wait", minutes)}</span>}
      {chat.state === "assigned" && say("connected", chat.agent_name ?? say("somebody"))}
      {chat.state === "closed" && say("closed")}
    </p>
  );
}

function List({ live, view, speech, children }: Props & { children: preact.ComponentChildren }) {
  const { say } = speech;
  const { chat, messages, outbox, settings } = view;
  const box = useRef<HTMLDivElement>(null);
  const isAway = settings !== null && !settings.is_open && !settings.is_offline && chat?.state !== "assigned";
  const last = messages.at(-1);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last?.id, outbox.length, view.isAgentTyping, chat?.state]);
  useEffect(() => {
    // What lies on a hidden page is not read; `seq` counts within one chat.
    const tell = () => {
      if (!document.hidden && last && last.from !== "visitor" && last.interaction_id === chat?.interaction_id) live.tell("chat.read", { seq: last.seq });
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [live, last?.id, view.isUp]);
  return (
    <div ref={box} class="list" role="log" aria-label={say("messages")} tabIndex={0}>
      <div class="message">
        <div class="bubble"><p dir="auto">{isAway ? say("away") : settings?.greeting || say("greeting")}</p></div>
      </div>
      {messages.map((message) => (
        <MessageView key={message.id} message={message} speech={speech} live={live} isSeen={message.id === lastSeen(view)} />
      ))}
      {outbox.map((draft) => (
        <PendingView key={draft.client_id} draft={draft} speech={speech} live={live} />
      ))}
      {view.isAgentTyping && (
        <div class="typing" role="status" data-testid="widget-typing">
          <i /><i /><i /> <span>{say("typing", chat?.agent_name ?? say("somebody"))}</span>
        </div>
      )}
      {children}
    </div>
  );
}

/** The last of the visitor's messages that the agent has read: an answer shows it too. */
function lastSeen({ chat, messages }: View): string | undefined {
  const here = messages.filter((message) => message.interaction_id === chat?.interaction_id);
  const answered = here.filter((message) => message.from === "agent").at(-1)?.seq ?? 0;
  const seen = Math.max(chat?.read_seq ?? 0, answered);
  return here.filter((message) => message.from === "visitor" && message.seq <= seen).at(-1)?.id;
}
