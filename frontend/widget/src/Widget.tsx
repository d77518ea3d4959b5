import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Form } from "./Form";
import { chatIcon, closeIcon, endIcon } from "./icons";
import type { Live, View } from "./live";
import { MessageView, PendingView } from "./Message";
import type { Speech } from "./words";

export interface Props {
  live: Live;
  view: View;
  speech: Speech;
  isOpen: boolean;
  unread: number;
  open: () => void;
  close: () => void;
}

export function Widget(props: Props) {
  const { speech, isOpen, view } = props;
  const root = useRef<HTMLDivElement>(null);
  const color = view.settings?.color ?? null;
  // Set by script: a style attribute in markup would need a looser policy of the page.
  useLayoutEffect(() => {
    if (color && CSS.supports("color", color)) root.current?.style.setProperty("--color", color);
  }, [color]);
  return (
    <div ref={root} class={isOpen ? "root open" : "root"} dir={speech.dir} lang={speech.language}>
      {isOpen ? <Panel {...props} /> : <Launcher {...props} />}
    </div>
  );
}

function Launcher({ speech, unread, open }: Props) {
  const label = unread > 0 ? `${speech.say("open")}. ${speech.say("unread", unread)}` : speech.say("open");
  return (
    <button type="button" class="launcher" onClick={open} aria-label={label} data-testid="launcher">
      {chatIcon}
      {unread > 0 && <span class="badge" data-testid="launcher-badge" aria-hidden="true">{unread}</span>}
    </button>
  );
}

function Panel(props: Props) {
  const { live, view, speech, close } = props;
  const { say } = speech;
  const { chat, settings } = view;
  const isRunning = chat !== null && chat.state !== "closed";
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
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
        {isRunning && (
          <button type="button" class="icon" onClick={() => live.tell("chat.end", {})} aria-label={say("end")} title={say("end")} data-testid="widget-end">
            {endIcon}
          </button>
        )}
        <button type="button" class="icon" onClick={close} aria-label={say("close")} data-testid="widget-close">{closeIcon}</button>
      </header>
      {view.isDown && <p class="note" role="status" data-testid="widget-offline">{say("offline")}</p>}
      <List {...props} />
      <Form live={live} view={view} speech={speech} />
    </section>
  );
}

/** Waiting with the position, talking to whom, or ended. */
function Status({ view, speech }: Props) {
  const { chat } = view;
  if (!chat) return null;
  return (
    <p role="status" data-testid="widget-status" data-state={chat.state}>
      {chat.state === "queued" && (chat.position === null ? speech.say("waiting") : speech.say("position", chat.position))}
      {chat.state === "assigned" && speech.say("connected", chat.agent_name ?? speech.say("somebody"))}
      {chat.state === "closed" && speech.say("closed")}
    </p>
  );
}

function List({ live, view, speech }: Props) {
  const { say } = speech;
  const { chat, messages, outbox, settings } = view;
  const box = useRef<HTMLDivElement>(null);
  const isAway = settings !== null && !settings.is_open && chat?.state !== "assigned";
  const last = messages.at(-1);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last?.id, outbox.length, view.isAgentTyping]);
  useEffect(() => {
    if (last && last.from !== "visitor") live.tell("chat.read", { seq: last.seq });
  }, [live, last?.id]);
  return (
    <div ref={box} class="list" role="log" aria-label={say("messages")} tabIndex={0}>
      <div class="message">
        <div class="bubble"><p dir="auto">{isAway ? say("away") : settings?.greeting || say("greeting")}</p></div>
      </div>
      {messages.map((message) => (
        <MessageView key={message.id} message={message} speech={speech} live={live} />
      ))}
      {outbox.map((draft) => (
        <PendingView key={draft.client_id} draft={draft} speech={speech} live={live} />
      ))}
      {view.isAgentTyping && (
        <div class="typing" role="status" data-testid="widget-typing">
          <i /><i /><i /> <span>{say("typing", chat?.agent_name ?? say("somebody"))}</span>
        </div>
      )}
    </div>
  );
}
