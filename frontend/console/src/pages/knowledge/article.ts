import type { Language } from "../../i18n/words";
import type { Id, Iso } from "../../protocol";

export const order: Language[] = ["en", "ar", "fa"];
export type ArticleState = "draft" | "published" | "archived";
export const states: ArticleState[] = ["published", "draft", "archived"];

export interface ArticleRow {
  id: Id;
  locale: Language;
  title: string;
  snippet: { text: string; marks: [number, number][] };
  category_id: Id | null;
  state: ArticleState;
  is_public: boolean;
  views: number;
  helped: number;
  unhelped: number;
  changed_at: Iso;
}

export interface ArticleText {
  title: string;
  html: string;
  text: string;
  edition: number;
}

export interface Article {
  id: Id;
  category_id: Id | null;
  state: ArticleState;
  is_public: boolean;
  position: number;
  source_kind: string | null;
  source_id: Id | null;
  texts: Partial<Record<Language, ArticleText>>;
  views: number;
  helped: number;
  unhelped: number;
  has_helped: boolean | null;
  changed_at: Iso;
  published_at: Iso | null;
  version: number;
}

export interface Edition {
  locale: Language;
  edition: number;
  title: string;
  html: string;
  at: Iso;
  by_name: string;
  restored: number | null;
}

export interface Category {
  id: Id;
  names: Partial<Record<Language, string>>;
  parent_id: Id | null;
  position: number;
  is_active: boolean;
  version: number;
}

/** In the reader's language, else in another that it has. */
export function inLanguage<T>(all: Partial<Record<Language, T>>, language: Language): [Language, T] | null {
  const found = [language, ...order].find((each) => all[each] !== undefined);
  return found === undefined ? null : [found, all[found]!];
}

export function nameIn(category: Category, language: Language): string {
  return inLanguage(category.names, language)?.[1] ?? "";
}

/** Each category with how deep it stands, those of one parent in their order. */
export function treeOf(categories: Category[], parent: Id | null = null, depth = 0): { category: Category; depth: number }[] {
  const known = new Set(categories.map(({ id }) => id));
  return categories
    .filter(({ parent_id }) => (parent_id !== null && known.has(parent_id) ? parent_id : null) === parent)
    .flatMap((category) => [{ category, depth }, ...treeOf(categories, category.id, depth + 1)]);
}

/** For a choice: those below others are shifted by a sign that is read in both directions. */
export function choicesOf(categories: Category[], language: Language, but: Id | null = null): { value: string; label: string }[] {
  const below = but === null ? new Set<Id>() : new Set([but, ...treeOf(categories, but).map(({ category }) => category.id)]);
  return treeOf(categories)
    .filter(({ category }) => category.is_active && !below.has(category.id))
    .map(({ category, depth }) => ({ value: category.id, label: `${"– ".repeat(depth)}${nameIn(category, language)}` }));
}
