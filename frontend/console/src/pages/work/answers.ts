import { call } from "../../http/api";
import { matches } from "../../kit/fold";
import { asLanguage, type Language } from "../../i18n/words";
import type { Id } from "../../protocol";
import type { Work } from "../../feed";

export interface Answer {
  id: Id;
  scope: "personal" | "branch" | "all";
  owner_id: Id | null;
  branch_id: Id | null;
  title: string;
  shortcut: string;
  texts: Partial<Record<Language, string>>;
  /** Offered first in this queue; null: in every one alike. */
  queue_id: Id | null;
  /** Offered on this channel only; null: on all. */
  channel: string | null;
  is_active: boolean;
  version: number;
}

/** The names that a text may hold; the server refuses every other. */
export const placeholders = ["customer.name", "agent.name", "interaction.number", "queue.name", "organisation.name", "date"] as const;
export type Facts = Partial<Record<string, string>>;

/** What stands where there is no value and the text says nothing itself; the same as the server's. */
const usual: Record<Language, Facts> = {
  en: { "customer.name": "customer", "organisation.name": "our team", "agent.name": "our team" },
  ar: { "customer.name": "عميلنا العزيز", "organisation.name": "فريقنا", "agent.name": "فريقنا" },
  fa: { "customer.name": "مشتری گرامی", "organisation.name": "همکاران ما", "agent.name": "همکاران ما" },
};
const known = new Set<string>(placeholders);

/**
 * Fills in what is on the list, and leaves everything else as it stands: no part of a text is ever a path to a value.
 * `{customer.name|dear friend}` says what stands where there is none.
 */
export function fillIn(text: string, facts: Facts, language: Language = "en"): string {
  return text.replace(/\{([A-Za-z_][A-Za-z0-9_.]*)(?:\|([^{}|\r\n]{0,100}))?\}/g, (whole, name: string, otherwise?: string) => {
    if (!known.has(name)) return whole;
    const value = (facts[name] ?? "").replace(/\s+/g, " ").trim();
    return value || (otherwise ?? usual[language][name] ?? "");
  });
}

/** The first name in a text that there is not; null when all are known. */
export function unknownIn(text: string): string | null {
  for (const [, name] of text.matchAll(/\{([A-Za-z_][A-Za-z0-9_.]*)(?:\|[^{}|\r\n]{0,100})?\}/g)) if (!known.has(name!)) return name!;
  return null;
}

const persian = /[پچژگکی‌]/;
const arabic = /[\u0600-\u06ff]/;

/** The language somebody writes in, by script; null when it does not show. */
export function languageOf(text: string): Language | null {
  if (arabic.test(text)) return persian.test(text) ? "fa" : "ar";
  return /[a-z]{2}/i.test(text) ? "en" : null;
}

/** The customer's language: as recorded, else as last written, else the agent's. */
export function languageFor(work: Work, own: Language): Language {
  const said = [...work.messages].reverse().find(({ direction, text }) => direction === "inbound" && languageOf(text) !== null);
  return asLanguage(work.interaction.customer.locale) ?? (said && languageOf(said.text)) ?? own;
}

/** The text in this language, or in the next best. */
export function textIn(answer: Answer, language: Language, own: Language): { language: Language; text: string } {
  for (const one of [language, own, "en", "fa", "ar"] as const) {
    const text = answer.texts[one];
    if (text !== undefined) return { language: one, text };
  }
  return { language, text: "" };
}

/** What is typed after a `/` that begins a word, before the caret; null when there is none. */
export function commandBefore(text: string): string | null {
  return /(?:^|\s)\/([^\s/]{0,40})$/.exec(text)?.[1] ?? null;
}

/** Those whose shortcut begins so, then those that have the words anywhere. */
export function fitting(answers: Answer[], query: string, at?: { queue_id: Id; channel: string }): Answer[] {
  const found = answers
    .filter(({ channel }) => channel === null || at === undefined || channel === at.channel)
    .filter(({ title, shortcut, texts }) => query === "" || matches(query, title, shortcut, ...Object.values(texts)));
  const rank = (answer: Answer) =>
    2 * Number(!answer.shortcut.startsWith(query.toLowerCase())) + Number(at === undefined || answer.queue_id !== at.queue_id);
  return found.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title)).slice(0, 50);
}

export async function readAnswers(): Promise<Answer[]> {
  const found: Answer[] = [];
  let cursor: string | null = null;
  // A bound, should the list ever be endless.
  for (let page = 0; page < 5; page += 1) {
    const next: { items: Answer[]; next_cursor: string | null } = await call("GET", `/api/answers?limit=200${cursor ? `&cursor=${cursor}` : ""}`);
    found.push(...next.items);
    cursor = next.next_cursor;
    if (cursor === null) break;
  }
  return found;
}
