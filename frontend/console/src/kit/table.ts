import { useCallback, useEffect, useMemo, useState } from "react";
import { call } from "../http/api";
import type { Id } from "../protocol";
import { momentsOf } from "./calendar";
import type { Range } from "./DateField";

/** What a page shows of its list: what a saved view keeps. */
export interface TableState {
  search: string;
  /** Values by filter; of a period its first and last day, empty where it is open. */
  filters: Record<string, string[]>;
  /** A column's key, with a minus in front for the other direction. */
  sort: string | null;
  hidden: string[];
}

export interface SavedView {
  id: Id;
  page: string;
  owner_id: Id;
  owner_name: string;
  name: string;
  settings: TableState;
  is_shared: boolean;
  position: number;
  version: number;
}

export const everything: TableState = { search: "", filters: {}, sort: null, hidden: [] };

export interface Table {
  page: string;
  state: TableState;
  set: (part: Partial<TableState>) => void;
  setFilter: (key: string, values: string[]) => void;
  views: SavedView[];
  chosen: SavedView | null;
  defaultId: Id | null;
  isChanged: boolean;
  choose: (view: SavedView | null) => void;
  save: (name: string, isShared: boolean) => Promise<void>;
  update: (view: SavedView, change: { name?: string; settings?: TableState; is_shared?: boolean }) => Promise<void>;
  remove: (view: SavedView) => Promise<void>;
  beginWith: (view: SavedView | null) => Promise<void>;
}

/** The state of a page's list with the views that people saved for it; it begins with the reader's default. */
export function useTable(page: string): Table {
  const [state, setState] = useState(everything);
  const [views, setViews] = useState<SavedView[]>([]);
  const [chosenId, setChosenId] = useState<Id | null>(null);
  const [defaultId, setDefaultId] = useState<Id | null>(null);
  const chosen = views.find(({ id }) => id === chosenId) ?? null;

  const read = useCallback(async () => {
    const found = await call<{ items: SavedView[]; default_id: Id | null }>("GET", `/api/views?page=${page}`);
    setViews(found.items);
    setDefaultId(found.default_id);
    return found;
  }, [page]);
  const choose = useCallback((view: SavedView | null) => {
    setChosenId(view?.id ?? null);
    setState(view?.settings ?? everything);
  }, []);
  useEffect(() => {
    let isGone = false;
    // Without its views a list still is one: it shows everything.
    read().then(
      ({ items, default_id }) => {
        const first = items.find(({ id }) => id === default_id);
        if (first && !isGone) choose(first);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [read, choose]);

  return {
    page, state, views, chosen, defaultId, choose,
    isChanged: !isSameState(state, chosen?.settings ?? everything),
    set: useCallback((part) => setState((old) => ({ ...old, ...part })), []),
    setFilter: useCallback((key, values) => setState((old) => ({ ...old, filters: withFilter(old.filters, key, values) })), []),
    save: async (name, isShared) => {
      const saved = await call<SavedView>("POST", "/api/views", { page, name, settings: state, is_shared: isShared });
      await read();
      setChosenId(saved.id);
    },
    update: async (view, change) => {
      await call("PATCH", `/api/views/${view.id}`, { version: view.version, ...change });
      await read();
    },
    remove: async (view) => {
      await call("DELETE", `/api/views/${view.id}`);
      await read();
      if (view.id === chosenId) choose(null);
    },
    beginWith: async (view) => {
      await call("PUT", "/api/default-view", { page, view_id: view?.id ?? null });
      setDefaultId(view?.id ?? null);
    },
  };
}

/** An empty filter is none. */
export function withFilter(filters: TableState["filters"], key: string, values: string[]): TableState["filters"] {
  const { [key]: _, ...others } = filters;
  return values.some((value) => value !== "") ? { ...others, [key]: values } : others;
}

export function isSameState(one: TableState, other: TableState): boolean {
  const key = ({ search, filters, sort, hidden }: TableState) =>
    JSON.stringify([search, Object.entries(filters).sort(([a], [b]) => a.localeCompare(b)), sort, [...hidden].sort()]);
  return key(one) === key(other);
}

export const rangeOf = (values: string[] | undefined): Range => ({ from: values?.[0] || null, to: values?.[1] || null });

/** The filters as a query of the API, a period under `since` and `until`. */
export function queryOf(state: TableState, ranges: string[] = []): string {
  const query = new URLSearchParams();
  if (state.search.trim() !== "") query.set("q", state.search.trim());
  for (const [key, values] of Object.entries(state.filters)) {
    if (ranges.includes(key)) for (const [name, at] of Object.entries(momentsOf(rangeOf(values)))) query.set(name, at);
    else if (values[0]) query.set(key, values[0]);
  }
  return query.toString();
}

type Facts<T> = Record<string, (row: T) => string | number | boolean | string[] | null>;

/** Rows that pass the filters, in order: for lists that are whole in the browser. `facts` says what a row has of each key. */
export function arranged<T>(rows: T[], state: TableState, facts: Facts<T>, language: string): T[] {
  const passing = rows.filter((row) => Object.entries(state.filters).every(([key, values]) => passes(facts[key]?.(row) ?? null, values)));
  const key = state.sort?.replace(/^-/, "");
  const fact = key === undefined ? undefined : facts[key];
  if (!fact) return passing;
  const { compare } = new Intl.Collator(language, { numeric: true });
  const sign = state.sort?.startsWith("-") ? -1 : 1;
  return [...passing].sort((one, other) => sign * compare(String(fact(one) ?? ""), String(fact(other) ?? "")));
}

function passes(fact: string | number | boolean | string[] | null, values: string[]): boolean {
  const own = Array.isArray(fact) ? fact : [String(fact ?? "")];
  return values.length === 0 || own.some((each) => values.includes(each));
}

/** The columns that are shown, memoised by what is hidden. */
export function useShown<C extends { key: string }>(columns: C[], hidden: string[]): C[] {
  return useMemo(() => columns.filter(({ key }, index) => index === 0 || !hidden.includes(key)), [columns, hidden]);
}
