import { render } from "preact";
import { Live, type Person, type View } from "./live";
import { style } from "./style";
import { Widget } from "./Widget";
import { chooseLanguage, speechIn } from "./words";

type Listener = (detail: unknown) => void;

/** What the page may do: `Markaz.open()`, `Markaz.on("message", (message) => ...)`. */
interface Api {
  open: () => void;
  close: () => void;
  identify: (person: Partial<Person>) => void;
  on: (event: "open" | "close" | "message" | "unread", listener: Listener) => () => void;
}

declare global {
  interface Window {
    Markaz?: Api;
  }
}

function start(tag: HTMLScriptElement): Api {
  const server = new URL(tag.src).origin;
  const site = tag.dataset["site"] ?? "";
  const language = chooseLanguage([tag.dataset["locale"], document.documentElement.lang, ...navigator.languages]);
  const speech = speechIn(language);
  const listeners = new Map<string, Set<Listener>>();
  const tell = (event: string, detail: unknown = null) => listeners.get(event)?.forEach((listener) => listener(detail));
  let isOpen = false;
  let unread = 0;

  const root = shadow();
  const live = new Live(server, site, language, (view, before) => {
    countUnread(view, before);
    queueMicrotask(draw);
  });

  /** What came since the first look at this page; an open chat has been seen. */
  function countUnread(view: View, before: View): void {
    if (before.seq === null || view.messages === before.messages) return;
    const known = new Set(before.messages.map((message) => message.id));
    const fresh = view.messages.filter((message) => message.from === "agent" && !known.has(message.id));
    fresh.forEach((message) => tell("message", message));
    if (fresh.length === 0 || isOpen) return;
    unread += fresh.length;
    tell("unread", unread);
  }

  function draw(): void {
    render(<Widget live={live} view={live.view} speech={speech} isOpen={isOpen} unread={unread} open={open} close={close} />, root);
  }
  function open(): void {
    isOpen = true;
    unread = 0;
    live.connect();
    draw();
    tell("open");
    tell("unread", 0);
  }
  function close(): void {
    isOpen = false;
    draw();
    root.querySelector("button")?.focus();
    tell("close");
  }

  draw();
  return {
    open,
    close,
    identify: ({ name, email }) => {
      live.person = { name: name ?? live.person.name, email: email ?? live.person.email };
      draw();
    },
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => void set.delete(listener);
    },
  };
}

/** One element at the end of the page; its style sheet is made by script, which strict policies allow. */
function shadow(): ShadowRoot {
  const host = document.createElement("markaz-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
  return root;
}

const tag = document.currentScript;
if (tag instanceof HTMLScriptElement && !window.Markaz) {
  const begin = () => {
    window.Markaz = start(tag);
    dispatchEvent(new Event("markaz:ready"));
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
