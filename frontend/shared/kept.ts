/** What a browser keeps for a page. One that keeps nothing (full, forbidden or damaged storage) keeps nobody from working. */

type Where = "local" | "session";

function storageOf(where: Where): Storage | null {
  try {
    return (where === "local" ? globalThis.localStorage : globalThis.sessionStorage) ?? null;
  } catch {
    return null;
  }
}

/** The browser's storage, or null where the page may not have it. */
export const browserStorage = (): Storage | null => storageOf("local");

/** The text that is kept under a key; null where there is none. */
export function kept(key: string, where: Where = "local"): string | null {
  try {
    return storageOf(where)?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** What is kept under a key as JSON; null where there is none, and where it is none. */
export function keptValue(key: string, where: Where = "local"): unknown {
  try {
    return JSON.parse(kept(key, where) ?? "null");
  } catch {
    return null;
  }
}

/** Keeps a text, or with null nothing any more; in a session until the tab is closed. */
export function keep(key: string, text: string | null, where: Where = "local"): void {
  try {
    if (text === null) storageOf(where)?.removeItem(key);
    else storageOf(where)?.setItem(key, text);
  } catch {
    // It lives in this page, and is chosen or written anew next time.
  }
}
