import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "../http/api";

export interface List<T> {
  items: T[];
  hasMore: boolean;
  isBusy: boolean;
  isFailed: boolean;
  more: () => Promise<void>;
  reload: () => Promise<void>;
  /** Put what was saved in its place, or in front when it is new. */
  put: (item: T) => void;
}

interface Reading<T> {
  items: T[];
  next: string | null;
  isBusy: boolean;
  isFailed: boolean;
}

/** A list of the API, page by page. Another `path` begins anew; null reads nothing. */
export function useList<T>(path: string | null, idOf: (item: T) => string): List<T> {
  const [reading, setReading] = useState<Reading<T>>({ items: [], next: null, isBusy: path !== null, isFailed: false });
  const asked = useRef(0);
  const read = useCallback(
    async (cursor: string | null) => {
      if (path === null) return;
      const number = ++asked.current;
      setReading((old) => ({ ...old, isBusy: true, isFailed: false }));
      try {
        const address = cursor === null ? path : `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
        const page = await call<{ items: T[]; next_cursor?: string | null }>("GET", address);
        if (number !== asked.current) return;
        setReading((old) => ({
          items: cursor === null ? page.items : [...old.items, ...page.items],
          next: page.next_cursor ?? null,
          isBusy: false,
          isFailed: false,
        }));
      } catch {
        if (number === asked.current) setReading((old) => ({ ...old, isBusy: false, isFailed: true }));
      }
    },
    [path],
  );
  useEffect(() => void read(null), [read]);
  const put = useCallback(
    (item: T) =>
      setReading((old) => {
        const isKnown = old.items.some((each) => idOf(each) === idOf(item));
        const items = isKnown ? old.items.map((each) => (idOf(each) === idOf(item) ? item : each)) : [item, ...old.items];
        return { ...old, items };
      }),
    [idOf],
  );
  const more = useCallback(() => read(reading.next), [read, reading.next]);
  const reload = useCallback(() => read(null), [read]);
  const { items, next, isBusy, isFailed } = reading;
  return { items, hasMore: next !== null, isBusy, isFailed, more, reload, put };
}

/** Reads the rest of a list when it is searched here and not on the server. */
export function useWhole<T>(list: List<T>, isWanted: boolean): void {
  const { hasMore, isBusy, isFailed, more } = list;
  useEffect(() => {
    if (isWanted && hasMore && !isBusy && !isFailed) void more();
  }, [isWanted, hasMore, isBusy, isFailed, more]);
}

export const byId = ({ id }: { id: string }): string => id;
