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
  is_active: boolean;
  version: number;
}

/** The names that a text may hold; the server refuses every other. */
export const placeholders = ["customer.name", "agent.name", "interaction.number"] as const;
export type Facts = Record<(typeof placeholders)[number], string>;

/** Fills in what is on the list, and leaves everything else as it stands: no part of a text is ever a path to a value. */
export function fillIn(text: string, facts: Facts): string {
  return text.replace(/\{([a-z.]+)\}/g, (whole, name: string) => (Object.hasOwn(facts, name) ? facts[name as keyof Facts] : whole));
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
export function fitting(answers: Answer[], query: string): Answer[] {
  const found = answers.filter(({ title, shortcut, texts }) => query === "" || matches(query, title, shortcut, ...Object.values(texts)));
  const rank = (answer: Answer) => Number(!answer.shortcut.startsWith(query.toLowerCase()));
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
