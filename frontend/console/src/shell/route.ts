import { useSyncExternalStore } from "react";

/** Pages live behind the `#`, so that the server needs to know one address only: `#/work/<id>`. */
export function useRoute(): string[] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return partsOf(hash);
}

export function partsOf(hash: string): string[] {
  return hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(readable);
}

export function pathTo(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  window.location.hash = pathTo(...parts);
}

/** An address that somebody cut off in the middle is still shown, not stumbled over. */
function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}
