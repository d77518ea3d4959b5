import { useMemo } from "react";
import { useRegion } from "./context";
import type { Speech, Plural } from "./words";

export type Entry = string | Plural;

/** English is the list; the other languages have a word for each of its keys, plural where it is. */
export interface Phrasebook<E extends Record<string, Entry>> {
  en: E;
  ar: { [K in keyof E]: E[K] extends string ? string : Plural };
  fa: { [K in keyof E]: E[K] extends string ? string : Plural };
}

type KeysOf<E, Kind> = { [K in keyof E]: E[K] extends Kind ? K : never }[keyof E] & string;

/** The words of one folder of pages, which come with it. A word that a language lacks fails the build. */
export function phrasebook<E extends Record<string, Entry>>(book: Phrasebook<E>): Phrasebook<E> {
  return book;
}

/** Says the words of a book in one language. */
export class Phrases<E extends Record<string, Entry>> {
  private readonly table: Record<string, Entry>;

  constructor(
    private readonly speech: Speech,
    book: Phrasebook<E>,
  ) {
    this.table = book[speech.language];
  }

  say = (word: KeysOf<E, string>, params: Record<string, string | number> = {}): string =>
    this.speech.fill(this.table[word] as string, params);

  count = (word: Exclude<keyof E & string, KeysOf<E, string>>, n: number): string =>
    this.speech.choose(this.table[word] as Plural, n);

  /** A word whose key the server chose: its own text where we have none. */
  sayAny = (prefix: string, key: string, fallback: string): string => {
    const word = `${prefix}.${key}`;
    const found = Object.hasOwn(this.table, word) ? this.table[word] : undefined;
    return typeof found === "string" ? found : fallback;
  };
}

export function usePhrases<E extends Record<string, Entry>>(book: Phrasebook<E>): Phrases<E> {
  const { speech } = useRegion();
  return useMemo(() => new Phrases(speech, book), [speech, book]);
}
