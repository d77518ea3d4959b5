// What the parts of the page share: words, elements, and the way to the control path.
import { LOCALES, WORDS } from "./words.js";

export const at = id => document.getElementById(id);
export const kept = {
  get: name => { try { return localStorage.getItem(name) } catch { return null } },
  set: (name, value) => { try { localStorage.setItem(name, value) } catch { /* a private window keeps nothing */ } },
};

const wanted = new URLSearchParams(location.search).get("lang") || kept.get("lang") || navigator.language.slice(0, 2);

export const view = {
  language: WORDS[wanted] ? wanted : "en",
  state: { version: 0, numbers: [], messages: [], calls: [], conferences: [], webhooks: [], alerts: [], mails: [], post: { is_ready: false, mailboxes: [] } },
  skew: 0,
};

export const t = word => WORDS[view.language][word] ?? word;
export const clockTime = iso => new Date(iso).toLocaleTimeString(LOCALES[view.language], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const count = number => number.toLocaleString(LOCALES[view.language]);

export function make(tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children.filter(child => child != null));
  return element;
}

// An empty box leans with the page, a written one with its words.
export const lean = box => { box.dir = box.value ? "auto" : document.documentElement.dir; };

// Returns what was said, or null after showing what went wrong.
export async function post(path, body, trouble) {
  try {
    const answer = await fetch(`/simulator/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
    const said = await answer.json();
    trouble.textContent = answer.ok ? "" : said.message;
    return answer.ok ? said : null;
  } catch { trouble.textContent = t("lost"); return null; }
}

// Replaces what a list shows only when it changed, and stays at its end when it was there.
export function redraw(list, shown, rows) {
  const mark = JSON.stringify([view.language, shown]);
  if (list.dataset.shown === mark) return;
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.dataset.shown = mark;
  list.replaceChildren(...rows());
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

export function read(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ content_type: file.type, content: reader.result.split(",")[1] ?? "" });
    reader.onerror = failed;
    reader.readAsDataURL(file);
  });
}
