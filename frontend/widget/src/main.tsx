import { render } from "preact";
import { kept } from "../../shared/kept";
import { watch } from "./invite";
import { Live, type Person, type View } from "./live";
import { Notice } from "./notice";
import type { Invitation } from "./protocol";
import { style } from "./style";
import { Widget } from "./Widget";
import { chooseLanguage, speechIn, type Language } from "./words";

type Listener = (detail: unknown) => void;

/** What the page may do: `Markaz.open()`, `Markaz.on("message", (message) => ...)`. */
interface Methods {
  open: () => void;
  close: () => void;
  /** Makes the widget visible again after `hide`, which takes it from the page. */
  show: () => void;
  hide: () => void;
  /** A `token` is signed by the page's server; name and email alone are a claim. A null token forgets who it was. */
  identify: (person: Partial<Person> & { token?: string | null }) => void;
  /** Tells the address of a page that changes without loading. */
  setPage: (address: string) => void;
  on: (event: "open" | "close" | "message" | "unread" | "verified", listener: Listener) => () => void;
}

/** Also a function, `Markaz("open")`, as the stub is that pages may call before this script has come. */
type Api = Methods & ((name: keyof Methods, ...rest: never[]) => unknown) & { q?: [keyof Methods, ...never[]][] };

declare global {
  interface Window {
    Markaz?: Api;
  }
}

function start(tag: HTMLScriptElement): Methods {
  const server = new URL(tag.src).origin;
  const site = tag.dataset["site"] ?? "";
  const isFull = tag.dataset["page"] === "full";
  let language = chooseLanguage([stored("language"), tag.dataset["locale"], document.documentElement.lang, ...navigator.languages]);
  const listeners = new Map<string, Set<Listener>>();
  const tell = (event: string, detail: unknown = null) => listeners.get(event)?.forEach((listener) => listener(detail));
  const notice = new Notice();
  let isOpen = isFull;
  let isHidden = false;
  let isMuted = stored("muted") === "yes";
  let unread = 0;
  let invitation: Invitation | null = null;
  let endWatch = () => {};
  let watched = "";

  const root = shadow();
  const live = new Live(server, site, language, (view, before) => {
    countUnread(view, before);
    if (view.isVerified !== before.isVerified) tell("verified", view.isVerified);
    queueMicrotask(() => { draw(); invite(); });
  });

  function stored(name: string): string | null {
    return kept(`markaz.${site}.${name}`);
  }

  /** What came since the first look at this page; an open chat has been seen. */
  function countUnread(view: View, before: View): void {
    if (before.seq === null || view.messages === before.messages) return;
    const known = new Set(before.messages.map((message) => message.id));
    const fresh = view.messages.filter((message) => message.from === "agent" && !known.has(message.id));
    fresh.forEach((message) => tell("message", message));
    if (fresh.length === 0) return;
    if ((!isOpen || document.hidden) && !isMuted) notice.sound();
    notice.flash(speech().say("fresh"));
    if (isOpen) return;
    unread += fresh.length;
    tell("unread", unread);
  }

  /** Watches for invitations that are due here; one who talks already is not invited. */
  function invite(): void {
    const due = live.view.settings?.invitations ?? [];
    const now = isOpen || isHidden || live.view.chat !== null || due.length === 0 ? "" : `${live.page} ${language}`;
    if (now === watched) return;
    endWatch();
    watched = now;
    const last = (id: string) => Number(live.stored(`invited.${id}`) ?? 0);
    endWatch = now === "" ? () => {} : watch(due, live.page, last, (found) => {
      endWatch();
      if (isOpen || live.view.chat !== null) return;
      live.store(`invited.${found.id}`, String(Date.now()));
      live.count(found.id, "shown");
      invitation = found;
      draw();
    });
  }

  function answered(outcome: string): void {
    if (invitation) live.count(invitation.id, outcome);
    invitation = null;
  }

  const speech = () => speechIn(language, live.view.settings?.words);

  function draw(): void {
    const state = { live, view: live.view, speech: speech(), isOpen, isFull, isHidden, isMuted, unread, invitation };
    render(<Widget {...state} open={open} close={close} decline={decline} mute={mute} speak={speak} />, root);
  }
  function open(): void {
    answered("accepted");
    isOpen = true;
    unread = 0;
    if (navigator.userActivation?.hasBeenActive ?? true) notice.allow();
    live.connect();
    draw();
    tell("open");
    tell("unread", 0);
  }
  function close(): void {
    if (isFull) return;
    isOpen = false;
    draw();
    root.querySelector<HTMLElement>(".launcher")?.focus();
    tell("close");
  }
  function decline(): void {
    answered("dismissed");
    draw();
  }
  function mute(): void {
    isMuted = !isMuted;
    live.store("muted", isMuted ? "yes" : "no");
    notice.allow();
    if (!isMuted) notice.sound();
    draw();
  }
  function speak(wish: string): void {
    language = wish as Language;
    live.store("language", language);
    live.speak(language);
    draw();
  }
  function hide(is: boolean): void {
    isHidden = is;
    draw();
    invite();
  }

  if (isFull) live.connect();
  draw();
  return {
    open,
    close,
    show: () => hide(false),
    hide: () => hide(true),
    identify: ({ name, email, token }) => {
      live.person = { name: name ?? live.person.name, email: email ?? live.person.email };
      if (token !== undefined) live.identify(token);
      draw();
    },
    setPage: (address) => {
      live.page = address;
      invite();
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
if (tag instanceof HTMLScriptElement && (!window.Markaz || window.Markaz.q)) {
  const begin = () => {
    const waiting = window.Markaz?.q ?? [];
    const methods = start(tag);
    const call = (name: keyof Methods, ...rest: never[]) => (methods[name] as (...all: never[]) => unknown)(...rest);
    window.Markaz = Object.assign(call, methods);
    for (const [name, ...rest] of waiting) call(name, ...rest);
    dispatchEvent(new Event("markaz:ready"));
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
