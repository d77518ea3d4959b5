import type { Problem } from "../http/api";
import type { Language } from "./words";

/** English sentences of the server with a language's own; values stand in both as `{0}`, `{1}`. */
type Book = Record<string, string>;

const books: Record<Exclude<Language, "en">, () => Promise<{ default: Book }>> = {
  ar: () => import("./refusals/ar.json"),
  fa: () => import("./refusals/fa.json"),
};

interface Pattern {
  shape: RegExp;
  names: string[];
  told: string;
}

const value = /\{\w+\}/g;

/** Says in the reader's language why the server refused something. */
export class Refusals {
  private readonly patterns: Pattern[];

  constructor(private readonly book: Book) {
    // Of two that fit, the one with more words of its own says it.
    const worded = (text: string) => text.replace(value, "").length;
    this.patterns = Object.entries(book)
      .filter(([text]) => text.includes("{"))
      .sort(([one], [other]) => worded(other) - worded(one))
      .map(([text, told]) => ({ shape: shapeOf(text), names: text.match(value) ?? [], told }));
  }

  /** A problem in the reader's words; null where there are none for it. */
  of(problem: Problem): string | null {
    const whole = this.sentence(problem.detail);
    if (whole !== null) return whole;
    const parts = (problem.extra.errors ?? []).map(({ msg }) => this.sentence(msg));
    return parts.length > 0 && parts.every((part) => part !== null) ? parts.join(" ") : null;
  }

  sentence(text: string): string | null {
    const known = Object.hasOwn(this.book, text) ? this.book[text] : undefined;
    if (known !== undefined) return known;
    for (const { shape, names, told } of this.patterns) {
      const found = shape.exec(text);
      if (found) return told.replace(value, (name) => found[names.indexOf(name) + 1] ?? name);
    }
    return null;
  }
}

function shapeOf(text: string): RegExp {
  const words = text.split(value).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${words.join("(.+?)")}$`, "s");
}

/** The sentences of a language; null in English, which the server speaks, and where they cannot be had. */
export async function refusalsIn(language: Language): Promise<Refusals | null> {
  if (language === "en") return null;
  try {
    return new Refusals((await books[language]()).default);
  } catch {
    return null;
  }
}
